"""How long a search of the catalogue takes with 5,000 synthetic courses: prints median and p95 per kind of query.

Run: ``python benchmarks/catalogue_search.py [n_courses] [database-url]`` (SQLite in a temporary folder by default).
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from content.authoring import term_rows
from content.catalogue import CourseQuery, find_courses
from content.drafting import fill_course
from content.formats.course_file import CourseDraft
from content.models import Course, CourseTerm
from content.shipped import shipped_courses
from content.terms import CourseState, DeliveryMode, MandatoryTopic
from core.db import Base
from core.people import (
    CareerStage,
    Organisation,
    OrganisationLevel,
    ProviderKind,
    SchoolLevel,
    Subject,
    found_organisation,
)
from webapp.database import Database

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
N_ROUNDS = 60
QUERIES: dict[str, CourseQuery] = {
    "nothing asked": CourseQuery(),
    "two characters": CourseQuery(words="作业"),
    "one character": CourseQuery(words="课"),
    "common word": CourseQuery(words="学生"),
    "long question": CourseQuery(words="怎样和家长谈孩子的作业问题"),
    "mixed": CourseQuery(words="AI 备课"),
    "filters only": CourseQuery(stage=CareerStage.NOVICE, school_level=SchoolLevel.PRIMARY, subject=Subject.MATH),
    "words and filters": CourseQuery(words="课堂", subject=Subject.MATH, mode=DeliveryMode.ONLINE, hours_to=6),
    "mandatory topic": CourseQuery(topic=MandatoryTopic.ANTI_BULLYING),
    "last page": CourseQuery(page=10_000),
}


def synthetic(n_courses: int) -> list[CourseDraft]:
    """Courses whose words are mixed from those of the shipped ones."""
    chance, base = random.Random(7), shipped_courses()
    drafts = []
    for number in range(n_courses):
        one, two, three = chance.choice(base), chance.choice(base), chance.choice(base)
        code, title = f"BM-{number:05}", f"{two.title[:8]}{three.title[-6:]}"
        problem, topics, subjects = two.problem, two.topics, three.subjects
        drafts.append(
            replace(one, code=code, title=title, problem=problem, topics=topics, subjects=subjects, prerequisites=())
        )
    return drafts


def fill(session: Session, drafts: list[CourseDraft]) -> None:
    """Put the courses on the shelf in bulk."""
    nation = found_organisation(session, code="N", name="国家", level=OrganisationLevel.NATIONAL, parent=None)
    provider: Organisation = found_organisation(
        session, code="PV-01", name="江岚师范大学", level=OrganisationLevel.PROVIDER, parent=nation,
        provider_kind=ProviderKind.NORMAL_UNIVERSITY,
    )  # fmt: skip
    courses = []
    for draft in drafts:
        course = Course(
            state=CourseState.PUBLISHED, version=1, published_at=NOW, modules=[], facets=[], competencies=[],
            prerequisites=[],
        )  # fmt: skip
        courses.append(fill_course(course, draft, provider=provider, required=[]))
    session.add_all(courses)
    session.flush()
    rows = [row for course, draft in zip(courses, drafts, strict=True) for row in term_rows(course, draft, provider)]
    for start in range(0, len(rows), 20_000):
        session.execute(insert(CourseTerm), rows[start : start + 20_000])


def timed(act: Callable[[], int]) -> tuple[float, float, int]:
    """Median and p95 in milliseconds, and how many were found."""
    taken = []
    n_found = 0
    for _round in range(N_ROUNDS):
        started = time.perf_counter()
        n_found = act()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1], n_found


def main() -> None:
    """Build the catalogue and print the times."""
    n_courses = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        Base.metadata.create_all(database.engine)
        with database.unit_of_work() as session:
            fill(session, synthetic(n_courses))
        print(f"{n_courses} courses on {database.engine.dialect.name}, {N_ROUNDS} rounds each")
        print(f"{'query':<20}{'median ms':>10}{'p95 ms':>10}{'found':>8}")
        for name, query in QUERIES.items():

            def act(query: CourseQuery = query) -> int:
                session = database.session(is_read_only=True)
                found = find_courses(session, query).n_found
                session.close()
                return found

            median, p95, n_found = timed(act)
            print(f"{name:<20}{median:>10.1f}{p95:>10.1f}{n_found:>8}")
        database.engine.dispose()


if __name__ == "__main__":
    main()
