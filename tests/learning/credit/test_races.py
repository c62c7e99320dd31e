"""Many processes post the same completion at the same moment: one credit per unit."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from content.terms import DeliveryMode
from core.db import Base
from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.profiles import load_rules
from tests.conftest import NOW, make_world
from tests.learning.credit.conftest import make_course, study
from webapp.database import Database

ROOT = Path(__file__).parents[3]
N_PROCESSES = 8


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own whose rows are really committed."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'race.sqlite3'}"
        return
    server = os.environ.get("SHICHENG_TEST_POSTGRES")
    if server is None:
        pytest.fail("SHICHENG_TEST_POSTGRES is not set: run the suite with `python3 dev.py test`")
    name = f"shicheng_race_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.rsplit("/", 1)[0] + f"/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def post_at_once(url: str, enrolments: list[int], tmp_path: Path) -> list[int]:
    """How many entries each of the eight processes says it posted."""
    start = tmp_path / "start"
    command = [sys.executable, "-m", "tests.learning.credit.posting_process", url]
    with_ids = [*command, ",".join(map(str, enrolments)), str(start)]
    running = [subprocess.Popen(with_ids, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(N_PROCESSES)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start.touch()
    said = [process.communicate(timeout=60)[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * N_PROCESSES
    return [sum(map(int, words)) for words in said]


def net_hours(session: Session) -> dict[str, int]:
    total = select(RuleProfile.code, func.sum(LedgerEntry.hours_hundredths)).join(RuleProfile)
    return dict(map(tuple, session.execute(total.group_by(RuleProfile.code)).all()))


def test_eight_processes_posting_one_completion_give_one_credit_per_unit(url: str, tmp_path: Path) -> None:
    database = Database(url)
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        world = make_world(session)
        load_rules(session, now=NOW)
        online = study(session, world.teacher, make_course(session, world.provider, [2700] * 3)).id
        rooms = [
            study(session, world.teacher, make_course(session, world.provider, [2700] * 5, mode=DeliveryMode.F2F)).id
            for _ in range(2)
        ]
    posted = post_at_once(url, [online, *rooms], tmp_path)
    with database.session(is_read_only=True) as session:
        # 3 online units and, of 10 in the room on one day, 8: in each of the two profiles in force
        assert net_hours(session) == {"CN-DEFAULT": 1100, "CN-HENAN": 1100}
    assert sum(posted) == 22
    database.engine.dispose()
