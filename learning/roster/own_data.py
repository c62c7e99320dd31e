"""Everything the product keeps about one person, for that person."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from core.db import Base, Document
from core.people import Person, get_person

# How a table says whose row it is, and which tables hang from such a row.
OWNER_COLUMNS = ("person_id", "recipient_id", "apprentice_id", "mentor_id")
PARENTS = ("sitting", "question", "enrolment", "plan", "mentoring_pair", "study_session")
WITHHELD_TABLES = {"credential", "password_reset", "sign_in_attempt", "person"}
# Not about the person: item and its order would give the bank away, tokens and digests are keys.
WITHHELD_COLUMNS = {
    "item_id",
    "pool",
    "option_order",
    "token",
    "token_digest",
    "client_token",
    "seed",
    "category",
    "link",
}


def own_data(session: Session, person_id: int, *, now: datetime) -> Document:
    """The person's record as JSON: account, posts, roles, and every row of theirs by table."""
    get_person(session, person_id)
    people = Base.metadata.tables[Person.__tablename__]
    row = session.execute(select(people).where(people.c.id == person_id)).mappings().one()
    return {
        "exported_at": now.isoformat(),
        "person": _row(_shown(people), row),
        "records": {name: rows for name, rows in _records(session, person_id) if rows},
    }


def _records(session: Session, person_id: int) -> Iterator[tuple[str, list[Document]]]:
    ids_of: dict[str, list[int]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in WITHHELD_TABLES:
            continue
        owned = [table.c[name] == person_id for name in OWNER_COLUMNS if name in table.c]
        if not owned:
            owned = [
                column.in_(ids_of[key.column.table.name])
                for column in table.columns
                for key in column.foreign_keys
                if key.column.table.name in ids_of
            ]
        if not owned:
            continue
        rows = session.execute(select(table).where(or_(*owned)).order_by(*table.primary_key)).mappings().all()
        if table.name in PARENTS and "id" in table.c:
            ids_of[table.name] = [row["id"] for row in rows]
        yield table.name, [_row(_shown(table), row) for row in rows]


def _shown(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name not in WITHHELD_COLUMNS]


def _row(names: list[str], row: Mapping[Any, Any]) -> Document:
    return {name: _plain(row[name]) for name in names}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
