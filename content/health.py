"""How the catalogue stands: what covers what, what waits, what is still without content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from content.models import Course, CourseFacet
from content.terms import CourseState, DeliveryMode, FacetKind, MandatoryTopic
from core.access import Actor, Role, organisations_within
from core.people import Organisation, SchoolLevel

Row = TypeVarTuple("Row")
PAGE_SIZE = 30
READERS = (Role.EDITOR, Role.ADMINISTRATOR, Role.AUDITOR)


@dataclass(frozen=True)
class ShelfQuery:
    """Which courses an editor wants to see."""

    words: str = ""
    state: CourseState | None = None
    is_without_content: bool = False
    page: int = 1


@dataclass(frozen=True)
class ShelfPage:
    """One page of the editor's list."""

    courses: tuple[Course, ...]
    n_found: int
    page: int
    n_pages: int


def coverage(session: Session) -> Mapping[tuple[MandatoryTopic, SchoolLevel], int]:
    """How many published courses teach a mandatory topic to a school level; one for all counts in each."""
    topics = select(CourseFacet.course_id, CourseFacet.value).where(CourseFacet.kind == FacetKind.TOPIC).subquery()
    levels = select(CourseFacet.course_id, CourseFacet.value).where(CourseFacet.kind == FacetKind.SCHOOL_LEVEL)
    level = levels.subquery()
    rows = session.execute(
        select(topics.c.value, level.c.value, func.count())
        .join(Course, Course.id == topics.c.course_id)
        .outerjoin(level, level.c.course_id == Course.id)
        .where(Course.state == CourseState.PUBLISHED)
        .group_by(topics.c.value, level.c.value)
    )
    counts = {(topic, one): 0 for topic in MandatoryTopic for one in SchoolLevel}
    for topic, value, n_courses in rows:
        for one in [SchoolLevel(value)] if value else list(SchoolLevel):
            counts[MandatoryTopic(topic), one] += n_courses
    return counts


def state_counts(session: Session, actor: Actor) -> Mapping[CourseState, int]:
    """How many courses within reach are in each state."""
    rows = session.execute(_within(select(Course.state, func.count()), actor).group_by(Course.state))
    return dict.fromkeys(CourseState, 0) | {state: n_courses for state, n_courses in rows}  # noqa: C416


def waiting_of(session: Session, actor: Actor, *, limit: int = 10) -> Sequence[Course]:
    """Courses within reach that wait for somebody's eyes, those in review first."""
    waiting = Course.state.in_((CourseState.REVIEW, CourseState.DRAFT))
    statement = _within(select(Course), actor).where(waiting).options(contains_eager(Course.provider))
    return session.scalars(statement.order_by(Course.state.desc(), Course.code).limit(limit)).all()


def find_shelf(session: Session, actor: Actor, query: ShelfQuery) -> ShelfPage:
    """Courses within reach in whatever state, by code."""
    narrowed = _within(select(Course.id), actor).where(*_conditions(query))
    n_found = session.scalar(select(func.count()).select_from(narrowed.subquery())) or 0
    n_pages = max(1, -(-n_found // PAGE_SIZE))
    page = min(max(1, query.page), n_pages)
    ids = narrowed.order_by(Course.code).limit(PAGE_SIZE).offset(PAGE_SIZE * (page - 1))
    rows = session.scalars(
        select(Course).join(Course.provider).where(Course.id.in_(session.scalars(ids).all()))
        .options(contains_eager(Course.provider)).order_by(Course.code)
    ).all()  # fmt: skip
    return ShelfPage(tuple(rows), n_found, page, n_pages)


def n_without_content(session: Session, actor: Actor) -> int:
    """How many published online courses within reach cannot be studied here yet."""
    statement = _within(select(func.count(Course.id)), actor).where(*_empty())
    return session.scalar(statement) or 0


def _conditions(query: ShelfQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = list(_empty()) if query.is_without_content else []
    if query.state is not None:
        conditions.append(Course.state == query.state)
    if query.words:
        title = Course.title.contains(query.words, autoescape=True)
        conditions.append(or_(title, Course.code.contains(query.words.upper(), autoescape=True)))
    return conditions


def _empty() -> tuple[ColumnElement[bool], ...]:
    return (Course.state == CourseState.PUBLISHED, Course.mode == DeliveryMode.ONLINE, Course.is_open.is_(False))


def _within(statement: Select[*Row], actor: Actor) -> Select[*Row]:
    return statement.join(Organisation, Organisation.id == Course.provider_id).where(
        organisations_within(actor, *READERS)
    )
