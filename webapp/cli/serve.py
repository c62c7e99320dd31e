"""``shicheng serve``: the site, and beside it on request the demo data and the schedule."""

import argparse
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from webapp.cli.grammar import Subparsers
from webapp.demo.standing import is_built
from webapp.migrate import upgrade
from webapp.settings import Settings, read_settings


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("serve", help="serve the site")
    own.add_argument("--host", default="127.0.0.1")
    own.add_argument("--port", type=int, default=8000)
    own.add_argument("--workers", type=int, default=2, help="server processes (each with eight threads)")
    own.add_argument(
        "--with-demo", action="store_true", help="build the demo province first when the database is empty"
    )
    own.add_argument("--with-jobs", action="store_true", help="run the schedule in a process beside the site")
    own.add_argument("--since", type=float, default=None, help=argparse.SUPPRESS)
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Bring the database up to date, then keep the site (and the schedule) running until told to stop."""
    since = arguments.since or time.time()
    settings = read_settings()
    helpers: list[subprocess.Popen[bytes]] = []
    if arguments.with_demo and not is_built(settings):
        helpers.append(_start("demo", "--only-media"))
        if subprocess.run(_command("demo"), check=False).returncode:
            return 1
    else:
        upgrade(settings.database_url)
    site = _start_site(arguments)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        site.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _announce(arguments, site, since, settings)
    if arguments.with_jobs and site.poll() is None:
        helpers.append(_start("jobs", "work"))
    code = site.wait()
    for helper in helpers:
        helper.terminate()
        helper.wait()
    return 0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else 1


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "webapp.cli", *words]


def _start(*words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(_command(*words))


def _start_site(arguments: argparse.Namespace) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "--no-control-socket", "--preload", "--worker-class", "gthread",
            "--workers", str(arguments.workers), "--threads", "8", "--bind", f"{arguments.host}:{arguments.port}",
            "--log-level", "warning", "webapp.wsgi:make()",
        ]
    )  # fmt: skip


def _announce(arguments: argparse.Namespace, site: "subprocess.Popen[bytes]", since: float, settings: Settings) -> None:
    """Ask for the first page until it comes, and say how long the whole start took."""
    address = f"http://{arguments.host}:{arguments.port}"
    while site.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/sign-in", timeout=5):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    else:
        return
    print(f"[{time.time() - since:5.1f} s] first page served: {address}  (mode {settings.mode.value})", flush=True)
