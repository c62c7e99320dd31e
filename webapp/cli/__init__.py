"""The command line: ``shicheng serve | demo | jobs | check | import | calibrate | simulate | export``.

Exit codes: 0 done, 1 refused with the reasons on stderr, 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence

from core.errors import DomainError
from webapp.cli import calibrate, check, demo, export, imports, jobs, serve, simulate
from webapp.settings import SettingsError

COMMANDS = (serve, demo, jobs, check, imports, calibrate, simulate, export)


def parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line."""
    top = argparse.ArgumentParser(prog="shicheng", description="Shicheng 师程: measure, guide, prove, bank.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what a person can mend is told on stderr with exit code 1."""
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except (DomainError, SettingsError) as error:
        print(f"shicheng: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
