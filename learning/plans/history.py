"""Versions of a plan and what changed from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.models import Course
from core.people import Person
from learning.plans.editing import entries_in
from learning.plans.models import Plan, PlanEntry


@dataclass(frozen=True)
class Move:
    """A course that went from one quarter to another."""

    course: Course
    from_quarter: int
    to_quarter: int


@dataclass(frozen=True)
class VersionStep:
    """One version and how it differs from the one before it."""

    plan: Plan
    mentor_name: str | None
    confirmed_at: datetime | None
    added: Sequence[PlanEntry]
    dropped: Sequence[PlanEntry]
    moved: Sequence[Move]
    is_goal_changed: bool

    @property
    def is_first(self) -> bool:
        """Whether there is nothing to compare with."""
        return self.plan.version == 1


def versions_of(session: Session, person_id: int, year: int) -> list[VersionStep]:
    """All versions of a year's plan, the newest first, each with its differences."""
    plans = session.scalars(
        select(Plan)
        .where(Plan.person_id == person_id, Plan.year == year)
        .options(selectinload(Plan.entries).selectinload(PlanEntry.course))
        .order_by(Plan.version)
    ).all()
    mentors = {
        row.id: row.name
        for row in session.execute(
            select(Person.id, Person.name).where(Person.id.in_([p.confirmed_by for p in plans if p.confirmed_by]))
        )
    }
    earlier: Plan | None = None
    steps = []
    for plan in plans:
        steps.append(_step(earlier, plan, mentors.get(plan.confirmed_by or 0)))
        earlier = plan
    return steps[::-1]


def _step(earlier: Plan | None, plan: Plan, mentor_name: str | None) -> VersionStep:
    before = {entry.course_id: entry for entry in entries_in(earlier)}
    after = {entry.course_id: entry for entry in entries_in(plan)}
    return VersionStep(
        plan=plan,
        mentor_name=mentor_name,
        confirmed_at=plan.confirmed_at,
        added=[entry for course_id, entry in after.items() if course_id not in before],
        dropped=[entry for course_id, entry in before.items() if course_id not in after],
        moved=[
            Move(entry.course, before[course_id].quarter, entry.quarter)
            for course_id, entry in after.items()
            if course_id in before and before[course_id].quarter != entry.quarter
        ],
        is_goal_changed=earlier is not None and earlier.goal != plan.goal,
    )
