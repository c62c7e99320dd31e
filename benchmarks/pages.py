"""Weight of a teacher's main pages and the server time of each, on the demo province.

Run: python -m benchmarks.pages [--data DIR] [--rounds N]

Without ``--data`` a demo is built first (half a minute). The application runs as it does in production, through
Flask's test client, on SQLite. Weight is gzip level 6 of the page with its styles, scripts and pictures (SVG),
without videos and figures of courses. Target: every page under 120 KiB. Time is without the network.
"""

import argparse
import gzip
import json
import re
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.people import Person
from webapp.application import create_app
from webapp.database import Database
from webapp.demo.build import build
from webapp.settings import Settings, read_settings

TARGET_KIB = 120.0
PAGES = {
    "today": "/today",
    "diagnostic": "/assess",
    "result": r"/assess > /assess/result/\d+",
    "for you": "/picks",
    "catalogue": "/catalogue",
    "search": "/catalogue?words=作业",
    "course": "/catalogue/KC-R01",
    "plan": "/plan",
    "study": r"/today > /study/\d+",
    "reading": r"/today > /study/\d+ > /study/\d+/modules/\d+",
    "credit": "/credit",
    "entry": r"/credit > /credit/entry/\d+",
    "inbox": "/account/inbox",
    "account": "/account",
}


def sign_in(app: Flask, settings: Settings) -> FlaskClient:
    """A client with the session of the teacher of the first card."""
    cards = json.loads((settings.data_dir / "demo_cards.json").read_text("utf-8"))
    database: Database = app.extensions["shicheng_database"]
    with database.unit_of_work() as session:
        person_id = session.scalars(select(Person.id).where(Person.staff_no == cards[0]["staff_no"])).one()
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = f"{person_id}:1"
        kept["_fresh"] = True
        kept["seen_at"] = datetime.now(UTC).isoformat()
    return client


def fetch(client: FlaskClient, address: str) -> str:
    """A page; the programme ends when there is none."""
    answer = client.get(address)
    if answer.status_code != 200:
        sys.exit(f"{address} answered {answer.status_code}")
    return answer.text


def find_address(client: FlaskClient, way: str) -> str:
    """Where the way leads: a path, then the first link that matches each pattern."""
    address, *patterns = way.split(" > ")
    for pattern in patterns:
        found = re.search(rf'href="({pattern})["#]', fetch(client, address))
        if found is None:
            sys.exit(f"{address} has no link to {pattern}")
        address = found.group(1)
    return address


def squeezed_kib(content: bytes) -> float:
    return len(gzip.compress(content, 6)) / 1024


def weigh(client: FlaskClient, page: str, kept: dict[str, bytes]) -> dict[str, float]:
    """KiB by kind: the page, and all the files of the house that it loads (also what a script imports)."""
    sizes = {"html": squeezed_kib(page.encode()), "css": 0.0, "js": 0.0, "svg": 0.0}
    ahead, seen = re.findall(r'(?:href|src)="(/static/[^"#]+)', page), set[str]()
    while ahead:
        path = ahead.pop()
        if path in seen:
            continue
        seen.add(path)
        if path not in kept:
            kept[path] = client.get(path).data
        kind = path.rsplit(".", 1)[1]
        sizes[kind] += squeezed_kib(kept[path])
        if kind == "js":
            names = re.findall(r'from "\./([^"]+)"', kept[path].decode())
            ahead += [f"{path.rsplit('/', 1)[0]}/{name}" for name in names]
    return sizes


def time_page(client: FlaskClient, address: str, n_rounds: int) -> list[float]:
    """Milliseconds of each of so many requests, after one that is not counted."""
    fetch(client, address)
    spent = list[float]()
    for _ in range(n_rounds):
        begin = time.perf_counter()
        fetch(client, address)
        spent.append((time.perf_counter() - begin) * 1e3)
    return spent


def measure(settings: Settings, n_rounds: int) -> bool:
    """Print a line for each page; whether all are light enough."""
    app = create_app(settings)
    client, kept, heaviest = sign_in(app, settings), dict[str, bytes](), 0.0
    print(f"{'page':<11} {'p50 ms':>7} {'p95 ms':>7} {'html':>6} {'css':>6} {'js':>6} {'svg':>6} {'KiB gz':>7}")
    for name, way in PAGES.items():
        address = find_address(client, way)
        sizes = weigh(client, fetch(client, address), kept)
        middle, high = np.percentile(time_page(client, address, n_rounds), [50, 95])
        parts = " ".join(f"{sizes[kind]:6.1f}" for kind in ("html", "css", "js", "svg"))
        print(f"{name:<11} {middle:7.1f} {high:7.1f} {parts} {sum(sizes.values()):7.1f}")
        heaviest = max(heaviest, sum(sizes.values()))
    print(f"heaviest page: {heaviest:.1f} KiB gz (target {TARGET_KIB:.0f})")
    return heaviest < TARGET_KIB


def main() -> int:
    """Print times and weights; exit 1 when a page is too heavy."""
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, help="data folder of a demo that is built already")
    options.add_argument("--rounds", type=int, default=40)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"SHICHENG_MODE": "demo", "SHICHENG_DATA_DIR": str(chosen.data or folder)})
        if chosen.data is None:
            for _step in build(settings, seed=2026):
                pass
        return 0 if measure(settings, chosen.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
