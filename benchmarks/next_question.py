"""Server time of one step of the diagnostic (send an answer, get the next question) and the weight of its page.

Run: python -m benchmarks.next_question [--sittings N]

The application runs as it does in production, through Flask's test client, on SQLite with the shipped bank.
Targets: 95th percentile under 60 ms, page under 120 KiB compressed with all styles and scripts.
"""

import argparse
import gzip
import re
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml
from flask import Flask
from flask.testing import FlaskClient

from content.models import Item
from content.terms import Competency, ItemState
from core.access import Credential, Role, give_role
from core.db import Base
from core.people import OrganisationLevel, Person, SchoolLevel, found_organisation, move_post
from webapp.application import HERE, create_app
from webapp.database import Database
from webapp.settings import Mode, read_settings

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
ITEMS = HERE.parent / "content" / "data" / "items"
TARGET_MS, TARGET_KIB = 60.0, 120.0


def make_app(folder: Path, n_people: int) -> Flask:
    """The application with the shipped bank and some teachers."""
    app = create_app(
        read_settings(
            {
                "SHICHENG_MODE": Mode.TEST.value,
                "SHICHENG_DATA_DIR": str(folder),
                "SHICHENG_SECRET_KEY": "only-for-benchmarks-0123456789-0123",
                "SHICHENG_AS_OF": NOW.isoformat(),
            }
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    database: Database = app.extensions["shicheng_database"]
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        nation = found_organisation(session, code="N", name="国家", level=OrganisationLevel.NATIONAL, parent=None)
        for path in sorted(ITEMS.glob("*.yaml")):
            for row in yaml.safe_load(path.read_text("utf-8")):
                session.add(
                    Item(
                        code=row["code"], state=ItemState.OPERATIONAL, competency=Competency(row["competency"]),
                        school_levels=row["school_levels"], expert_level=row["level"], stem=row["stem"],
                        options=row["options"], key_index="ABCD".index(row["key"]), rationale=row["rationale"],
                    )
                )  # fmt: skip
        for number in range(n_people):
            person = Person(
                staff_no=f"B{number:04d}", name="某老师", name_sort="m", school_level=SchoolLevel.PRIMARY, joined_at=NOW
            )
            session.add(person)
            session.flush()
            move_post(session, person, nation, on=NOW.date())
            give_role(session, person.id, Role.TEACHER, nation, by=None, now=NOW)
            session.add(Credential(person_id=person.id, password_hash="x", must_change=False, changed_at=NOW))
    return app


def sign_in(app: Flask, person_id: int) -> FlaskClient:
    """A client with the session of a person."""
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = f"{person_id}:1"
        kept["_fresh"] = True
        kept["seen_at"] = NOW.isoformat()
    return client


def hidden(page: str, name: str) -> str:
    """Value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    if found is None:
        sys.exit(f"the page has no field {name}")
    return found.group(1)


def time_sitting(client: FlaskClient, rng: np.random.Generator) -> tuple[list[float], float]:
    """Milliseconds of each step up to the last question, and of the one that ends the sitting."""
    client.post("/assess/start")
    page, steps = client.get("/assess/question").text, list[float]()
    while True:
        data = {name: hidden(page, name) for name in ("question_token", "client_token")}
        data["position"] = str(rng.integers(4))
        begin = time.perf_counter()
        answer = client.post("/assess/question", data=data)
        following = client.get(answer.location)
        spent = (time.perf_counter() - begin) * 1e3
        if "/result/" in answer.location:
            return steps, spent
        steps.append(spent)
        page = following.text


def weigh(app: Flask, page: str) -> dict[str, float]:
    """KiB of the page and of all it loads, gzip level 6."""
    client = app.test_client()
    sizes = {"page": len(gzip.compress(page.encode(), 6)) / 1024}
    for path in sorted({found.split("#")[0] for found in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}):
        sizes[path] = len(gzip.compress(client.get(path).data, 6)) / 1024
    return sizes


def main() -> int:
    """Print times and weights; exit 1 when a target is missed."""
    options = argparse.ArgumentParser()
    options.add_argument("--sittings", type=int, default=20)
    n_sittings = options.parse_args().sittings
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder), n_sittings + 2)
        rng = np.random.default_rng(1)
        time_sitting(sign_in(app, 1), rng)
        steps, ends = list[float](), list[float]()
        for person_id in range(2, n_sittings + 2):
            times, end = time_sitting(sign_in(app, person_id), rng)
            steps += times
            ends.append(end)
        last = sign_in(app, n_sittings + 2)
        last.post("/assess/start")
        sizes = weigh(app, last.get("/assess/question").text)
    middle, high = np.percentile(steps, [50, 95])
    print(f"answer + next question: median {middle:.1f} ms, 95th percentile {high:.1f} ms ({len(steps)} steps)")
    print(f"last answer + result: median {np.median(ends):.1f} ms, most {max(ends):.1f} ms")
    for name, kib in sizes.items():
        print(f"  {kib:6.1f} KiB gz  {name}")
    print(f"page weight: {sum(sizes.values()):.1f} KiB gz")
    return 0 if high < TARGET_MS and sum(sizes.values()) < TARGET_KIB else 1


if __name__ == "__main__":
    sys.exit(main())
