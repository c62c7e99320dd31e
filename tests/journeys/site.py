"""A real server on a real database, with a clock that can be pushed on, for journeys and screenshots."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Site:
    """The product with its demo province, served by its own command."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url or f"sqlite:///{folder / 'shicheng.sqlite3'}"
        self.shift = folder / "clock_shift"
        self.environment = {
            **os.environ,
            "SHICHENG_MODE": "demo",
            "SHICHENG_DATA_DIR": str(folder),
            "SHICHENG_DATABASE_URL": self.database_url,
            "SHICHENG_CLOCK_FILE": str(self.shift),
            "SHICHENG_BASE_URL": self.address,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one command of the product against this site's database."""
        return subprocess.run(
            [sys.executable, "-m", "webapp.cli", *words], cwd=ROOT, env=self.environment, check=check,
            capture_output=True, text=True,
        )  # fmt: skip

    def build_demo(self) -> None:
        self.command("demo")

    def __enter__(self) -> "Site":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "serve", "--port", str(self.port)], cwd=ROOT, env=self.environment
        )
        for _ in range(1200):
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                    return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError("the site did not come up")

    def __exit__(self, *_error: object) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)

    def push_clock(self, seconds: float) -> None:
        """Let so much time pass for the server and for every command."""
        before = float(self.shift.read_text()) if self.shift.exists() else 0.0
        partial = self.shift.with_suffix(".new")
        partial.write_text(str(before + seconds))
        partial.replace(self.shift)

    @property
    def cards(self) -> list[Mapping[str, str]]:
        """The people whose sign-in cards stand on the start page, in order."""
        found: list[Mapping[str, str]] = json.loads((self.folder / "demo_cards.json").read_text("utf-8"))
        return found

    def staff_no(self, title_en: str) -> str:
        """Staff number behind the card with this title."""
        return next(card["staff_no"] for card in self.cards if card["title_en"] == title_en)
