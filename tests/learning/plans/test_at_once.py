"""Two tabs, two processes: the same person's plan and list edited in the same moment, on both databases."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from core.db import Base
from learning import journey
from learning.credit.profiles import load_rules
from learning.mentoring.pairs import pair_up
from learning.plans.editing import add_course, confirm, entries_in, plan_of
from learning.plans.models import Plan
from recommender.models import Pick
from recommender.terms import PickState
from tests.conftest import NOW, make_world
from tests.recommender.conftest import make_course
from webapp.database import Database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of this test alone, since threads must commit to meet each other."""
    if request.param == "sqlite":
        own = Database(f"sqlite:///{tmp_path / 'plans.sqlite3'}")
        Base.metadata.create_all(own.engine)
        yield own
        own.engine.dispose()
        return
    url = os.environ["SHICHENG_TEST_POSTGRES"]
    name = f"shicheng_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_plans"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    own = Database(url.rsplit("/", 1)[0] + f"/{name}")
    Base.metadata.create_all(own.engine)
    yield own
    own.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    admin.dispose()


def at_once(database: Database, acts: list[Callable[[Session], object]]) -> None:
    start = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> None:
        start.wait()
        with database.unit_of_work() as session:
            act(session)

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def test_edits_of_a_confirmed_plan_in_the_same_moment_share_one_new_draft(database: Database) -> None:
    with database.unit_of_work() as session:
        world = make_world(session)
        ids = [make_course(session, world, f"KC-{n}").id for n in range(5)]
        pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
        add_course(session, world.teacher.id, ids[0], year=2026, now=NOW)
        plan = plan_of(session, world.teacher.id, 2026)
        assert plan is not None
        confirm(session, plan.id, by=world.actor(session, world.mentor), now=NOW)
        person_id = world.teacher.id

    def plan_it(course_id: int) -> Callable[[Session], object]:
        return lambda session: add_course(session, person_id, course_id, year=2026, now=NOW)

    at_once(database, [plan_it(course_id) for course_id in [*ids[1:], ids[1]]])
    with database.unit_of_work() as session:
        assert session.scalars(select(Plan.version).order_by(Plan.version)).all() == [1, 2]
        assert [
            entry.course_id
            for entry in sorted(entries_in(plan_of(session, person_id, 2026)), key=lambda e: e.course_id)
        ] == ids


def test_lists_renewed_in_the_same_moment_leave_one_on_offer(database: Database) -> None:
    with database.unit_of_work() as session:
        world = make_world(session)
        load_rules(session, now=NOW)
        for n in range(5):
            make_course(session, world, f"KC-{n}")
        person_id = world.teacher.id
    at_once(database, [lambda session: journey.renew_picks(session, person_id, now=NOW) for _tab in range(4)])
    with database.unit_of_work() as session:
        rows = session.execute(select(Pick.run_no, Pick.state)).all()
        assert {row.run_no for row in rows} == {1, 2, 3, 4}
        assert {row.run_no for row in rows if row.state is PickState.OFFERED} == {4}
        assert len(rows) == 20
