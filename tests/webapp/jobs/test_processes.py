"""Four schedulers at once, one killed in the middle of its work: everybody is told exactly once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text

from core.access import Grant, Role
from core.db import Base
from core.outbox import JobSlot, Message
from core.people import CareerStage, Person, Post
from learning.credit.profiles import load_rules
from tests.conftest import NOW, make_world
from webapp.database import Database

ROOT = Path(__file__).parents[3]
JOB = "reminders.hours_behind"
AS_OF = "2026-12-24T09:00+08:00"  # after the last slot of the year's -7 reminder
N_PEOPLE = 1500
STARTED: list["subprocess.Popen[str]"] = []
N_TOLD = N_PEOPLE + 4 + 1  # the world's own teachers, and one message with a count to its school


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'schedulers.sqlite3'}"
    else:
        server = os.environ["SHICHENG_TEST_POSTGRES"]
        name = f"shicheng_schedulers_{os.getpid()}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = server.rsplit("/", 1)[0] + f"/{name}"
    database = Database(url)
    Base.metadata.create_all(database.engine)
    fill(database)
    yield database
    database.engine.dispose()
    if request.param == "postgres":
        drop(server, name)


def drop(server: str, name: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def fill(database: Database) -> None:
    """A county's 1,500 teachers without a single hour."""
    with database.unit_of_work() as session:
        world = make_world(session)
        load_rules(session, now=NOW)
        ids = range(1000, 1000 + N_PEOPLE)
        session.execute(
            insert(Person),
            [
                {"id": n, "staff_no": f"N{n}", "name": "某老师", "name_sort": f"n{n}", "stage": CareerStage.NOVICE,
                 "other_subjects": [], "locale": "zh_CN", "is_personalised": True, "wants_digest": False,
                 "is_active": True, "joined_at": NOW}
                for n in ids
            ],
        )  # fmt: skip
        posts = [
            {"person_id": n, "organisation_id": world.other_school.id, "started_on": date(2021, 9, 1)} for n in ids
        ]
        session.execute(insert(Post), posts)
        grants = [
            {"person_id": n, "role": Role.TEACHER, "organisation_id": world.other_school.id, "granted_at": NOW}
            for n in ids
        ]
        session.execute(insert(Grant), grants)


@pytest.fixture(autouse=True)
def started() -> Iterator[list["subprocess.Popen[str]"]]:
    """Whatever a test started is gone when it ends, however it ends."""
    STARTED.clear()
    yield STARTED
    for process in STARTED:
        if process.poll() is None:
            process.kill()
            process.communicate()


def start(database: Database, folder: Path, *words: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "SHICHENG_MODE": "test",
        "SHICHENG_DATA_DIR": str(folder),
        "SHICHENG_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "SHICHENG_SECRET_KEY": "only-for-tests-0123456789-0123456789",
        "SHICHENG_AS_OF": AS_OF,
    }
    command = [sys.executable, "-m", "webapp.cli", "jobs", *words]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    STARTED.append(process)
    return process


def n_messages(database: Database) -> int:
    with database.session(is_read_only=True) as session:
        return session.query(Message).count()


def slots(database: Database) -> list[JobSlot]:
    with database.session(is_read_only=True) as session:
        return list(session.scalars(select(JobSlot)))


def wait_for(condition: object, *, seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.002)


def kill_in_the_middle(database: Database) -> tuple[int, int]:
    """Stop whoever claimed the slot, let it go on by small steps until some are told, then kill it: (pid, told)."""
    wait_for(lambda: slots(database))
    victim = int((slots(database)[0].claimed_by or "").split(":")[1])
    os.kill(victim, signal.SIGSTOP)
    for _ in range(10_000):
        told = n_messages(database)
        if told:
            break
        os.kill(victim, signal.SIGCONT)
        time.sleep(0.002)
        os.kill(victim, signal.SIGSTOP)
    os.kill(victim, signal.SIGKILL)
    return victim, told


def test_four_schedulers_and_one_killed_mid_run_leave_exactly_one_message_each(
    database: Database, tmp_path: Path
) -> None:
    workers = [
        start(database, tmp_path, "work", "--only", JOB, "--look-seconds", "0.2", "--lease-seconds", "2")
        for _ in range(4)
    ]
    victim, n_told_before = kill_in_the_middle(database)
    assert 0 < n_told_before < N_TOLD, "the worker must die in the middle of its work"
    assert slots(database)[0].finished_at is None
    wait_for(lambda: slots(database)[0].finished_at is not None)
    for worker in workers:
        worker.terminate()
    codes = {worker.pid: (worker.communicate(timeout=120), worker.returncode)[1] for worker in workers}
    assert codes.pop(victim) == -signal.SIGKILL
    assert list(codes.values()) == [0, 0, 0]  # SIGTERM stops cleanly
    with database.session(is_read_only=True) as session:
        told = Counter(
            (rule, person_id) for rule, person_id in session.execute(select(Message.rule, Message.recipient_id))
        )
    assert set(told.values()) == {1}
    assert len(told) == N_TOLD
    (slot,) = slots(database)
    assert slot.outcome == {"due": N_TOLD, "told": N_TOLD - n_told_before}
    assert str(victim) not in (slot.claimed_by or "").split(":")


def test_four_processes_running_one_moment_do_it_once(database: Database, tmp_path: Path) -> None:
    at_once = [start(database, tmp_path, "run", JOB, "--as-of", "2026-12-24T08:15+08:00") for _ in range(4)]
    said = [(process.communicate(timeout=240), process.returncode) for process in at_once]
    assert [code for _said, code in said] == [0] * 4
    assert sorted("taken" in out for (out, _err), _code in said) == [False, True, True, True]
    assert n_messages(database) == N_TOLD
