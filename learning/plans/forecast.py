"""What the plan would come to: hours, practice and mandatory topics if every planned course is completed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.models import Course, CourseModule
from content.terms import FacetKind, MandatoryTopic
from learning.credit.accounts import Line, hours_in, lines_of
from learning.credit.profiles import STATEMENT_PROFILE, find_profile
from learning.credit.statements import Statement, statement_of
from learning.engine.days import local_day
from learning.plans.editing import entries_in
from learning.plans.models import Plan, PlanEntry
from learning.study.models import Enrolment
from learning.terms import EnrolmentState

HOUR_UNIT_SECONDS = 2700


class TopicOutlook(StrEnum):
    """done (hours stand for it) | planned (a planned course covers it) | open (nothing does yet)."""

    DONE = "done"
    PLANNED = "planned"
    OPEN = "open"


@dataclass(frozen=True)
class Amount:
    """Hours earned, hours the plan still adds, and the minimum, in hundredths."""

    earned: int
    planned: int
    minimum: int | None

    @property
    def total(self) -> int:
        """What it comes to when the plan is done."""
        return self.earned + self.planned

    @property
    def share(self) -> float:
        """The total as a share of the minimum, at most 1; without a minimum, 1."""
        return 1.0 if not self.minimum else min(1.0, self.total / self.minimum)

    @property
    def missing(self) -> int:
        """What even the whole plan leaves short."""
        return max(0, (self.minimum or 0) - self.total)


@dataclass(frozen=True)
class Forecast:
    """The outlook of a plan at a day."""

    year: Amount
    cycle: Amount
    practice_now: float | None
    practice_then: float | None
    practice_minimum: float | None
    topics: Mapping[MandatoryTopic, TopicOutlook]
    units_by_quarter: Mapping[int, int]

    @property
    def is_practice_enough(self) -> bool:
        """Whether the share of practice would reach its minimum."""
        return (
            self.practice_minimum is None or self.practice_then is None or self.practice_then >= self.practice_minimum
        )

    @property
    def n_topics_open(self) -> int:
        """Mandatory topics that neither the record nor the plan covers."""
        return sum(outlook is TopicOutlook.OPEN for outlook in self.topics.values())


@dataclass(frozen=True)
class Promise:
    """What a planned course would still add, in hundredths: its hours less those posted already."""

    hours: int
    practice: int


def find_statement(session: Session, person_id: int, *, now: datetime) -> Statement | None:
    """The person's statement today; None while no rules are loaded."""
    if find_profile(session, STATEMENT_PROFILE) is None:
        return None
    return statement_of(session, person_id, on=local_day(now))


def forecast_of(
    session: Session, person_id: int, plans: Sequence[Plan], statement: Statement, *, year: int
) -> Forecast:
    """The outlook for one year's plan; plans of other years of the cycle count towards the cycle alone."""
    lines = lines_of(
        session, person_id, statement.profile_code, since=statement.cycle_from, until=statement.cycle_to
    )  # fmt: skip
    entries = _once([entry for plan in plans for entry in entries_in(plan)])
    done = completed_courses(session, person_id)
    promises = _promises(session, [entry.course for entry in entries], lines, done)
    this_year = [entry for entry in entries if entry.plan.year == year]
    hours = hours_in(lines)
    practice = hours_in(line for line in lines if line.is_practice)
    added = _sum(promises, entries)
    return Forecast(
        year=_year_amount(statement, lines, year, _sum(promises, this_year).hours),
        cycle=Amount(statement.cycle_hundredths, added.hours, statement.cycle_min_hundredths),
        practice_now=statement.practice_ratio,
        practice_then=(practice + added.practice) / (hours + added.hours) if hours + added.hours else None,
        practice_minimum=statement.practice_min_ratio,
        topics=_topics(statement, entries),
        units_by_quarter={
            quarter: sum(entry.course.hour_units for entry in this_year if entry.quarter == quarter)
            for quarter in (1, 2, 3, 4)
        },
    )


def completed_courses(session: Session, person_id: int) -> frozenset[int]:
    """Courses the person completed: an entry is done when the record says so."""
    return frozenset(
        session.scalars(
            select(Enrolment.course_id).where(
                Enrolment.person_id == person_id, Enrolment.state == EnrolmentState.COMPLETED
            )
        )
    )


def _once(entries: Sequence[PlanEntry]) -> list[PlanEntry]:
    """A course planned in two years counts where it comes first."""
    seen: set[int] = set()
    ordered = sorted(entries, key=lambda entry: (entry.plan.year, entry.quarter, entry.id))
    return [entry for entry in ordered if not (entry.course_id in seen or seen.add(entry.course_id))]  # type: ignore[func-returns-value]


def _year_amount(statement: Statement, lines: Sequence[Line], year: int, planned: int) -> Amount:
    """The statement speaks of the year of its day; for another year of the cycle the lines are counted."""
    if statement.year_from <= date(year, 12, 31) <= statement.year_to:
        return Amount(statement.year_hundredths, planned, statement.year_min_hundredths)
    earned = hours_in(line for line in lines if line.earned_on.year == year)
    return Amount(earned, planned, statement.year_min_hundredths)


def _promises(
    session: Session, courses: Sequence[Course], lines: Sequence[Line], done: Collection[int]
) -> dict[int, Promise]:
    seconds = (
        select(CourseModule.course_id, func.sum(CourseModule.seconds))
        .where(CourseModule.is_practice, CourseModule.course_id.in_([course.id for course in courses]))
        .group_by(CourseModule.course_id)
    )
    practice_seconds = dict(session.execute(seconds).all())
    promises = {}
    for course in courses:
        own = [line for line in lines if line.course_id == course.id]
        practice = course.credit_seconds if course.is_practice else practice_seconds.get(course.id, 0)
        promises[course.id] = (
            Promise(0, 0)
            if course.id in done
            else Promise(
                max(0, course.hour_units * 100 - hours_in(own)),
                max(0, practice // HOUR_UNIT_SECONDS * 100 - hours_in(line for line in own if line.is_practice)),
            )
        )
    return promises


def _sum(promises: Mapping[int, Promise], entries: Sequence[PlanEntry]) -> Promise:
    mine = [promises[entry.course_id] for entry in entries]
    return Promise(sum(one.hours for one in mine), sum(one.practice for one in mine))


def _topics(statement: Statement, entries: Sequence[PlanEntry]) -> dict[MandatoryTopic, TopicOutlook]:
    planned = {topic for entry in entries for topic in entry.course.facet_values(FacetKind.TOPIC)}
    return {
        topic: TopicOutlook.DONE if is_done else TopicOutlook.PLANNED if topic in planned else TopicOutlook.OPEN
        for topic, is_done in statement.topics.items()
    }
