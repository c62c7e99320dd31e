"""Which courses of the demo catalogue are open to whom, and when things happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from content.models import Course, CourseModule
from content.terms import DeliveryMode, FacetKind
from learning.engine.days import ZONE
from webapp.demo.people import Teacher


@dataclass(frozen=True)
class Shelf:
    """One course with what the builder asks of it again and again."""

    course: Course
    modules: tuple[CourseModule, ...]
    stages: frozenset[str]
    sections: frozenset[str]
    subjects: frozenset[str]
    topics: frozenset[str]
    required: frozenset[int]

    def is_for(self, teacher: Teacher) -> bool:
        """Whether the course is cut for this teacher."""
        return (
            (not self.stages or teacher.stage.value in self.stages)
            and (not self.sections or teacher.school.section.value in self.sections)
            and (not self.subjects or teacher.subject.value in self.subjects)
        )

    @cached_property
    def units(self) -> int:
        return self.course.hour_units


@dataclass(frozen=True)
class Shelves:
    """The published catalogue, by mode, with a memory of who may choose what."""

    all: tuple[Shelf, ...]

    def for_teacher(self, teacher: Teacher, mode: DeliveryMode) -> list[Shelf]:
        return [shelf for shelf in self.of_mode(mode) if shelf.is_for(teacher)]

    def of_mode(self, mode: DeliveryMode) -> list[Shelf]:
        found = [shelf for shelf in self.all if shelf.course.mode is mode]
        return [shelf for shelf in found if shelf.course.is_open] if mode is DeliveryMode.ONLINE else found


def read_shelves(session: Session) -> Shelves:
    """Every published course with its modules and facets."""
    courses = session.scalars(
        select(Course)
        .order_by(Course.code)
        .options(selectinload(Course.modules), selectinload(Course.facets), selectinload(Course.prerequisites))
    ).all()
    return Shelves(tuple(_shelf(course) for course in courses))


def _shelf(course: Course) -> Shelf:
    def values(kind: FacetKind) -> frozenset[str]:
        return frozenset(course.facet_values(kind))

    return Shelf(
        course,
        tuple(course.modules),
        stages=values(FacetKind.STAGE),
        sections=values(FacetKind.SCHOOL_LEVEL),
        subjects=values(FacetKind.SUBJECT),
        topics=values(FacetKind.TOPIC),
        required=frozenset(row.required_id for row in course.prerequisites),
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day in China."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def school_days(today: date, n_days_back: int) -> list[date]:
    """Weekdays of the past outside the summer and winter holidays, oldest first."""
    days = [today - timedelta(days=back) for back in range(n_days_back, 0, -1)]
    return [day for day in days if day.weekday() < 5 and day.month != 8 and not (day.month == 2 and day.day < 15)]


def pick_some(rng: Random, shelves: Sequence[Shelf], goal_units: float) -> list[Shelf]:
    """Courses in random order until their hours reach a goal; one that needs another comes after it or not at all."""
    chosen: list[Shelf] = []
    done: set[int] = set()
    units = 0
    for shelf in rng.sample(list(shelves), len(shelves)):
        if units >= goal_units:
            break
        if shelf.required <= done:
            chosen.append(shelf)
            done.add(shelf.course.id)
            units += shelf.units
    return chosen
