"""Alembic's environment: online only, on the same engine settings as the product."""

from alembic import context

import recommender.models  # noqa: F401  (every table registers itself on import)
from core.db import Base
from webapp.database import Database

database = Database(context.config.get_main_option("sqlalchemy.url") or "")
with database.engine.execution_options(shicheng_writes=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
database.engine.dispose()
