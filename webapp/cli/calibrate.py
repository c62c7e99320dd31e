"""``shicheng calibrate``: item parameters from a table of answers.

Exit codes: 0 done, 1 refused (or written without having converged) with the reasons on stderr, 2 wrong usage.
"""

import argparse
import sys
from pathlib import Path

from assessment.calibration import (
    CalibrationRun,
    calibrate,
    check_folder,
    refuse_without_second_engine,
    write_run,
)
from assessment.calibration_files import read_answers
from core.errors import DomainError
from webapp.cli.grammar import Subparsers
from webapp.labels import error_words


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("calibrate", help="estimate item parameters from a wide 0/1 table of answers")
    own.add_argument(
        "answers", type=Path, metavar="RESPONSES.csv",
        help="a row a person, a column an item: 1 right, 0 wrong, empty not given; a first column headed "
        "'person' holds ids",
    )  # fmt: skip
    own.add_argument("--model", choices=("2PL",), default="2PL")
    own.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    own.add_argument("--second-opinion", action="store_true", help="let an independent engine estimate the same")
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Calibrate, write the results whole, and say what was left out."""
    try:
        check_folder(arguments.out)
        if arguments.second_opinion:
            refuse_without_second_engine()
        done = calibrate(read_answers(arguments.answers), with_second_opinion=arguments.second_opinion)
        write_run(done, arguments.out)
    except DomainError as error:
        print(f"shicheng calibrate: {error_words(error)}", file=sys.stderr)
        return 1
    for item in done.result.unusable:
        print(f"shicheng calibrate: left out {item.code}: {item.reason.value} ({item.n} answers)", file=sys.stderr)
    print(_summary(done, arguments.out))
    if not done.result.converged:
        print("shicheng calibrate: NOT CONVERGED: do not use these parameters", file=sys.stderr)
        return 1
    return 0


def _summary(done: CalibrationRun, folder: Path) -> str:
    result = done.result
    words = (
        f"{len(result.items)} items, {len(done.table.persons)} persons, log-likelihood {result.loglik:.4f}, "
        f"{result.iterations} iterations, {done.seconds:.2f} s -> {folder}"
    )
    if done.second is not None:
        gap = max(abs(done.second.b[item.code] - item.b) for item in result.items)
        words += f"; second opinion: largest difference in b {gap:.3f}"
    return words
