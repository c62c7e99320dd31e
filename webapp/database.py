"""The database at the edge: engines, one session a request, and the only commit and rollback in the house.

On SQLite a writing transaction begins IMMEDIATE (waiting for its turn at the start rather than failing
in the middle), foreign keys are on and the journal is WAL. A request that only reads cannot write.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g, request
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.orm.unitofwork import UOWTransaction
from sqlalchemy.pool import ConnectionPoolEntry


class Database:
    """The engine of one deployment, seen once for reading and once for writing."""

    def __init__(self, url: str) -> None:
        self.engine = _open(url)
        self._writer = self.engine.execution_options(shicheng_writes=True)

    def session(self, *, is_read_only: bool = False) -> Session:
        """A new session; a read-only one refuses to flush a change."""
        session = Session(self.engine if is_read_only else self._writer, expire_on_commit=False)
        if is_read_only:
            event.listen(session, "before_flush", _refuse)
        return session

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """A session for jobs and the command line: committed at the end, rolled back on any error."""
        session = self.session()
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def settle(self, session: Session) -> None:
        """Commit a request's session."""
        session.commit()

    def abandon(self, session: Session) -> None:
        """Roll a request's session back."""
        session.rollback()


def db() -> Session:
    """The session of the current request: read-only for GET and HEAD."""
    if "db_session" not in g:
        g.db_session = database().session(is_read_only=request.method in ("GET", "HEAD", "OPTIONS"))
    session: Session = g.db_session
    return session


def database() -> Database:
    """The database of the running application."""
    found: Database = current_app.extensions["shicheng_database"]
    return found


def ping() -> None:
    """Ask the database for a sign of life."""
    db().execute(text("SELECT 1"))


def settle_request() -> None:
    """Commit what the request did; called once, after its view came back without an error."""
    if "db_session" in g:
        database().settle(g.db_session)


def abandon_request() -> None:
    """Forget what the request did; called for every error, handled or not."""
    if "db_session" in g:
        database().abandon(g.db_session)


def close_request(_error: BaseException | None = None) -> None:
    """Give the connection back at the end of a request; never commits."""
    session: Session | None = g.pop("db_session", None)
    if session is not None:
        session.close()


def _refuse(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ValueError(f"a reading request tried to write: {list(session.new) + list(session.dirty)!r}")


def _open(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("shicheng_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
