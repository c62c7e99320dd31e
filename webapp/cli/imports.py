"""``shicheng import``: people, catalogue, items or a framework from a file; refused as a whole when a row is.

A dry run says row by row what would happen and writes nothing. The command line reaches everywhere.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml
from flask_babel import force_locale
from sqlalchemy.orm import Session

from content.formats.rows import Diff, Refusal, RowDiff, RowOutcome
from content.frameworks import load_framework
from content.importing import apply_catalogue, plan_catalogue, publish_batch
from content.item_importing import apply_items, plan_items
from core.audit import BatchKind, ImportBatch
from core.errors import Invalid
from learning.roster.directory import place_names
from learning.roster.importing import import_people
from learning.roster.passwords import issue_passwords
from learning.roster.planning import dry_run
from learning.roster.undoing import get_batch
from learning.roster.workbooks import password_list
from webapp.account.passwords import hash_one_time
from webapp.application import create_app
from webapp.cli.grammar import Subparsers
from webapp.clock import Clock
from webapp.database import Database
from webapp.labels import error_words
from webapp.settings import Settings, read_settings


@dataclass(frozen=True)
class Kind:
    """How one kind of workbook is compared and applied."""

    plan: Callable[[Session, bytes, str, datetime], Diff]
    apply: Callable[[Session, bytes, str, datetime], ImportBatch | None]


KINDS: Mapping[str, Kind] = {
    "people": Kind(
        lambda session, data, name, now: dry_run(session, data, name, by=None, now=now).diff,
        lambda session, data, name, now: import_people(session, data, name, by=None, now=now)[1],
    ),
    "catalogue": Kind(
        lambda session, data, name, _now: plan_catalogue(session, data, name, by=None).diff,
        lambda session, data, name, now: apply_catalogue(session, data, name, by=None, now=now),
    ),
    "items": Kind(
        lambda session, data, name, _now: plan_items(session, data, name).diff,
        lambda session, data, name, now: apply_items(session, data, name, by=None, now=now),
    ),
}


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("import", help="bring people, courses, items or a framework in from a file")
    own.add_argument("kind", choices=[*KINDS, "framework"])
    own.add_argument("file", type=Path, metavar="FILE", help=".xlsx, .xls or .csv; .yaml for a framework")
    own.add_argument("--dry-run", action="store_true", help="compare only; write nothing")
    own.add_argument("--json", action="store_true", help="print the comparison as JSON")
    own.add_argument("--publish", action="store_true", help="catalogue: publish what the workbook brings")
    own.add_argument("--passwords", type=Path, metavar="OUT.xlsx", help="people: write first passwords to this file")
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare, and apply unless told not to."""
    settings = read_settings()
    try:
        data = arguments.file.read_bytes()
    except OSError as wrong:
        print(f"shicheng import: {arguments.file}: {wrong.strerror}", file=sys.stderr)
        return 2
    now = Clock(settings.as_of, settings.clock_file).now()
    database = Database(settings.database_url)
    if arguments.kind == "framework":
        return _framework(database, data, is_dry=arguments.dry_run, now=now)
    return _workbook(arguments, settings, database, data, now=now)


def _workbook(
    arguments: argparse.Namespace, settings: Settings, database: Database, data: bytes, *, now: datetime
) -> int:
    kind, name = KINDS[arguments.kind], arguments.file.name
    with database.unit_of_work() as session:  # a dry run writes nothing in it
        diff = kind.plan(session, data, name, now)
        _tell(diff, settings, is_json=arguments.json)
        if not diff.is_clean:
            return 1
        batch = None if arguments.dry_run else kind.apply(session, data, name, now)
        if batch is not None and batch.kind is BatchKind.CATALOGUE and arguments.publish:
            publish_batch(session, batch.id, by=None, now=now)
        if batch is not None and batch.kind is BatchKind.PEOPLE and arguments.passwords:
            _write_passwords(session, batch.id, settings, arguments.passwords, now=now)
    return 0


def _framework(database: Database, data: bytes, *, is_dry: bool, now: datetime) -> int:
    try:
        parsed = yaml.safe_load(data)
    except yaml.YAMLError as wrong:
        print(f"shicheng import: the file is no YAML: {wrong}", file=sys.stderr)
        return 1
    if not isinstance(parsed, dict):
        raise Invalid("framework_not_a_mapping")
    if is_dry:
        session = database.session()
        try:
            framework = load_framework(session, parsed, now=now)
            print(f"{framework.code} {framework.version}: readable; nothing was written")
        finally:
            session.close()
        return 0
    with database.unit_of_work() as session:
        framework = load_framework(session, parsed, now=now)
        print(f"{framework.code} {framework.version}: stands")
    return 0


def _write_passwords(session: Session, batch_id: int, settings: Settings, target: Path, *, now: datetime) -> None:
    batch = get_batch(session, None, batch_id)
    if batch.n_new == 0:
        return
    issued = issue_passwords(session, batch, by=None, hash_of=hash_one_time, now=now)
    places = place_names(session, [person.id for person, _password in issued])
    rows = [(person, places.get(person.id, ""), password) for person, password in issued]
    target.touch(mode=0o600)
    target.write_bytes(password_list(rows, address=settings.base_url + "/sign-in"))


def _tell(diff: Diff, settings: Settings, *, is_json: bool) -> None:
    """Counts and rows on stdout, refusals in words on stderr."""
    if is_json:
        print(diff.to_json())
    else:
        print(", ".join(f"{diff.count(outcome)} {outcome.value}" for outcome in RowOutcome))
        for row in diff.rows:
            if row.outcome in (RowOutcome.NEW, RowOutcome.CHANGED):
                print(_line(row))
    with create_app(settings).app_context(), force_locale("en"):
        for refusal in diff.refusals:
            print(_refused(refusal), file=sys.stderr)


def _line(row: RowDiff) -> str:
    cells = "; ".join(
        f"{c.column}: {c.before} -> {c.after}" if c.before else f"{c.column}: {c.after}" for c in row.changes
    )
    return f"{_where(row.sheet, row.row)} {row.outcome.value} {row.key} {row.title}  {cells}"


def _refused(refusal: Refusal) -> str:
    words = error_words(Invalid(refusal.code, **refusal.figures))
    return f"{_where(refusal.sheet, refusal.row)} {refusal.column}: {words}".replace(" :", ":")


def _where(sheet: str, row: int) -> str:
    return f"{sheet + ' ' if sheet else ''}row {row}"
