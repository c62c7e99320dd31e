"""Scheduled runs of face-to-face courses: when, where, for whom, and how many seats are left."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from content.models import Course, CourseModule
from content.terms import CourseState, DeliveryMode
from core.access import Actor, Role
from core.audit import record
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.people import Organisation, Post, get_person
from learning.engine.days import local_day
from learning.study.models import Enrolment, Meeting, Offering
from learning.terms import EnrolmentState, OfferingState


@dataclass(frozen=True)
class MeetingPlan:
    """One session to be held: which module it teaches, when and in which room."""

    module_id: int
    starts_at: datetime
    ends_at: datetime
    room: str


@dataclass(frozen=True)
class OpenRun:
    """An offering as somebody who may join it sees it."""

    offering: Offering
    n_left: int


def open_offering(
    session: Session,
    course: Course,
    *,
    organisation: Organisation,
    meetings: Sequence[MeetingPlan],
    place: str,
    n_seats: int,
    by: Actor | None,
    now: datetime,
    trainer_id: int | None = None,
) -> Offering:
    """Schedule a run of a face-to-face course: every module taught in exactly one meeting, none overlapping."""
    if by is not None and not by.may_act_at(organisation.path, Role.ADMINISTRATOR):
        raise NotAllowed("offering_outside_own_subtree", organisation=organisation.name)
    if course.mode is not DeliveryMode.F2F or course.state is not CourseState.PUBLISHED:
        raise Invalid("offering_needs_published_f2f_course", course=course.title)
    if trainer_id is not None:
        get_person(session, trainer_id)
    ordered = _checked(session, course, meetings)
    offering = Offering(
        course_id=course.id, organisation_id=organisation.id, trainer_id=trainer_id, place=place, n_seats=n_seats,
        starts_on=local_day(ordered[0].starts_at), ends_on=local_day(ordered[-1].ends_at),
        meetings=[
            Meeting(
                module_id=plan.module_id, starts_at=plan.starts_at, ends_at=plan.ends_at, room=plan.room,
                secret=secrets.token_hex(20),
            )
            for plan in ordered
        ],
    )  # fmt: skip
    session.add(offering)
    session.flush()
    record(
        session, "offering.open", actor=by, subject_kind="offering", subject_id=offering.id, now=now,
        organisation_id=organisation.id, course=course.code, n_seats=n_seats,
    )  # fmt: skip
    return offering


def _checked(session: Session, course: Course, meetings: Sequence[MeetingPlan]) -> list[MeetingPlan]:
    modules = session.scalars(select(CourseModule.id).where(CourseModule.course_id == course.id)).all()
    if sorted(plan.module_id for plan in meetings) != sorted(modules):
        raise Invalid("offering_teaches_each_module_once", n_modules=len(modules), n_meetings=len(meetings))
    ordered = sorted(meetings, key=lambda plan: plan.starts_at)
    if any(plan.ends_at <= plan.starts_at for plan in ordered):
        raise Invalid("meeting_ends_before_it_starts")
    if any(later.starts_at < earlier.ends_at for earlier, later in pairwise(ordered)):
        raise Invalid("meetings_overlap")
    return ordered


def is_for(person_id: int) -> ColumnElement[bool]:
    """Condition on Offering: the person works at, or below, the organisation it is for, and does not train it."""
    home, host = aliased(Organisation), aliased(Organisation)
    is_below = exists(
        select(Post.id)
        .join(home, home.id == Post.organisation_id)
        .join(host, home.path.startswith(host.path))
        .where(Post.person_id == person_id, Post.ended_on.is_(None), host.id == Offering.organisation_id)
        .correlate(Offering)
    )
    return and_(is_below, or_(Offering.trainer_id.is_(None), Offering.trainer_id != person_id))


def offerings_of(session: Session, course_id: int, *, person_id: int, now: datetime) -> list[OpenRun]:
    """Runs of a course that the person may still join, the soonest first; full ones are shown with no seat left."""
    rows = session.scalars(
        select(Offering)
        .where(Offering.course_id == course_id, *_joinable(person_id, now))
        .options(selectinload(Offering.meetings).selectinload(Meeting.module), selectinload(Offering.organisation))
        .order_by(Offering.starts_on, Offering.id)
    ).all()
    left = seats_left(session, [row.id for row in rows])
    return [OpenRun(row, left[row.id]) for row in rows]


def _joinable(person_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    begun = exists(select(Meeting.id).where(Meeting.offering_id == Offering.id, Meeting.starts_at <= now))
    return (Offering.state == OfferingState.PLANNED, ~begun, is_for(person_id))


def get_joinable(session: Session, offering_id: int, *, course_id: int, person_id: int, now: datetime) -> Offering:
    """A run the person may join now, or NotFound; one that has begun is a Conflict."""
    found = session.scalar(
        select(Offering).where(Offering.id == offering_id, Offering.course_id == course_id, is_for(person_id))
    )
    if found is None:
        raise NotFound("offering_not_found", id=offering_id)
    joinable = select(Offering.id).where(Offering.id == offering_id, *_joinable(person_id, now))
    if session.scalar(joinable) is None:
        raise Conflict("offering_begun_or_closed", starts_on=found.starts_on.isoformat())
    return found


def seats_left(session: Session, offering_ids: Collection[int]) -> Mapping[int, int]:
    """Free seats by offering."""
    rows = session.execute(
        select(Offering.id, Offering.n_seats - func.count(Enrolment.id))
        .outerjoin(Enrolment, (Enrolment.offering_id == Offering.id) & (Enrolment.state != EnrolmentState.WITHDRAWN))
        .where(Offering.id.in_(offering_ids))
        .group_by(Offering.id, Offering.n_seats)
    )
    return dict(rows.all())


def open_seats(session: Session, *, person_id: int, now: datetime) -> Mapping[int, tuple[int, date]]:
    """For each face-to-face course the person could join now: free seats and first day of its soonest such run."""
    rows = session.execute(
        select(Offering.id, Offering.course_id, Offering.starts_on)
        .where(*_joinable(person_id, now))
        .order_by(Offering.starts_on.desc(), Offering.id.desc())
    ).all()
    left = seats_left(session, [row.id for row in rows])
    return {row.course_id: (left[row.id], row.starts_on) for row in rows if left[row.id] > 0}
