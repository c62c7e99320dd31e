"""What a teacher should know before relying on the plan: clashes, order, load. They warn and never forbid."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Course, CoursePrerequisite
from content.terms import CourseState, DeliveryMode
from learning.engine.days import local_day
from learning.plans.editing import quarter_of
from learning.plans.models import PlanEntry
from learning.study.models import Enrolment, Meeting, Offering
from learning.study.offerings import is_for, open_seats
from learning.terms import EnrolmentState, OfferingState

FULL_QUARTER_UNITS = 45  # CHOICE: three to four units a week


@dataclass(frozen=True)
class Concern:
    """One thing to look at: a stable code and the figures its words need."""

    code: str
    figures: Mapping[str, object] = field(default_factory=dict)


def concerns_of(
    session: Session, person_id: int, entries: Sequence[PlanEntry], *, year: int, done: frozenset[int], now: datetime
) -> list[Concern]:
    """Everything about a year's plan that the person should look at again."""
    ahead = [entry for entry in entries if entry.course_id not in done]
    return [
        *_retired(ahead),
        *_order(session, ahead, done),
        *_runs(session, person_id, ahead, year, now),
        *_clashes(session, person_id, ahead, now),
        *_load(ahead),
    ]


def _retired(entries: Sequence[PlanEntry]) -> list[Concern]:
    return [
        Concern("course_is_retired", {"title": entry.course.title})
        for entry in entries
        if entry.course.state is CourseState.RETIRED
    ]


def _order(session: Session, entries: Sequence[PlanEntry], done: frozenset[int]) -> list[Concern]:
    """A course must be planned after what it requires."""
    quarter = {entry.course_id: entry.quarter for entry in entries}
    rows = session.execute(
        select(CoursePrerequisite.course_id, Course.id, Course.title)
        .join(Course, Course.id == CoursePrerequisite.required_id)
        .where(CoursePrerequisite.course_id.in_(quarter), Course.id.not_in(done))
        .order_by(CoursePrerequisite.course_id, Course.code)
    )
    titles = {entry.course_id: entry.course.title for entry in entries}
    found = []
    for course_id, required_id, required in rows:
        figures = {"title": titles[course_id], "required": required}
        if required_id not in quarter:
            found.append(Concern("required_course_not_planned", figures))
        elif quarter[required_id] > quarter[course_id]:
            found.append(Concern("required_course_planned_later", figures))
    return found


def _runs(
    session: Session, person_id: int, entries: Sequence[PlanEntry], year: int, now: datetime
) -> list[Concern]:  # fmt: skip
    """A face-to-face course needs a run to join, in the quarter it is planned for."""
    joined = _joined(session, person_id)
    seats = open_seats(session, person_id=person_id, now=now)
    found = []
    for entry in entries:
        if entry.course.mode is not DeliveryMode.F2F or entry.course_id in joined:
            continue
        _n_left, starts_on = seats.get(entry.course_id, (0, None))
        if starts_on is None:
            found.append(Concern("no_run_open_yet", {"title": entry.course.title}))
        elif (starts_on.year, quarter_of(starts_on)) != (year, entry.quarter):
            figures = {"title": entry.course.title, "starts_on": starts_on, "quarter": entry.quarter}
            found.append(Concern("run_in_another_quarter", figures))
    return found


def _joined(session: Session, person_id: int) -> frozenset[int]:
    return frozenset(
        session.scalars(
            select(Enrolment.course_id).where(
                Enrolment.person_id == person_id, Enrolment.state != EnrolmentState.WITHDRAWN
            )
        )
    )


class _Span(NamedTuple):
    """A meeting of one run of a course."""

    title: str
    course_id: int
    offering_id: int
    starts_at: datetime
    ends_at: datetime


def _clashes(session: Session, person_id: int, entries: Sequence[PlanEntry], now: datetime) -> list[Concern]:
    """Meetings at the same time: of courses joined already, and of the only run of a planned one."""
    planned = [entry.course_id for entry in entries if entry.course.mode is DeliveryMode.F2F]
    meetings = (
        select(Course.title, Course.id, Offering.id, Meeting.starts_at, Meeting.ends_at)
        .join(Offering, Offering.course_id == Course.id)
        .join(Meeting, Meeting.offering_id == Offering.id)
        .where(Offering.state == OfferingState.PLANNED, Meeting.ends_at > now)
    )
    mine = meetings.join(Enrolment, Enrolment.offering_id == Offering.id).where(
        Enrolment.person_id == person_id, Enrolment.state == EnrolmentState.ENROLLED
    )
    joined = [_Span(*row) for row in session.execute(mine)]
    runs = [_Span(*row) for row in session.execute(meetings.where(Course.id.in_(planned), is_for(person_id)))]
    return _overlaps([*joined, *_without_choice(runs, {span.course_id for span in joined})])


def _without_choice(runs: Sequence[_Span], joined: set[int]) -> list[_Span]:
    """Meetings of courses with one run only: with two, another can be chosen."""
    n_runs = Counter(course_id for course_id, _offering_id in {(span.course_id, span.offering_id) for span in runs})
    return [span for span in runs if span.course_id not in joined and n_runs[span.course_id] == 1]


def _overlaps(spans: Sequence[_Span]) -> list[Concern]:
    found: dict[tuple[str, str], date] = {}
    for one, other in combinations(sorted(spans, key=lambda span: (span.starts_at, span.title)), 2):
        if one.course_id != other.course_id and other.starts_at < one.ends_at and one.starts_at < other.ends_at:
            found.setdefault((one.title, other.title), local_day(other.starts_at))
    return [Concern("meetings_overlap", {"title": a, "other": b, "on": on}) for (a, b), on in found.items()]


def _load(entries: Sequence[PlanEntry]) -> list[Concern]:
    units = {q: sum(entry.course.hour_units for entry in entries if entry.quarter == q) for q in (1, 2, 3, 4)}
    return [
        Concern("quarter_is_full", {"quarter": quarter, "units": total, "most": FULL_QUARTER_UNITS})
        for quarter, total in units.items()
        if total > FULL_QUARTER_UNITS
    ]
