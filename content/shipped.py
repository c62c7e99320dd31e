"""The content that comes with the product: frameworks, item bank and courses of ``content/data``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert
from sqlalchemy.orm import Session

from content.authoring import term_rows
from content.checking import faults_of, gaps_of
from content.drafting import fill_course
from content.formats.course_file import CourseDraft, parse_course, refuse_faults
from content.frameworks import load_framework
from content.items import load_items
from content.models import Course, CoursePrerequisite, CourseTerm
from content.terms import CourseState, ItemState
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.people import Organisation

DATA = Path(__file__).parent / "data"
FIGURE = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}\.svg")
COURSE_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Loaded:
    """How much was brought in."""

    n_frameworks: int
    n_items: int
    n_courses: int


def load_shipped(session: Session, *, now: datetime, providers: Mapping[str, Organisation]) -> Loaded:
    """Bring the shipped frameworks, items (operational) and courses (published) into an empty catalogue."""
    frameworks = [load_framework(session, data, now=now) for data in shipped_frameworks()]
    items = load_items(session, shipped_items(), now=now, state=ItemState.OPERATIONAL)
    courses = _load_courses(session, shipped_courses(), now=now, providers=providers)
    return Loaded(len(frameworks), len(items), len(courses))


def shipped_frameworks() -> list[Mapping[str, Any]]:
    """The frameworks' trees as data."""
    return [read_yaml(path) for path in sorted((DATA / "frameworks").glob("*.yaml"))]


def shipped_items() -> list[Mapping[str, Any]]:
    """Every item of the shipped bank as data."""
    return [row for path in sorted((DATA / "items").glob("*.yaml")) for row in read_yaml(path)]


def shipped_providers() -> list[Mapping[str, str]]:
    """The training providers the shipped courses name: code, name_zh, name_en, kind."""
    return list(read_yaml(DATA / "catalogue" / "providers.yaml"))


def shipped_courses() -> list[CourseDraft]:
    """Every shipped course as a draft, by code."""
    return sorted((parse_course(data) for data in _course_data()), key=lambda draft: draft.code)


def figure_path(code: str, name: str) -> Path:
    """Where a shipped figure of a course lies, or NotFound; nothing outside that course's folder is ever named."""
    if COURSE_CODE.fullmatch(code) and FIGURE.fullmatch(name):
        path = DATA / "courses" / code / name
        if path.is_file():
            return path
    raise NotFound("figure_not_found", course=code, name=name)


@cache
def figures_of(code: str) -> frozenset[str]:
    """Names of the figures shipped with a course."""
    if not COURSE_CODE.fullmatch(code):
        return frozenset()
    return frozenset(path.name for path in (DATA / "courses" / code).glob("*.svg"))


def read_yaml(path: Path) -> Any:
    """The content of one data file."""
    with path.open(encoding="utf-8") as text:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506  a safe loader, the fast one where there is one


def _course_data() -> Iterator[Mapping[str, Any]]:
    for name in ("f2f", "online", "school_based"):
        yield from read_yaml(DATA / "catalogue" / f"{name}.yaml")
    for path in sorted((DATA / "courses").glob("*/course.yaml")):
        yield read_yaml(path)


def _load_courses(
    session: Session, drafts: list[CourseDraft], *, now: datetime, providers: Mapping[str, Organisation]
) -> list[Course]:
    courses: dict[str, Course] = {}
    for draft in drafts:
        refuse_faults(draft.code, [*faults_of(draft), *gaps_of(draft)])
        if draft.code in courses:
            raise Conflict("course_code_taken", course=draft.code)
        if draft.provider not in providers:
            raise Invalid("provider_unknown", provider=draft.provider)
        course = Course(
            state=CourseState.PUBLISHED, version=1, published_at=now, modules=[], facets=[], competencies=[],
            prerequisites=[],
        )  # fmt: skip
        courses[draft.code] = fill_course(course, draft, provider=providers[draft.provider], required=[])
    session.add_all(courses.values())
    session.flush()
    for draft in drafts:
        for code in draft.prerequisites:
            session.add(CoursePrerequisite(course_id=courses[draft.code].id, required_id=courses[code].id))
    rows = [row for d in drafts for row in term_rows(courses[d.code], d, providers[d.provider])]
    session.execute(insert(CourseTerm), rows)
    session.flush()
    record(session, "courses.load", actor=None, subject_kind="course", subject_id=None, now=now, n_courses=len(courses))
    return list(courses.values())
