"""The database itself refuses to change or delete what is only ever appended.

The triggers are made with the tables (tests, demo) and can be executed by a migration: see ``statements``.
"""

from sqlalchemy import DDL, ExecutableDDLElement, Table, event

from assessment.models import Answer
from core.audit import AuditEntry
from core.db import Base
from learning.credit.models import LedgerEntry

APPENDED = tuple(model.__tablename__ for model in (LedgerEntry, Answer, AuditEntry))
_ACTS = ("UPDATE", "DELETE")
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION '% is appended to, never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
    "END $$"
)


def statements(dialect: str, table: str) -> tuple[str, ...]:
    """CREATE statements that guard one table, for "sqlite" or "postgresql"."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is appended to, never changed'); END"
            for act in _ACTS
        )
    return (
        _FUNCTION,
        *(
            f"CREATE OR REPLACE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            for act in _ACTS
        ),
    )


def removals(dialect: str, table: str) -> tuple[str, ...]:
    """DROP statements, for a migration's way back."""
    place = "" if dialect == "sqlite" else f" ON {table}"
    return tuple(f"DROP TRIGGER IF EXISTS {table}_refuses_{act.lower()}{place}" for act in _ACTS)


def _ddl(statement: str) -> ExecutableDDLElement:
    made: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    return made


def _attach(table: Table) -> None:
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect, table.name):
            event.listen(table, "after_create", _ddl(statement).execute_if(dialect=dialect))


for _name in APPENDED:
    _attach(Base.metadata.tables[_name])
