"""Whether a database already has people in it; asked before anything heavy is loaded."""

from sqlalchemy import create_engine, inspect, text

from webapp.settings import Settings


def is_built(settings: Settings) -> bool:
    """Whether the database already has people in it."""
    engine = create_engine(settings.database_url)
    try:
        if not inspect(engine).has_table("person"):
            return False
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT EXISTS (SELECT 1 FROM person)")))
    finally:
        engine.dispose()
