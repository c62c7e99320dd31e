"""``shicheng export``: a report of a place as a workbook."""

import argparse
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from core.people import get_organisation
from learning.engine.days import ZONE, local_day
from learning.reports.exports import Export, record_export
from learning.reports.workbook import workbook_of
from webapp.admin.workbooks import sheets_of
from webapp.application import create_app
from webapp.cli.grammar import Subparsers
from webapp.clock import Clock
from webapp.database import Database
from webapp.settings import read_settings

REPORTS = (Export.HOURS, Export.PEOPLE, Export.NEED)


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("export", help="write a report of an organisation to a workbook")
    own.add_argument("report", choices=[report.value for report in REPORTS])
    own.add_argument("--organisation", required=True, metavar="CODE", help="the place, with all below it")
    own.add_argument("--out", required=True, type=Path, metavar="FILE", help="the .xlsx file to write")
    own.add_argument(
        "--as-of", type=_as_of, metavar="TIME", help="the day it is told for, e.g. 2026-06-30 (default: today)"
    )
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the workbook and say how much is in it."""
    settings = read_settings()
    if not arguments.out.parent.is_dir():
        print(f"shicheng export: the folder {arguments.out.parent} does not exist; make it first", file=sys.stderr)
        return 1
    clock = Clock(settings.as_of, settings.clock_file)
    on = local_day(arguments.as_of or clock.now())
    what = Export(arguments.report)
    with create_app(settings).app_context(), Database(settings.database_url).unit_of_work() as session:
        place = get_organisation(session, arguments.organisation)
        sheets = sheets_of(session, what, place, on=on, min_cell=settings.min_cell)
        n_rows = sum(len(sheet.rows) for sheet in sheets[:-1])
        arguments.out.write_bytes(workbook_of(sheets))
        record_export(session, what, place, actor=None, n_rows=n_rows, now=clock.now())
    print(f"{arguments.out}: {place.name}, {on.isoformat()}, {n_rows} rows")
    return 0


def _as_of(words: str) -> datetime:
    """A day or a moment; without a zone, Chinese time."""
    moment = datetime.fromisoformat(words) if "T" in words or " " in words else _end_of(date.fromisoformat(words))
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), tzinfo=ZONE)
