"""The catalogue and the weights made ready for ranking, kept in memory as long as nothing changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.models import Course, CourseCompetency, CourseFacet, CourseModule, CoursePrerequisite
from content.terms import CourseState, FacetKind
from recommender.engine.features import CourseFacts, CourseTable, build_table
from recommender.engine.learned import FEWEST_DECISIONS, Weights, default_weights, learn_weights
from recommender.engine.scoring import KINDS, PLACE
from recommender.models import Pick
from recommender.targets import Targets, all_targets
from recommender.terms import PickState

HOUR_UNIT_SECONDS = 2700
MOST_DECISIONS = 4000  # only the latest so many teach
KEPT_TABLES = 4

Rows = list[Any]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything that is the same for everybody: make it once, then recommend to many."""

    table: CourseTable
    weights: Weights
    targets: Targets


def prepare_catalogue(session: Session) -> Catalogue:
    """The catalogue as it stands now; what is costly is made anew only when a course or the decisions changed."""
    rows = _read(session)
    return Catalogue(_table(rows), _weights(session), all_targets(session))


@dataclass(frozen=True)
class _Raw:
    """The rows that tables are built from; their digest is the catalogue's fingerprint."""

    courses: Rows
    facets: Rows
    competencies: Rows
    prerequisites: Rows
    practice: Rows

    def fingerprint(self) -> str:
        plain = [[tuple(row) for row in rows] for rows in vars(self).values()]
        return sha256(repr(plain).encode()).hexdigest()


def _read(session: Session) -> _Raw:
    is_published = Course.state == CourseState.PUBLISHED

    def rows(*columns: Any, joined_by: Any) -> Rows:
        chosen = select(*columns).join(Course, Course.id == joined_by).where(is_published).order_by(*columns)
        return list(session.execute(chosen))

    courses = select(
        Course.id, Course.code, Course.title, Course.summary, Course.problem, Course.mode, Course.is_practice,
        Course.is_open, Course.credit_seconds,
    ).where(is_published).order_by(Course.code)  # fmt: skip
    practice = (
        select(CourseModule.course_id, func.sum(CourseModule.seconds))
        .join(Course, Course.id == CourseModule.course_id).where(is_published, CourseModule.is_practice)
        .group_by(CourseModule.course_id).order_by(CourseModule.course_id)
    )  # fmt: skip
    return _Raw(
        courses=list(session.execute(courses)),
        facets=rows(CourseFacet.course_id, CourseFacet.kind, CourseFacet.value, joined_by=CourseFacet.course_id),
        competencies=rows(
            CourseCompetency.course_id, CourseCompetency.competency, CourseCompetency.level,
            joined_by=CourseCompetency.course_id,
        ),
        prerequisites=rows(
            CoursePrerequisite.course_id, CoursePrerequisite.required_id, joined_by=CoursePrerequisite.course_id
        ),
        practice=list(session.execute(practice)),
    )  # fmt: skip


class _Kept:
    """The latest few things made, by what they were made from; shared by the threads of a process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._things: dict[object, Any] = {}
        self._lock = Lock()

    def find(self, key: object) -> Any | None:
        return self._things.get(key)

    def keep(self, key: object, thing: Any) -> None:
        with self._lock:
            while len(self._things) >= self._limit:
                self._things.pop(next(iter(self._things)))
            self._things[key] = thing


_TABLES = _Kept(KEPT_TABLES)
_WEIGHTS = _Kept(KEPT_TABLES)


def _table(raw: _Raw) -> CourseTable:
    key = raw.fingerprint()
    found: CourseTable | None = _TABLES.find(key)
    if found is None:
        found = build_table(list(_facts(raw)))
        _TABLES.keep(key, found)
    return found


def _facts(raw: _Raw) -> Iterable[CourseFacts]:
    named: dict[tuple[int, FacetKind], set[str]] = defaultdict(set)
    for course_id, kind, value in raw.facets:
        named[course_id, kind].add(value)
    developed: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for course_id, competency, level in raw.competencies:
        developed[course_id].append((competency.value, competency.domain.value, level))
    requires: dict[int, set[int]] = defaultdict(set)
    for course_id, required_id in raw.prerequisites:
        requires[course_id].add(required_id)
    practice = dict(tuple(row) for row in raw.practice)
    for row in raw.courses:
        practice_seconds = row.credit_seconds if row.is_practice else practice.get(row.id, 0)
        yield CourseFacts(
            id=row.id,
            code=row.code,
            title=row.title,
            text=f"{row.title} {row.title} {row.summary} {row.problem}",
            mode=row.mode.value,
            units=row.credit_seconds // HOUR_UNIT_SECONDS,
            practice_units=practice_seconds // HOUR_UNIT_SECONDS,
            is_open=row.is_open,
            stages=frozenset(named[row.id, FacetKind.STAGE]),
            school_levels=frozenset(named[row.id, FacetKind.SCHOOL_LEVEL]),
            subjects=frozenset(named[row.id, FacetKind.SUBJECT]),
            topics=frozenset(named[row.id, FacetKind.TOPIC]),
            competencies=tuple(developed[row.id]),
            requires=frozenset(requires[row.id]),
        )


def _weights(session: Session) -> Weights:
    """Weights learned from the first n decisions, n a multiple of fifty, so that every process learns the same."""
    decided = (
        Pick.state.in_((PickState.TAKEN, PickState.PUT_ASIDE)), Pick.is_personalised, Pick.decided_at.is_not(None),
    )  # fmt: skip
    n_decisions = session.scalar(select(func.count()).select_from(Pick).where(*decided)) or 0
    n_used = n_decisions // FEWEST_DECISIONS * FEWEST_DECISIONS
    if n_used == 0:
        return default_weights()
    in_order = select(Pick.id, Pick.decided_at, Pick.score).where(*decided).order_by(Pick.decided_at, Pick.id)
    last = session.execute(in_order.offset(n_used - 1).limit(1)).one()
    key = (str(session.get_bind().engine.url), n_used, *last)
    found: Weights | None = _WEIGHTS.find(key)
    if found is None:
        latest = (
            select(Pick.reasons, Pick.state).where(*decided).order_by(Pick.decided_at, Pick.id)
            .offset(max(0, n_used - MOST_DECISIONS)).limit(min(n_used, MOST_DECISIONS))
        )  # fmt: skip
        rows = session.execute(latest).all()
        found = learn_weights(
            _parts([row.reasons for row in rows]), np.array([r.state == PickState.TAKEN for r in rows])
        )
        _WEIGHTS.keep(key, found)
    return found


def _parts(reasons: list[list[dict[str, Any]]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Values of the parts as they stood when the courses were offered."""
    place_of = {kind.value: place for kind, place in PLACE.items()}
    parts = np.zeros((len(reasons), len(KINDS)))
    for row, kept in enumerate(reasons):
        for reason in kept:
            if reason["kind"] in place_of:
                parts[row, place_of[reason["kind"]]] = reason["value"]
    return parts
