"""Small courses to study: one online with every kind of module, one face-to-face, one school-based."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from content.models import Course, CourseModule
from content.terms import ContentFamily, CourseState, DeliveryMode, ModuleKind, Pedagogy, Requirement
from core.people import Organisation, Person
from learning.credit.profiles import load_rules
from learning.engine.days import local_day
from learning.mentoring.pairs import pair_up
from learning.study.enrolments import enrol
from learning.study.models import Enrolment, Offering
from learning.study.offerings import MeetingPlan, open_offering
from learning.study.sessions import open_session, take_interval
from learning.terms import EnrolmentSource
from tests.conftest import NOW, World

SECRET = b"the secret of these tests, long enough"
QUESTIONS = [
    {"stem": f"第{n}题", "options": ["甲", "乙", "丙", "丁"], "key": "B", "rationale": "乙最合适。"}
    for n in range(1, 6)
]
RUBRIC = [
    {"criterion": "证据", "levels": ["需改进", "合格", "优秀"]},
    {"criterion": "反思", "levels": ["需改进", "合格", "优秀"]},
]
SCENES = [
    {"seconds": 60, "heading": "开场", "caption": "先看一遍。"},
    {"seconds": 60, "heading": "要点", "caption": "再想一遍。"},
]


def make_course(
    session: Session, provider: Organisation, code: str, mode: DeliveryMode, *modules: CourseModule,
    title: str = "倾听与反馈", is_open: bool = True,
) -> Course:  # fmt: skip
    course = Course(
        code=code, state=CourseState.PUBLISHED, title=title, summary="s", problem="p", family=ContentFamily.PROFESSIONAL,
        requirement=Requirement.ELECTIVE, pedagogy=Pedagogy.CASE, mode=mode, is_practice=False, is_open=is_open,
        credit_seconds=sum(module.seconds for module in modules), provider_id=provider.id, published_at=NOW,
        modules=list(modules),
    )  # fmt: skip
    session.add(course)
    session.flush()
    return course


def module(ordinal: int, kind: ModuleKind, seconds: int, **material: object) -> CourseModule:
    return CourseModule(ordinal=ordinal, kind=kind, title=f"{kind.value} {ordinal}", seconds=seconds, material=material)


@dataclass(frozen=True)
class Courses:
    online: Course
    f2f: Course
    school_based: Course

    def part(self, kind: ModuleKind) -> CourseModule:
        return next(
            m for course in (self.online, self.f2f, self.school_based) for m in course.modules if m.kind is kind
        )


def make_courses(session: Session, provider: Organisation) -> Courses:
    return Courses(
        make_course(
            session, provider, "KC-1", DeliveryMode.ONLINE,
            module(1, ModuleKind.READING, 600), module(2, ModuleKind.VIDEO, 120, scenes=SCENES),
            module(3, ModuleKind.QUIZ, 300, questions=QUESTIONS), module(4, ModuleKind.TASK, 4380, rubric=RUBRIC),
        ),
        make_course(
            session, provider, "KC-2", DeliveryMode.F2F,
            module(1, ModuleKind.F2F_SESSION, 10800), module(2, ModuleKind.F2F_SESSION, 5400), title="面批工作坊",
        ),
        make_course(
            session, provider, "KC-3", DeliveryMode.SCHOOL_BASED, module(1, ModuleKind.SCHOOL_ACTIVITY, 5400),
            title="磨课",
        ),
    )  # fmt: skip


@pytest.fixture
def courses(session: Session, world: World) -> Courses:
    load_rules(session, now=NOW)
    pair_up(session, world.mentor.id, world.teacher.id, on=local_day(NOW))
    return make_courses(session, world.provider)


@pytest.fixture
def online(session: Session, world: World, courses: Courses) -> Enrolment:
    return enrol(session, world.teacher.id, courses.online.id, source=EnrolmentSource.SELF, now=NOW)


@pytest.fixture
def activity(session: Session, world: World, courses: Courses) -> Enrolment:
    return enrol(session, world.teacher.id, courses.school_based.id, source=EnrolmentSource.SELF, now=NOW)


def make_offering(
    session: Session, course: Course, organisation: Organisation, *, trainer: Person | None = None, n_seats: int = 2,
    first_at: datetime = NOW + timedelta(days=1),
) -> Offering:  # fmt: skip
    plans = [
        MeetingPlan(
            part.id, first_at + timedelta(hours=4 * index),
            first_at + timedelta(hours=4 * index, seconds=part.seconds), "101",
        )
        for index, part in enumerate(course.modules)
    ]  # fmt: skip
    return open_offering(
        session, course, organisation=organisation, meetings=plans, place="教师发展中心", n_seats=n_seats, by=None,
        now=NOW, trainer_id=trainer.id if trainer else None,
    )  # fmt: skip


@pytest.fixture
def offering(session: Session, world: World, courses: Courses) -> Offering:
    return make_offering(session, courses.f2f, world.county, trainer=world.editor)


def study(
    session: Session, enrolment: Enrolment, part: CourseModule, *, seconds: int, start: datetime, device: str = "laptop",
    speed: float = 1.0,
) -> datetime:  # fmt: skip
    """Study a module for so long in beats of fifteen seconds, as the browser does; gives back when it ended."""
    opened = open_session(
        session, enrolment.id, part.id, person_id=enrolment.person_id, device=device, secret=SECRET, now=start
    )
    seq, signature, at = opened.seq, opened.signature, 0
    while at < seconds:
        step = min(15, seconds - at)
        beat = take_interval(
            session, opened.session_id, person_id=enrolment.person_id, seq=seq, signature=signature,
            claimed_ms=step * 1000, secret=SECRET, now=start + timedelta(seconds=at + step),
            played=(int(at * 1000 * speed), int((at + step) * 1000 * speed)),
        )  # fmt: skip
        seq, signature, at = beat.seq, beat.signature, at + step
    return start + timedelta(seconds=seconds)
