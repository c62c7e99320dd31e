"""Brings a database up to the present schema with the migrations that ship inside the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def config(database_url: str) -> Config:
    """Alembic's configuration for one database, without any ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return settings


def upgrade(database_url: str, revision: str = "head") -> None:
    """Upgrade to a revision; an up-to-date database is left as it is."""
    command.upgrade(config(database_url), revision)
