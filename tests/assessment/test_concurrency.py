"""Two tabs, two devices, two processes: the database lets one answer through."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from assessment.models import Answer, Question, Sitting
from assessment.sittings import Step, current_question, find_open_sitting, start_sitting, submit_answer
from content.models import Item
from content.terms import Competency, ItemState
from core.db import Base
from core.people import Person, SchoolLevel
from webapp.database import Database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def shared(request: pytest.FixtureRequest, tmp_path: Path, now: datetime) -> Iterator[tuple[Database, int]]:
    """A database of its own with one teacher and a small bank, really committed."""
    database = Database(fresh_postgres() if request.param == "postgres" else f"sqlite:///{tmp_path / 'tabs.sqlite3'}")
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        person = Person(staff_no="TWO", name="两窗", name_sort="two", school_level=SchoolLevel.PRIMARY, joined_at=now)
        session.add(person)
        session.add_all(
            Item(
                code=f"{competency.value}-{number}", state=ItemState.OPERATIONAL, competency=competency,
                expert_level=1 + number % 5, stem="?", options=["1", "2", "3", "4"], key_index=0, rationale="!",
            )
            for competency in Competency
            for number in range(3)
        )  # fmt: skip
        session.flush()
        person_id = person.id
    yield database, person_id
    database.engine.dispose()


def fresh_postgres() -> str:
    server = os.environ["SHICHENG_TEST_POSTGRES"]
    name = f"shicheng_tabs_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return f"{server.rsplit('/', 1)[0]}/{name}"


def at_once(*acts: Callable[[], None]) -> list[BaseException]:
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        try:
            barrier.wait()
            act()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_two_tabs_that_start_at_once_share_one_sitting(shared, now: datetime) -> None:
    database, person_id = shared

    def start() -> None:
        with database.unit_of_work() as session:
            start_sitting(session, person_id, now=now)

    assert at_once(*[start] * 4) == []
    with database.unit_of_work() as session:
        assert len(session.scalars(select(Sitting)).all()) == 1
        assert [question.ordinal for question in session.scalars(select(Question))] == [1]


@pytest.mark.parametrize("is_same_click", [True, False], ids=["one double click", "two tabs"])
def test_two_answers_to_one_question_at_once_leave_one_answer_and_one_next_question(
    shared, now: datetime, is_same_click: bool
) -> None:
    database, person_id = shared
    with database.unit_of_work() as session:
        start_sitting(session, person_id, now=now)
    for round_number in range(1, 6):
        with database.unit_of_work() as session:
            sitting = find_open_sitting(session, person_id)
            assert sitting is not None
            waiting = current_question(session, sitting)
            assert waiting is not None
            token = waiting.token
        steps: list[tuple[bool, int | None]] = []

        def click(position: int, *, token: str = token, number: int = round_number, steps=steps) -> None:
            client_token = f"click-{number:04d}-{0 if is_same_click else position}"
            with database.unit_of_work() as session:
                step: Step = submit_answer(
                    session,
                    person_id,
                    question_token=token,
                    shown_position=position,
                    client_token=client_token,
                    now=now,
                )
                steps.append((step.was_answered, step.next_question.ordinal if step.next_question else None))

        assert at_once(*[lambda position=position: click(position) for position in range(4)]) == []
        assert sorted(steps) == [(False, round_number + 1)] + [(True, round_number + 1)] * 3
    with database.unit_of_work() as session:
        assert len(session.scalars(select(Answer)).all()) == 5
        ordinals = sorted(question.ordinal for question in session.scalars(select(Question)))
        assert ordinals == [1, 2, 3, 4, 5, 6]
