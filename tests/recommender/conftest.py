"""A small catalogue and a person's result, written straight into the tables that hold them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from assessment.estimates import DomainEstimate, Profile
from content.models import Course, CourseCompetency, CourseFacet, CourseModule
from content.terms import (
    Competency,
    ContentFamily,
    CourseState,
    DeliveryMode,
    Domain,
    FacetKind,
    ModuleKind,
    Pedagogy,
    Requirement,
)
from tests.conftest import NOW, World

MakeCourse = Callable[..., Course]


def make_course(
    session: Session, world: World, code: str, *, competency: Competency = Competency.T1, level: int = 3, units: int = 6,
    mode: DeliveryMode = DeliveryMode.ONLINE, title: str = "", facets: tuple[tuple[FacetKind, str], ...] = (),
    state: CourseState = CourseState.PUBLISHED, is_practice: bool = False,
) -> Course:  # fmt: skip
    course = Course(
        code=code, title=title or f"课程{code}", summary=f"{title}{code}的内容概要", problem=f"{code}要解决的问题",
        family=ContentFamily.PROFESSIONAL, requirement=Requirement.ELECTIVE, pedagogy=Pedagogy.CASE, mode=mode,
        is_practice=is_practice, is_open=mode is DeliveryMode.ONLINE, credit_seconds=units * 2700,
        provider_id=world.provider.id, state=state, published_at=NOW, version=1,
        modules=[CourseModule(ordinal=1, kind=ModuleKind.READING, title="导读", seconds=units * 2700, body="文", material={})],
        competencies=[CourseCompetency(competency=competency, level=level)],
        facets=[CourseFacet(kind=kind, value=value) for kind, value in facets],
    )  # fmt: skip
    session.add(course)
    session.flush()
    return course


def result(now: datetime = NOW, **by_domain: tuple[float, float]) -> Profile:
    """A profile from (mean, sd) by domain; domains left out were not measured."""
    return Profile(
        sitting_id=1,
        closed_at=now,
        by_domain={
            domain: DomainEstimate(
                *by_domain[domain.value], by_domain[domain.value][0] - 0.5, by_domain[domain.value][0] + 0.5, 8, True
            )
            if domain.value in by_domain
            else DomainEstimate(0.0, 1.0, -1.3, 1.3, 0, False)
            for domain in Domain
        },
    )


@pytest.fixture
def courses(session: Session, world: World) -> dict[str, Course]:
    """One course a domain, and one outside a primary teacher's slice."""
    found = {
        name: make_course(session, world, f"KC-{name}", competency=competency)
        for name, competency in [("T", Competency.T1), ("D", Competency.D3), ("A", Competency.A2), ("C", Competency.C1)]
    }
    found["senior"] = make_course(session, world, "KC-S", facets=((FacetKind.SCHOOL_LEVEL, "senior"),))
    return found
