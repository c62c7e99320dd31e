"""The year's plan as its owner edits it: a course to a quarter, a goal, and a mentor who may confirm it.

A draft is edited in place. What a mentor confirmed is never touched again: the next edit begins a new
draft version with the same entries, and the confirmed one stays as history.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.models import Course
from content.terms import CourseState
from core.access import Actor
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.people import Person, workplace
from learning.credit.profiles import STATEMENT_PROFILE, find_profile, rules_in
from learning.engine.credit_rules import CreditRules, cycle_of
from learning.engine.days import local_day
from learning.mentoring.pairs import get_own_apprentice
from learning.plans.models import Plan, PlanEntry
from learning.study.offerings import open_seats
from learning.terms import PlanEntryState, PlanState

LONGEST_GOAL = 500
FALLBACK_RULES = CreditRules(STATEMENT_PROFILE)  # fixed national cycles (CHOICE), until rules are loaded


def quarter_of(day: date) -> int:
    """The quarter of the year a day lies in, 1 to 4."""
    return (day.month - 1) // 3 + 1


def cycle_years(session: Session, person_id: int, *, on: date) -> tuple[int, int]:
    """First and last calendar year of the person's five-year cycle around a day."""
    profile = find_profile(session, STATEMENT_PROFILE)
    rules = rules_in(profile) if profile is not None else FALLBACK_RULES
    person = session.get(Person, person_id)
    first, last = cycle_of(on, rules, person.teaching_since if person else None)
    return first.year, last.year


def plan_of(session: Session, person_id: int, year: int) -> Plan | None:
    """The version in force of a person's plan for a year, with its entries and courses; None before the first edit."""
    return session.scalar(
        select(Plan)
        .where(Plan.person_id == person_id, Plan.year == year)
        .options(selectinload(Plan.entries).selectinload(PlanEntry.course).selectinload(Course.facets))
        .order_by(Plan.version.desc())
        .limit(1)
    )


def entries_in(plan: Plan | None) -> list[PlanEntry]:
    """Entries that stand, by quarter; what was dropped is left out."""
    kept = [entry for entry in plan.entries if entry.state is not PlanEntryState.DROPPED] if plan else []
    return sorted(kept, key=lambda entry: (entry.quarter, entry.id))


def add_course(
    session: Session, person_id: int, course_id: int, *, year: int, now: datetime, quarter: int | None = None
) -> PlanEntry:
    """Plan a course. Planned already, it stays where it is; dropped before, it comes back."""
    course = session.scalar(select(Course).where(Course.id == course_id, Course.state == CourseState.PUBLISHED))
    if course is None:
        raise NotFound("course_not_found", id=course_id)
    _check_quarter(quarter)
    _take_turn(session, person_id)
    standing = _find_entry(plan_of(session, person_id, year), course_id)
    if standing is not None and standing.state is not PlanEntryState.DROPPED:
        return standing
    draft = _draft(session, person_id, year, now=now)
    entry = _find_entry(draft, course_id)
    if entry is None:
        entry = PlanEntry(
            course_id=course_id, quarter=quarter or _quarter_for(session, person_id, course_id, year, now=now),
            state=PlanEntryState.PLANNED, note="",
        )  # fmt: skip
        draft.entries.append(entry)
    entry.state = PlanEntryState.PLANNED
    entry.quarter = quarter or entry.quarter
    session.flush()
    return entry


def move_entry(session: Session, person_id: int, entry_id: int, *, quarter: int, now: datetime) -> PlanEntry:
    """Study the course in another quarter."""
    _check_quarter(quarter)
    entry = _own_entry(session, person_id, entry_id)
    if entry.quarter == quarter:
        return entry
    entry = _editable(session, person_id, entry, now=now)
    entry.quarter = quarter
    session.flush()
    return entry


def drop_entry(session: Session, person_id: int, entry_id: int, *, now: datetime) -> PlanEntry:
    """Take a course out of the plan; adding it again brings it back to its quarter."""
    entry = _own_entry(session, person_id, entry_id)
    if entry.state is PlanEntryState.DROPPED:
        return entry
    entry = _editable(session, person_id, entry, now=now)
    entry.state = PlanEntryState.DROPPED
    session.flush()
    return entry


def set_goal(session: Session, person_id: int, goal: str, *, year: int, now: datetime) -> Plan:
    """Say in one's own words what the year is for."""
    words = goal.strip()
    if len(words) > LONGEST_GOAL:
        raise Invalid("goal_too_long", longest=LONGEST_GOAL)
    _take_turn(session, person_id)
    plan = plan_of(session, person_id, year)
    if plan is None or plan.goal != words:
        plan = _draft(session, person_id, year, now=now)
        plan.goal = words
        session.flush()
    return plan


def confirm(session: Session, plan_id: int, *, by: Actor, now: datetime) -> Plan:
    """The mentor of the day confirms what the teacher planned; a second time changes nothing."""
    plan = session.scalar(select(Plan).where(Plan.id == plan_id).options(selectinload(Plan.entries)))
    if plan is None:
        raise NotFound("plan_not_found", id=plan_id)
    owner = get_own_apprentice(session, by.person_id, plan.person_id, on=local_day(now))
    _take_turn(session, owner.id)
    session.refresh(plan)
    in_force = plan_of(session, owner.id, plan.year)
    if in_force is None or in_force.id != plan.id:
        raise Conflict("plan_has_a_newer_version", version=in_force.version if in_force else plan.version)
    if plan.state is PlanState.CONFIRMED:
        return plan
    if not entries_in(plan):
        raise Invalid("plan_is_empty", name=owner.name)
    plan.state, plan.confirmed_by, plan.confirmed_at = PlanState.CONFIRMED, by.person_id, now
    place = workplace(session, owner.id)
    record(
        session, "plan.confirm", actor=by, subject_kind="plan", subject_id=plan.id, now=now,
        organisation_id=place.id if place else None, person_id=owner.id, year=plan.year, version=plan.version,
    )  # fmt: skip
    session.flush()
    return plan


def _take_turn(session: Session, person_id: int) -> None:
    """Hold the person's row: two edits of one plan are done one after the other, never from the same version."""
    held = select(Person.id).where(Person.id == person_id, Person.is_active).with_for_update(key_share=True)
    if session.scalar(held) is None:
        raise NotFound("person_not_found", id=person_id)


def _draft(session: Session, person_id: int, year: int, *, now: datetime) -> Plan:
    """The version to edit: the draft in force, else a new one with what the confirmed one holds."""
    plan = plan_of(session, person_id, year)
    if plan is not None and plan.state is PlanState.DRAFT:
        return plan
    today = local_day(now)
    first, last = cycle_years(session, person_id, on=today)
    if plan is None and not today.year <= year <= last:
        raise Invalid("plan_year_outside_cycle", year=year, earliest=today.year, latest=last)
    draft = Plan(
        person_id=person_id, year=year, cycle_start_year=plan.cycle_start_year if plan else first,
        version=plan.version + 1 if plan else 1, state=PlanState.DRAFT, goal=plan.goal if plan else "", created_at=now,
        entries=[
            PlanEntry(course_id=entry.course_id, quarter=entry.quarter, note=entry.note, state=entry.state)
            for entry in entries_in(plan)
        ],
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def _own_entry(session: Session, person_id: int, entry_id: int) -> PlanEntry:
    """The entry in the version in force, also when the page still shows an older version."""
    _take_turn(session, person_id)
    shown = session.execute(
        select(PlanEntry.course_id, Plan.year)
        .join(Plan, Plan.id == PlanEntry.plan_id)
        .where(PlanEntry.id == entry_id, Plan.person_id == person_id)
    ).one_or_none()
    entry = _find_entry(plan_of(session, person_id, shown.year), shown.course_id) if shown else None
    if entry is None:
        raise NotFound("plan_entry_not_found", id=entry_id)
    return entry


def _editable(session: Session, person_id: int, entry: PlanEntry, *, now: datetime) -> PlanEntry:
    """The same entry in a draft."""
    draft = _draft(session, person_id, entry.plan.year, now=now)
    found = _find_entry(draft, entry.course_id)
    if found is None:
        raise NotFound("plan_entry_not_found", id=entry.id)
    return found


def _find_entry(plan: Plan | None, course_id: int) -> PlanEntry | None:
    return next((entry for entry in plan.entries if entry.course_id == course_id), None) if plan else None


def _check_quarter(quarter: int | None) -> None:
    if quarter is not None and not 1 <= quarter <= 4:
        raise Invalid("quarter_is_one_to_four", quarter=quarter)


def _quarter_for(session: Session, person_id: int, course_id: int, year: int, *, now: datetime) -> int:
    """Where a course falls by itself: when its next run begins, else the quarter of today."""
    today = local_day(now)
    _n_seats, starts_on = open_seats(session, person_id=person_id, now=now).get(course_id, (0, today))
    if starts_on.year == year:
        return quarter_of(starts_on)
    return quarter_of(today) if today.year == year else 1
