"""Brings a database up to the present schema with the migrations that ship inside the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

MIGRATIONS = Path(__file__).parent / "migrations"


def config(database_url: str) -> Config:
    """Alembic's configuration for one database, without any ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return settings


def upgrade(database_url: str, revision: str = "head") -> None:
    """Upgrade to a revision; an up-to-date database is left as it is, without loading the whole product to see it."""
    settings = config(database_url)
    if (
        revision == "head"
        and _standing_revision(database_url) == ScriptDirectory.from_config(settings).get_current_head()
    ):
        return
    command.upgrade(settings, revision)


def _standing_revision(database_url: str) -> str | None:
    """The revision a database stands at; None when it has none."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
