"""Courses as arrays, made once per catalogue and used for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.engine.needs import Floats
from recommender.engine.similarity import embed

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class CourseFacts:
    """What ranking needs to know of one course; an empty set on an axis means that it is for all."""

    id: int
    code: str
    title: str
    text: str
    mode: str
    units: int
    practice_units: int
    is_open: bool
    stages: frozenset[str] = frozenset()
    school_levels: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    competencies: tuple[tuple[str, str, int], ...] = ()  # competency, its domain, the level it leads to
    requires: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Axis:
    """Which courses carry which value: a row a course, a column a value."""

    values: tuple[str, ...]
    cells: Flags

    @classmethod
    def of(cls, sets: Sequence[frozenset[str]]) -> "Axis":
        """The axis of one set of values a course."""
        values = tuple(sorted(frozenset().union(*sets))) if sets else ()
        cells = np.array([[value in kept for value in values] for kept in sets], dtype=np.bool_)
        return cls(values, cells.reshape(len(sets), len(values)))

    def has(self, value: str | None) -> Flags:
        """Courses that name this value."""
        if value is None or value not in self.values:
            return np.zeros(len(self.cells), dtype=np.bool_)
        return np.asarray(self.cells[:, self.values.index(value)])

    def has_any(self, wanted: Sequence[str] | frozenset[str]) -> Flags:
        """Courses that name at least one of these values."""
        columns = [self.values.index(value) for value in wanted if value in self.values]
        return np.asarray(self.cells[:, columns].any(axis=1))

    @property
    def n_named(self) -> NDArray[np.int64]:
        """How many values each course names."""
        return np.asarray(self.cells.sum(axis=1), dtype=np.int64)

    @property
    def is_for_all(self) -> Flags:
        """Courses that name no value."""
        return np.asarray(~self.cells.any(axis=1))


@dataclass(frozen=True, eq=False)
class CourseTable:
    """A whole catalogue, row by row in the order of the course codes."""

    facts: tuple[CourseFacts, ...]
    row_of: dict[int, int]  # course id -> row
    stages: Axis
    school_levels: Axis
    subjects: Axis
    topics: Axis
    modes: Axis
    competencies: Axis
    domains: tuple[str, ...]
    levels: Floats  # (N, D) level the course leads to in a domain; nan where it does not develop it
    units: Floats
    practice_units: Floats
    is_open: Flags
    vectors: Floats  # (N, K) unit vectors of the courses' words

    def rows(self, course_ids: frozenset[int] | Sequence[int]) -> NDArray[np.int64]:
        """Rows of those of the courses that stand in the table, rising."""
        return np.array(sorted(self.row_of[one] for one in course_ids if one in self.row_of), dtype=np.int64)

    def mask(self, course_ids: frozenset[int] | Sequence[int]) -> Flags:
        """True at the rows of these courses."""
        chosen = np.zeros(len(self.facts), dtype=np.bool_)
        chosen[self.rows(course_ids)] = True
        return chosen


def build_table(courses: Sequence[CourseFacts]) -> CourseTable:
    """Arrays of a catalogue; the order is that of the codes, so that ties always break alike."""
    facts = tuple(sorted(courses, key=lambda one: one.code))
    domains = tuple(sorted({domain for one in facts for _, domain, _ in one.competencies}))
    return CourseTable(
        facts=facts,
        row_of={one.id: row for row, one in enumerate(facts)},
        stages=Axis.of([one.stages for one in facts]),
        school_levels=Axis.of([one.school_levels for one in facts]),
        subjects=Axis.of([one.subjects for one in facts]),
        topics=Axis.of([one.topics for one in facts]),
        modes=Axis.of([frozenset({one.mode}) for one in facts]),
        competencies=Axis.of([frozenset(name for name, _, _ in one.competencies) for one in facts]),
        domains=domains,
        levels=_levels(facts, domains),
        units=np.array([one.units for one in facts], dtype=np.float64),
        practice_units=np.array([one.practice_units for one in facts], dtype=np.float64),
        is_open=np.array([one.is_open for one in facts], dtype=np.bool_),
        vectors=embed([one.text for one in facts]),
    )


def _levels(facts: Sequence[CourseFacts], domains: Sequence[str]) -> Floats:
    levels = np.full((len(facts), len(domains)), np.nan)
    for row, one in enumerate(facts):
        for _, domain, level in one.competencies:
            place = domains.index(domain)
            levels[row, place] = np.fmax(levels[row, place], level)
    return levels
