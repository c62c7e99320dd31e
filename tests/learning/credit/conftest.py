"""A course, an enrolment and results of modules, put in directly: how study earns them has its own tests."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count

import pytest
from sqlalchemy.orm import Session

from content.models import Course, CourseFacet, CourseModule
from content.terms import (
    ContentFamily,
    CourseState,
    DeliveryMode,
    FacetKind,
    MandatoryTopic,
    ModuleKind,
    Pedagogy,
    Requirement,
)
from core.people import Organisation, Person
from learning.credit.profiles import load_rules
from learning.study.models import Enrolment, ModuleResult
from learning.terms import EnrolmentSource, EnrolmentState

KIND = {
    DeliveryMode.ONLINE: ModuleKind.READING,
    DeliveryMode.F2F: ModuleKind.F2F_SESSION,
    DeliveryMode.SCHOOL_BASED: ModuleKind.SCHOOL_ACTIVITY,
}
DAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in China
_numbers = count(1)

Study = Callable[..., Enrolment]


def make_course(
    session: Session, provider: Organisation, seconds: Sequence[int], *, mode: DeliveryMode = DeliveryMode.ONLINE,
    practice: Sequence[bool] = (), is_practice: bool = False, topics: Sequence[MandatoryTopic] = (),
    family: ContentFamily = ContentFamily.PROFESSIONAL, title: str = "把课堂还给学生：提问与等待",
) -> Course:  # fmt: skip
    course = Course(
        code=f"KC-{next(_numbers):03d}", state=CourseState.PUBLISHED, title=title, summary="", problem="",
        family=family, requirement=Requirement.ELECTIVE, pedagogy=Pedagogy.CASE, mode=mode, is_practice=is_practice,
        is_open=True, credit_seconds=sum(seconds), provider_id=provider.id, published_at=DAY,
    )  # fmt: skip
    course.facets = [CourseFacet(kind=FacetKind.TOPIC, value=topic.value) for topic in topics]
    session.add(course)
    session.flush()
    for place, length in enumerate(seconds):
        session.add(
            CourseModule(
                course_id=course.id,
                ordinal=place + 1,
                kind=KIND[mode],
                title=f"第{place + 1}讲",
                seconds=length,
                is_practice=bool(practice and practice[place]),
            )
        )
    session.flush()
    return course


def study(
    session: Session, person: Person, course: Course, *, at: Sequence[datetime] | datetime = DAY,
    seconds: Sequence[int] | None = None, is_complete: bool = True,
) -> Enrolment:  # fmt: skip
    """The person did the first len(seconds) modules of the course (all of them by default)."""
    modules = session.query(CourseModule).filter_by(course_id=course.id).order_by(CourseModule.ordinal).all()
    spent = [module.seconds for module in modules] if seconds is None else list(seconds)
    moments = [at] * len(spent) if isinstance(at, datetime) else list(at)
    enrolment = Enrolment(
        person_id=person.id, course_id=course.id, source=EnrolmentSource.SELF, enrolled_at=moments[0],
        state=EnrolmentState.COMPLETED if is_complete else EnrolmentState.ENROLLED,
        completed_at=moments[-1] if is_complete else None,
    )  # fmt: skip
    session.add(enrolment)
    session.flush()
    for module, length, moment in zip(modules, spent, moments, strict=False):
        session.add(
            ModuleResult(enrolment_id=enrolment.id, module_id=module.id, counted_seconds=length, completed_at=moment)
        )
        session.flush()
    return enrolment


def finish_module(session: Session, enrolment: Enrolment, place: int, *, at: datetime = DAY) -> None:
    module = session.query(CourseModule).filter_by(course_id=enrolment.course_id, ordinal=place).one()
    session.add(
        ModuleResult(enrolment_id=enrolment.id, module_id=module.id, counted_seconds=module.seconds, completed_at=at)
    )
    session.flush()


@pytest.fixture
def rules(session: Session) -> None:
    """The shipped rules, with the national and the Henan profile in force."""
    load_rules(session, now=DAY)
