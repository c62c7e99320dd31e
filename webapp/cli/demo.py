"""``shicheng demo``: a fictional province with a year of life in it, the same every time for one seed and day."""

import argparse
import sys
import time

from webapp.cli.grammar import Subparsers
from webapp.demo.build import build
from webapp.demo.media import make_videos
from webapp.demo.standing import is_built
from webapp.settings import Mode, read_settings


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("demo", help="build the demo province into an empty database")
    own.add_argument("--seed", type=int, default=2026)
    own.add_argument("--only-media", action="store_true", help="only make the videos of the courses")
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build the province, or say why not."""
    settings = read_settings()
    if arguments.only_media:
        make_videos(settings)
        return 0
    if settings.mode is Mode.PRODUCTION:
        print("shicheng demo: refused in production; set SHICHENG_MODE=demo for a demonstration", file=sys.stderr)
        return 1
    if is_built(settings):
        print("shicheng demo: the database already has people in it; remove it first to build anew", file=sys.stderr)
        return 1
    started = time.monotonic()
    for words in build(settings, seed=arguments.seed):
        print(f"  {time.monotonic() - started:5.1f} s  {words}", flush=True)
    return 0
