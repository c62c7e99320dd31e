"""The catalogue as teachers read it: search in Chinese words, filters, one course, all that is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.sql.selectable import Subquery

from content.models import Course, CourseCompetency, CourseFacet, CourseModule, CoursePrerequisite, CourseTerm
from content.terms import Competency, CourseState, DeliveryMode, FacetKind, MandatoryTopic
from content.tokens import n_needed, query_tokens
from core.errors import NotFound
from core.people import CareerStage, SchoolLevel, Subject

PAGE_SIZE = 20
UNIT_SECONDS = 2700
MOST_TOKENS = 24
EASED_FROM = 3  # a question of more tokens than this may be answered by a third of them
SEEN_BY_TEACHERS = (CourseState.PUBLISHED, CourseState.RETIRED)


@dataclass(frozen=True)
class CourseQuery:
    """What a teacher is looking for. Stage, school level and subject also find what is for everybody."""

    words: str = ""
    stage: CareerStage | None = None
    school_level: SchoolLevel | None = None
    subject: Subject | None = None
    mode: DeliveryMode | None = None
    topic: MandatoryTopic | None = None
    competency: Competency | None = None
    hours_from: int | None = None  # whole hour units, both ends included
    hours_to: int | None = None
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the catalogue."""
        return self != CourseQuery(page=self.page)


@dataclass(frozen=True)
class CoursePage:
    """One page of what was found; the page number is brought into range."""

    courses: tuple[Course, ...]
    n_found: int
    page: int
    n_pages: int


def find_courses(session: Session, query: CourseQuery) -> CoursePage:
    """Published courses that answer the query, the best first; a long question that nothing answers is eased once."""
    tokens = query_tokens(query.words)[:MOST_TOKENS]
    narrowed, order = _narrowed(query, tokens, n_needed(len(tokens)))
    n_found = _count(session, narrowed)
    if not n_found and len(tokens) > EASED_FROM:
        narrowed, order = _narrowed(query, tokens, len(tokens) // EASED_FROM)
        n_found = _count(session, narrowed)
    n_pages = max(1, -(-n_found // PAGE_SIZE))
    page = min(max(1, query.page), n_pages)
    ids = session.scalars(narrowed.order_by(*order).limit(PAGE_SIZE).offset(PAGE_SIZE * (page - 1))).all()
    rows = session.scalars(
        select(Course)
        .join(Course.provider)
        .where(Course.id.in_(ids))
        .options(
            contains_eager(Course.provider),
            selectinload(Course.facets),
            selectinload(Course.competencies),
            selectinload(Course.modules).load_only(CourseModule.seconds, CourseModule.is_practice),
        )
    ).all()
    by_id = {course.id: course for course in rows}
    return CoursePage(tuple(by_id[key] for key in ids), n_found, page, n_pages)


def get_course(session: Session, code: str) -> Course:
    """A course that teachers may see (published, or retired and so closed to newcomers), or NotFound."""
    found = session.scalar(
        select(Course)
        .where(Course.code == code, Course.state.in_(SEEN_BY_TEACHERS))
        .options(
            joinedload(Course.provider),
            selectinload(Course.modules),
            selectinload(Course.facets),
            selectinload(Course.competencies),
            selectinload(Course.prerequisites).joinedload(CoursePrerequisite.required),
        )
    )
    if found is None:
        raise NotFound("course_not_found", course=code)
    return found


def published_courses(session: Session) -> Sequence[Course]:
    """Everything on the shelf with its facets, competencies and modules, by code."""
    return session.scalars(
        select(Course)
        .where(Course.state == CourseState.PUBLISHED)
        .options(
            joinedload(Course.provider),
            selectinload(Course.modules),
            selectinload(Course.facets),
            selectinload(Course.competencies),
            selectinload(Course.prerequisites),
        )
        .order_by(Course.code)
    ).all()


def practice_ratio(course: Course) -> float:
    """Share of the course's time that is practice: all of it when the course as a whole counts as practice."""
    if course.is_practice:
        return 1.0
    return sum(module.seconds for module in course.modules if module.is_practice) / course.credit_seconds


def n_courses_by_competency(session: Session) -> Mapping[Competency, int]:
    """How many published courses develop each competency."""
    rows = session.execute(
        select(CourseCompetency.competency, func.count())
        .join(Course, Course.id == CourseCompetency.course_id)
        .where(Course.state == CourseState.PUBLISHED)
        .group_by(CourseCompetency.competency)
    )
    return {competency: n_courses for competency, n_courses in rows}  # noqa: C416


def _count(session: Session, narrowed: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(narrowed.subquery())) or 0


def _narrowed(query: CourseQuery, tokens: Sequence[str], needed: int) -> tuple[Select[int], list[ColumnElement[Any]]]:
    """Ids of the courses that answer, and the order in which they do."""
    statement = select(Course.id).where(Course.state == CourseState.PUBLISHED, *_conditions(query))
    order: list[ColumnElement[Any]] = []
    if query.words.strip():
        scores = _scores(tokens, needed)
        statement = statement.join(scores, scores.c.course_id == Course.id)
        exact = Course.code == query.words.strip().upper()
        order.append(case((exact, literal(1000)), else_=scores.c.score).desc())
    for kind, value in _axes(query):
        if kind is not FacetKind.TOPIC:
            order.append(case((_has(kind, value), 0), else_=1).asc())
    order += [Course.is_open.desc(), Course.code.asc()]
    return statement, order


def _scores(tokens: Sequence[str], needed: int) -> Subquery:
    """Courses that hold enough of the tokens, with the sum of their weights; a single character begins a token."""
    if len(tokens) == 1 and len(tokens[0]) == 1 and not tokens[0].isascii():
        matched = CourseTerm.token.startswith(tokens[0], autoescape=True)
    else:
        matched = CourseTerm.token.in_(tokens)
    return (
        select(CourseTerm.course_id, func.sum(CourseTerm.weight).label("score"))
        .where(matched)
        .group_by(CourseTerm.course_id)
        .having(func.count() >= needed)
        .subquery()
    )


def _conditions(query: CourseQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for kind, value in _axes(query):
        conditions.append(_has(kind, value) if kind is FacetKind.TOPIC else _open_to(kind, value))
    if query.mode is not None:
        conditions.append(Course.mode == query.mode)
    if query.competency is not None:
        conditions.append(
            exists().where(
                and_(CourseCompetency.course_id == Course.id, CourseCompetency.competency == query.competency)
            )
        )
    if query.hours_from is not None:
        conditions.append(Course.credit_seconds >= query.hours_from * UNIT_SECONDS)
    if query.hours_to is not None:
        conditions.append(Course.credit_seconds < (query.hours_to + 1) * UNIT_SECONDS)
    return conditions


def _axes(query: CourseQuery) -> list[tuple[FacetKind, str]]:
    asked = (
        (FacetKind.STAGE, query.stage),
        (FacetKind.SCHOOL_LEVEL, query.school_level),
        (FacetKind.SUBJECT, query.subject),
        (FacetKind.TOPIC, query.topic),
    )
    return [(kind, value.value) for kind, value in asked if value is not None]


def _has(kind: FacetKind, value: str) -> ColumnElement[bool]:
    return exists().where(
        and_(CourseFacet.course_id == Course.id, CourseFacet.kind == kind, CourseFacet.value == value)
    )


def _open_to(kind: FacetKind, value: str) -> ColumnElement[bool]:
    """The course names the value, or names none of the kind and so is for everybody."""
    names_any = exists().where(and_(CourseFacet.course_id == Course.id, CourseFacet.kind == kind))
    return or_(_has(kind, value), ~names_any)
