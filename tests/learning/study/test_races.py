"""Two windows, two devices, eight people and one seat: what happens at the same moment happens once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import create_engine, func, select, text

from content.terms import DeliveryMode, ModuleKind
from core.access import Role
from core.db import Base
from core.errors import Conflict, DomainError
from learning.credit.models import LedgerEntry
from learning.credit.profiles import load_rules
from learning.engine.evidence import covered_ms
from learning.study.enrolments import enrol
from learning.study.models import Enrolment, ModuleResult, StudyInterval, StudySession
from learning.study.modules import finish_reading
from learning.study.sessions import open_session, take_interval
from learning.terms import EnrolmentSource, EnrolmentState
from tests.conftest import NOW, make_person, make_world
from tests.learning.study.conftest import SECRET, make_course, make_courses, make_offering, module, study
from webapp.database import Database

ROOT = Path(__file__).parents[3]
SELF = EnrolmentSource.SELF


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own whose rows are really committed."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'race.sqlite3'}"
        return
    server = os.environ.get("SHICHENG_TEST_POSTGRES")
    if server is None:
        pytest.fail("SHICHENG_TEST_POSTGRES is not set: run the suite with `python3 dev.py test`")
    name = f"shicheng_study_race_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.rsplit("/", 1)[0] + f"/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def base(url: str) -> Iterator[Database]:
    database = Database(url)
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Run the acts in threads that start together; what each gave back, or the error it met."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        try:
            return act()
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_last_seat_goes_to_one_of_eight(base: Database) -> None:
    with base.unit_of_work() as session:
        world = make_world(session)
        courses = make_courses(session, world.provider)
        offering = make_offering(session, courses.f2f, world.county, n_seats=3)
        people = [make_person(session, f"R{n}", f"师{n}", world.school, Role.TEACHER).id for n in range(10)]
        for person_id in people[:2]:
            enrol(session, person_id, courses.f2f.id, source=SELF, now=NOW, offering_id=offering.id)
        course_id, offering_id = courses.f2f.id, offering.id

    def join(person_id: int) -> int:
        with base.unit_of_work() as session:
            return enrol(session, person_id, course_id, source=SELF, now=NOW, offering_id=offering_id).id

    said = at_once([lambda p=person_id: join(p) for person_id in people[2:]])
    assert sum(isinstance(answer, int) for answer in said) == 1
    assert {str(answer.code) for answer in said if isinstance(answer, Conflict)} == {"no_seats_left"}
    with base.session(is_read_only=True) as session:
        assert sorted(session.scalars(select(Enrolment.seat_no))) == [1, 2, 3]


def test_eight_people_and_eight_seats_all_sit(base: Database) -> None:
    with base.unit_of_work() as session:
        world = make_world(session)
        courses = make_courses(session, world.provider)
        offering_id = make_offering(session, courses.f2f, world.county, n_seats=8).id
        people = [make_person(session, f"R{n}", f"师{n}", world.school, Role.TEACHER).id for n in range(8)]
        course_id = courses.f2f.id

    def join(person_id: int) -> None:
        with base.unit_of_work() as session:
            enrol(session, person_id, course_id, source=SELF, now=NOW, offering_id=offering_id)

    assert at_once([lambda p=person_id: join(p) for person_id in people]) == [None] * 8
    with base.session(is_read_only=True) as session:
        assert sorted(session.scalars(select(Enrolment.seat_no))) == list(range(1, 9))


def test_a_double_click_enrols_once(base: Database) -> None:
    with base.unit_of_work() as session:
        world = make_world(session)
        course_id, person_id = make_courses(session, world.provider).online.id, world.teacher.id

    def join() -> None:
        with base.unit_of_work() as session:
            enrol(session, person_id, course_id, source=SELF, now=NOW)

    said = at_once([join] * 4)
    assert said.count(None) == 1
    assert {answer.code for answer in said if isinstance(answer, DomainError)} == {"already_enrolled"}


def test_four_processes_finishing_the_same_module_leave_one_result_and_one_credit(
    base: Database, url: str, tmp_path: Path
) -> None:
    with base.unit_of_work() as session:
        world = make_world(session)
        load_rules(session, now=NOW)
        course = make_course(session, world.provider, "KC-5", DeliveryMode.ONLINE, module(1, ModuleKind.READING, 2700))
        enrolment = enrol(session, world.teacher.id, course.id, source=SELF, now=NOW)
        study(session, enrolment, course.modules[0], seconds=2700, start=NOW)
        ids = [str(enrolment.id), str(course.modules[0].id), str(world.teacher.id)]
    start = tmp_path / "start"
    command = [sys.executable, "-m", "tests.learning.study.acting_process", url, *ids, str(start)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start.touch()
    said = [process.communicate(timeout=60)[0].strip() for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert len(set(said)) == 1
    with base.session(is_read_only=True) as session:
        assert session.scalars(select(ModuleResult.counted_seconds)).all() == [2700]
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 2  # one unit, two profiles
        assert session.scalars(select(Enrolment.state)).all() == [EnrolmentState.COMPLETED]


def test_the_last_two_modules_finished_in_the_same_moment_complete_the_course(base: Database) -> None:
    with base.unit_of_work() as session:
        world = make_world(session)
        load_rules(session, now=NOW)
        course = make_course(
            session, world.provider, "KC-6", DeliveryMode.ONLINE, module(1, ModuleKind.READING, 1350),
            module(2, ModuleKind.READING, 1350),
        )  # fmt: skip
        enrolment = enrol(session, world.teacher.id, course.id, source=SELF, now=NOW)
        end = study(session, enrolment, course.modules[0], seconds=1350, start=NOW)
        end = study(session, enrolment, course.modules[1], seconds=1350, start=end)
        enrolment_id, person_id, parts = enrolment.id, world.teacher.id, [part.id for part in course.modules]

    def finish(module_id: int) -> None:
        with base.unit_of_work() as session:
            finish_reading(session, enrolment_id, module_id, person_id=person_id, now=end)

    assert at_once([lambda p=part: finish(p) for part in parts]) == [None, None]
    with base.session(is_read_only=True) as session:
        assert session.scalars(select(Enrolment.state)).all() == [EnrolmentState.COMPLETED]
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 2


def test_two_devices_beating_at_once_never_count_the_same_time_twice(base: Database) -> None:
    with base.unit_of_work() as session:
        world = make_world(session)
        courses = make_courses(session, world.provider)
        enrolment_id = enrol(session, world.teacher.id, courses.online.id, source=SELF, now=NOW).id
        person_id = world.teacher.id
        reading_id, quiz_id = courses.part(ModuleKind.READING).id, courses.part(ModuleKind.QUIZ).id

    def work(device: str, module_id: int) -> None:
        for turn in range(6):  # each device opens its page again and again, and beats
            at = NOW + timedelta(seconds=20 * turn)
            with base.unit_of_work() as session:
                opened = open_session(
                    session, enrolment_id, module_id, person_id=person_id, device=device, secret=SECRET, now=at
                )
            with base.unit_of_work() as session:
                take_interval(
                    session, opened.session_id, person_id=person_id, seq=1, signature=opened.signature,
                    claimed_ms=15_000, secret=SECRET, now=at + timedelta(seconds=15),
                )  # fmt: skip

    said = at_once([lambda: work("laptop", reading_id), lambda: work("phone", quiz_id)])
    assert said == [None, None]
    with base.session(is_read_only=True) as session:
        kept = session.scalars(select(StudyInterval)).all()
        ranges = [(int(row.from_at.timestamp() * 1000), int(row.to_at.timestamp() * 1000)) for row in kept]
        assert ranges
        assert covered_ms(ranges) == sum(high - low for low, high in ranges)
        live = select(func.count()).select_from(StudySession).where(StudySession.ended_at.is_(None))
        assert session.scalar(live) == 1


def test_one_beat_sent_by_four_windows_counts_once(base: Database) -> None:
    with base.unit_of_work() as session:
        world = make_world(session)
        courses = make_courses(session, world.provider)
        enrolment_id = enrol(session, world.teacher.id, courses.online.id, source=SELF, now=NOW).id
        person_id = world.teacher.id
        opened = open_session(
            session, enrolment_id, courses.part(ModuleKind.READING).id, person_id=person_id, device="d", secret=SECRET,
            now=NOW,
        )  # fmt: skip

    def beat() -> int:
        with base.unit_of_work() as session:
            return take_interval(
                session, opened.session_id, person_id=person_id, seq=1, signature=opened.signature, claimed_ms=15_000,
                secret=SECRET, now=NOW + timedelta(seconds=15),
            ).measured.counted_seconds  # fmt: skip

    assert at_once([beat] * 4) == [15] * 4
