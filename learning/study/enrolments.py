"""Enrolling and withdrawing: one live enrolment a course, prerequisites, no clash, and a seat nobody else has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, selectinload

from content.models import Course, CoursePrerequisite
from content.terms import CourseState, DeliveryMode
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from learning.study.models import Enrolment, Meeting, ModuleResult, Offering, StudySession
from learning.study.offerings import get_joinable
from learning.study.results import lock_own, take_turn
from learning.terms import EnrolmentSource, EnrolmentState, OfferingState


@dataclass(frozen=True)
class Consequences:
    """What withdrawing would mean, told before it is done."""

    n_done: int
    counted_seconds: int
    frees_seat: bool


def enrol(
    session: Session,
    person_id: int,
    course_id: int,
    *,
    source: EnrolmentSource,
    now: datetime,
    offering_id: int | None = None,
    due_on: date | None = None,
) -> Enrolment:
    """Begin a course. Somebody who withdrew with modules done goes on from there, so nothing counts twice."""
    take_turn(session, person_id)
    course = _get_course_to_join(session, course_id)
    if find_live(session, person_id, course_id) is not None:
        raise Conflict("already_enrolled", course=course.title)
    missing = missing_prerequisites(session, person_id, course_id)
    if missing:
        raise Conflict("prerequisites_missing", courses="、".join(required.title for required in missing))
    offering = _get_run(session, course, offering_id, person_id=person_id, now=now)
    enrolment = _find_left(session, person_id, course_id) or Enrolment(
        person_id=person_id, course_id=course_id, source=source, enrolled_at=now, offering_id=None, seat_no=None
    )
    enrolment.due_on = due_on
    if offering is None:
        _begin(session, enrolment)
    else:
        _take_seat(session, enrolment, offering)
    return enrolment


def _get_course_to_join(session: Session, course_id: int) -> Course:
    course = session.get(Course, course_id)
    if course is None or course.state in (CourseState.DRAFT, CourseState.REVIEW):
        raise NotFound("course_not_found", id=course_id)
    if course.state is CourseState.RETIRED:
        raise Conflict("course_retired", course=course.title)
    if course.mode is DeliveryMode.ONLINE and not course.is_open:
        raise Conflict("course_not_open_yet", course=course.title)
    return course


def _get_run(
    session: Session, course: Course, offering_id: int | None, *, person_id: int, now: datetime
) -> Offering | None:
    if course.mode is not DeliveryMode.F2F:
        return None
    if offering_id is None:
        raise Invalid("choose_an_offering", course=course.title)
    offering = get_joinable(session, offering_id, course_id=course.id, person_id=person_id, now=now)
    clash = find_clash(session, person_id, offering_id)
    if clash is not None:
        raise Conflict("meetings_clash", course=clash.title)
    return offering


def find_clash(session: Session, person_id: int, offering_id: int) -> Course | None:
    """Another face-to-face course of the person with a meeting at the same time, if there is one."""
    mine, new = aliased(Meeting), aliased(Meeting)
    return session.scalar(
        select(Course)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .join(Offering, (Offering.id == Enrolment.offering_id) & (Offering.state != OfferingState.CANCELLED))
        .join(mine, mine.offering_id == Offering.id)
        .join(new, (new.starts_at < mine.ends_at) & (mine.starts_at < new.ends_at))
        .where(
            Enrolment.person_id == person_id, Enrolment.state == EnrolmentState.ENROLLED,
            new.offering_id == offering_id, Offering.id != offering_id,
        )
        .limit(1)
    )  # fmt: skip


def missing_prerequisites(session: Session, person_id: int, course_id: int) -> Sequence[Course]:
    """Courses that must be complete first and are not."""
    done = select(Enrolment.course_id).where(
        Enrolment.person_id == person_id, Enrolment.state == EnrolmentState.COMPLETED
    )
    return session.scalars(
        select(Course)
        .join(CoursePrerequisite, CoursePrerequisite.required_id == Course.id)
        .where(CoursePrerequisite.course_id == course_id, Course.id.not_in(done))
        .order_by(Course.code)
    ).all()


def find_live(session: Session, person_id: int, course_id: int) -> Enrolment | None:
    """The person's enrolment in a course that was not withdrawn, complete or not."""
    return session.scalar(
        select(Enrolment).where(
            Enrolment.person_id == person_id, Enrolment.course_id == course_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
    )  # fmt: skip


def _find_left(session: Session, person_id: int, course_id: int) -> Enrolment | None:
    """A withdrawn enrolment with modules done, to be taken up again."""
    return session.scalar(
        select(Enrolment)
        .where(
            Enrolment.person_id == person_id, Enrolment.course_id == course_id,
            Enrolment.state == EnrolmentState.WITHDRAWN, Enrolment.results.any(),
        )
        .order_by(Enrolment.id.desc())
        .limit(1)
    )  # fmt: skip


def _begin(session: Session, enrolment: Enrolment) -> None:
    try:
        with session.begin_nested():
            enrolment.state, enrolment.withdrawn_at = EnrolmentState.ENROLLED, None
            session.add(enrolment)
    except IntegrityError as met:
        raise Conflict("already_enrolled", course=session.get_one(Course, enrolment.course_id).title) from met


def _take_seat(session: Session, enrolment: Enrolment, offering: Offering) -> None:
    """Take the lowest free seat; when somebody took it in the same moment, look again."""
    lost: set[int] = set()
    for _try in range(offering.n_seats + 1):
        taken = set(
            session.scalars(
                select(Enrolment.seat_no).where(
                    Enrolment.offering_id == offering.id, Enrolment.state != EnrolmentState.WITHDRAWN
                )
            )
        )
        free = next((seat for seat in range(1, offering.n_seats + 1) if seat not in taken | lost), None)
        if free is None:
            break
        try:
            with session.begin_nested():
                enrolment.offering_id, enrolment.seat_no = offering.id, free
                enrolment.state, enrolment.withdrawn_at = EnrolmentState.ENROLLED, None
                session.add(enrolment)
        except IntegrityError:
            lost.add(free)
            continue
        return
    raise Conflict("no_seats_left", starts_on=offering.starts_on.isoformat())


def consequences_of(session: Session, enrolment: Enrolment) -> Consequences:
    """What stays and what goes when this enrolment is withdrawn."""
    n_done, counted = session.execute(
        select(func.count(), func.coalesce(func.sum(ModuleResult.counted_seconds), 0)).where(
            ModuleResult.enrolment_id == enrolment.id
        )
    ).one()
    return Consequences(n_done, counted, frees_seat=enrolment.seat_no is not None)


def withdraw(session: Session, enrolment_id: int, *, person_id: int, now: datetime) -> Enrolment:
    """Leave a course: the seat is free for others, what was earned stays. A second time changes nothing."""
    enrolment = lock_own(session, enrolment_id, person_id=person_id)
    if enrolment.state is EnrolmentState.WITHDRAWN:
        return enrolment
    if enrolment.state is EnrolmentState.COMPLETED:
        raise Conflict("enrolment_complete")
    enrolment.state, enrolment.withdrawn_at = EnrolmentState.WITHDRAWN, now
    for study in session.scalars(
        select(StudySession).where(StudySession.enrolment_id == enrolment_id, StudySession.ended_at.is_(None))
    ):
        study.ended_at = now
    record(
        session, "enrolment.withdraw", actor=None, subject_kind="enrolment", subject_id=enrolment.id, now=now,
        person_id=person_id, offering_id=enrolment.offering_id, seat_no=enrolment.seat_no,
    )  # fmt: skip
    return enrolment


def get_own(session: Session, enrolment_id: int, *, person_id: int) -> Enrolment:
    """A person's own enrolment with its course and modules, or NotFound."""
    found = session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.person_id == person_id)
        .options(selectinload(Enrolment.course).selectinload(Course.modules), selectinload(Enrolment.results))
    )
    if found is None:
        raise NotFound("enrolment_not_found", id=enrolment_id)
    return found


def enrolments_of(session: Session, person_id: int) -> Sequence[Enrolment]:
    """A person's enrolments that were not withdrawn, newest first, with courses, modules and results."""
    return session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.state != EnrolmentState.WITHDRAWN)
        .options(selectinload(Enrolment.course).selectinload(Course.modules), selectinload(Enrolment.results))
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
    ).all()
