"""Rows collected per table and written together, with ids given here so that rows can point at each other."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from core.db import Base


class Rows:
    """A pile of rows for each table; ``add`` gives the id of the new row."""

    def __init__(self) -> None:
        self._piles: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self._next: dict[type[Base], int] = defaultdict(lambda: 1)

    def add(self, table: type[Base], **values: object) -> int:
        """Put one row on its table's pile."""
        row_id = self._next[table]
        self._next[table] += 1
        self._piles[table].append({"id": row_id, **values})
        return row_id

    def of(self, table: type[Base]) -> list[dict[str, Any]]:
        """The rows waiting for one table; they may still be changed."""
        return self._piles[table]

    def write(self, session: Session) -> dict[str, int]:
        """Write every pile, parents before children; how many rows went where."""
        written: dict[str, int] = {}
        by_table = {mapped.__table__: mapped for mapped in self._piles}
        for table in Base.metadata.sorted_tables:
            if table in by_table and (pile := self._piles[by_table[table]]):
                session.execute(insert(table), pile)
                written[table.name] = len(pile)
        self._piles.clear()
        session.flush()
        return written


def catch_up_sequences(session: Session) -> None:
    """On PostgreSQL, let every sequence go on behind the ids that were given here."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if _has_own_id(table):
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608
                    f"COALESCE((SELECT MAX(id) FROM {table.name}), 0) + 1, false)"
                )
            )


def _has_own_id(table: Table) -> bool:
    return "id" in table.c and table.c.id.primary_key and len(table.primary_key) == 1
