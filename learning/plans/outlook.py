"""A plan as its owner (or mentor) looks at it: quarters with what the record says, the outlook, what to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.models import Course
from core.people import Person
from learning.credit.statements import Statement
from learning.engine.days import local_day
from learning.mentoring.pairs import find_mentor
from learning.plans.concerns import Concern, concerns_of
from learning.plans.editing import cycle_years, entries_in
from learning.plans.forecast import Amount, Forecast, find_statement, forecast_of
from learning.plans.models import Plan, PlanEntry
from learning.study.models import Enrolment
from learning.terms import EnrolmentState, PlanState


@dataclass(frozen=True)
class EntryView:
    """A planned course and the person's enrolment in it, if there is one."""

    entry: PlanEntry
    enrolment: Enrolment | None

    @property
    def is_done(self) -> bool:
        """Done is what the record says, never what anybody typed."""
        return self.enrolment is not None and self.enrolment.state is EnrolmentState.COMPLETED


@dataclass(frozen=True)
class Outlook:
    """Everything that stands on the page of one year's plan."""

    year: int
    plan: Plan | None
    quarters: Mapping[int, Sequence[EntryView]]
    forecast: Forecast | None  # None while no rules are loaded
    concerns: Sequence[Concern]
    mentor: Person | None
    confirmed_by: Person | None
    years: range  # of the cycle
    is_editable: bool

    @property
    def n_entries(self) -> int:
        """How many courses are planned."""
        return sum(len(views) for views in self.quarters.values())


@dataclass(frozen=True)
class YearRow:
    """One year of the cycle at a glance."""

    year: int
    state: PlanState | None
    n_entries: int
    amount: Amount


def outlook_of(session: Session, person_id: int, *, year: int, now: datetime) -> Outlook:
    """The plan of one year with everything the page says about it."""
    today = local_day(now)
    first, last = cycle_years(session, person_id, on=today)
    plans = plans_between(session, person_id, first, last)
    plan = plans.get(year)
    views = _views(session, person_id, plan)
    statement = find_statement(session, person_id, now=now)
    done = frozenset(view.entry.course_id for view in views if view.is_done)
    return Outlook(
        year=year,
        plan=plan,
        quarters={quarter: [view for view in views if view.entry.quarter == quarter] for quarter in (1, 2, 3, 4)},
        forecast=_forecast(session, person_id, plans, statement, year),
        concerns=concerns_of(session, person_id, entries_in(plan), year=year, done=done, now=now),
        mentor=find_mentor(session, person_id, on=today),
        confirmed_by=session.get(Person, plan.confirmed_by) if plan and plan.confirmed_by else None,
        years=range(first, last + 1),
        is_editable=today.year <= year <= last,
    )


def cycle_of_plans(session: Session, person_id: int, *, now: datetime) -> list[YearRow]:
    """The five years at a glance: hours earned, hours planned, the yearly minimum."""
    first, last = cycle_years(session, person_id, on=local_day(now))
    plans = plans_between(session, person_id, first, last)
    statement = find_statement(session, person_id, now=now)
    return [_row(session, person_id, plans, statement, year) for year in range(first, last + 1)]


def plans_between(session: Session, person_id: int, first: int, last: int) -> dict[int, Plan]:
    """The version in force for each year that has a plan."""
    plans = session.scalars(
        select(Plan)
        .where(Plan.person_id == person_id, Plan.year.between(first, last))
        .options(selectinload(Plan.entries).selectinload(PlanEntry.course).selectinload(Course.facets))
        .order_by(Plan.year, Plan.version)
    )
    return {plan.year: plan for plan in plans}  # the highest version comes last


def _views(session: Session, person_id: int, plan: Plan | None) -> list[EntryView]:
    entries = entries_in(plan)
    enrolments = session.scalars(
        select(Enrolment).where(
            Enrolment.person_id == person_id, Enrolment.state != EnrolmentState.WITHDRAWN,
            Enrolment.course_id.in_([entry.course_id for entry in entries]),
        )
    )  # fmt: skip
    by_course = {enrolment.course_id: enrolment for enrolment in enrolments}
    return [EntryView(entry, by_course.get(entry.course_id)) for entry in entries]


def _forecast(
    session: Session, person_id: int, plans: Mapping[int, Plan], statement: Statement | None, year: int
) -> Forecast | None:
    return None if statement is None else forecast_of(session, person_id, list(plans.values()), statement, year=year)


def _row(
    session: Session, person_id: int, plans: Mapping[int, Plan], statement: Statement | None, year: int
) -> YearRow:  # fmt: skip
    plan = plans.get(year)
    forecast = _forecast(session, person_id, {year: plan} if plan else {}, statement, year)
    amount = forecast.year if forecast else Amount(0, 0, None)
    return YearRow(year, plan.state if plan else None, len(entries_in(plan)), amount)
