"""The shipped migrations make exactly the tables the code expects, on both databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, insert, text
from sqlalchemy.exc import DatabaseError

from core.audit import AuditEntry
from core.db import Base
from tests.conftest import NOW
from webapp.database import Database
from webapp.migrate import upgrade


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'migrated.sqlite3'}"
    else:
        server = os.environ["SHICHENG_TEST_POSTGRES"]
        name = f"shicheng_migrated_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = f"{server.rsplit('/', 1)[0]}/{name}"
    upgrade(url)
    database = Database(url)
    yield database
    database.engine.dispose()


def test_migrated_tables_are_those_of_the_models(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing(migrated: Database) -> None:
    upgrade(migrated.engine.url.render_as_string(hide_password=False))


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET action = 'other'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_what_was_recorded(migrated: Database, change: str) -> None:
    with migrated.unit_of_work() as session:
        session.execute(insert(AuditEntry), {"at": NOW, "action": "test", "subject_kind": "none", "detail": {}})
    with pytest.raises(DatabaseError), migrated.unit_of_work() as session:
        session.execute(text(change))
