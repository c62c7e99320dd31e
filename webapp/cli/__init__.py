"""The command line: ``shicheng serve | found | demo | jobs | check | import | calibrate | simulate | export``.

Only the module of the command that is asked for is loaded: the whole product takes seconds to import,
and most commands need a small part of it. Exit codes: 0 done, 1 refused with the reasons on stderr,
2 wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from core.errors import DomainError
from webapp.settings import SettingsError

COMMANDS = {
    "serve": ("webapp.cli.serve", "serve the site"),
    "found": ("webapp.cli.found", "found an empty site: places, rules, content, first administrator"),
    "demo": ("webapp.cli.demo", "build the demo province into an empty database"),
    "jobs": ("webapp.cli.jobs", "the schedule: work it off, look at it, run one job"),
    "check": ("webapp.cli.check", "prove the invariants of the record"),
    "import": ("webapp.cli.imports", "bring people, courses, items or a framework in from a file"),
    "calibrate": ("webapp.cli.calibrate", "estimate item parameters from a table of answers"),
    "simulate": ("webapp.cli.simulate", "let simulated people sit a blueprint"),
    "export": ("webapp.cli.export", "write a report of an organisation to a workbook"),
}


def parser(command: str | None) -> argparse.ArgumentParser:
    """The grammar: one command in full, or all of them in one line each."""
    top = argparse.ArgumentParser(prog="shicheng", description="Shicheng 师程: measure, guide, prove, bank.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    if command in COMMANDS:
        import_module(COMMANDS[command][0]).add_parser(commands)
    else:
        for name, (_module, words) in COMMANDS.items():
            commands.add_parser(name, help=words)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what a person can mend is told on stderr with exit code 1."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = parser(next(iter(words), None)).parse_args(words)
    try:
        return int(chosen.run(chosen))
    except (DomainError, SettingsError) as error:
        print(f"shicheng: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
