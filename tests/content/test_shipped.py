"""The content that comes with the product holds together and loads quickly."""

import time
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.authoring import find_cycle
from content.catalogue import CourseQuery, find_courses
from content.checking import faults_of, gaps_of
from content.formats.item_file import parse_item
from content.items import item_faults
from content.models import Course, FrameworkNode, Item
from content.shipped import (
    figure_path,
    figures_of,
    load_shipped,
    shipped_courses,
    shipped_frameworks,
    shipped_items,
    shipped_providers,
)
from content.terms import CourseState, DeliveryMode, ItemState, MandatoryTopic
from core.errors import NotFound
from core.people import Organisation


def test_every_shipped_course_passes_the_checks_of_the_editor() -> None:
    for draft in shipped_courses():
        assert (draft.code, faults_of(draft), gaps_of(draft)) == (draft.code, [], [])


def test_every_shipped_course_lasts_whole_hour_units_of_45_minutes() -> None:
    assert [draft.code for draft in shipped_courses() if draft.credit_seconds % (45 * 60)] == []


def test_there_are_at_least_160_courses_and_every_mandatory_topic_has_one() -> None:
    drafts = shipped_courses()
    assert len(drafts) >= 160
    assert {topic for draft in drafts for topic in draft.topics} == {topic.value for topic in MandatoryTopic}


def test_shipped_courses_require_only_shipped_courses_and_never_in_a_circle() -> None:
    links = {draft.code: draft.prerequisites for draft in shipped_courses()}
    assert {required for row in links.values() for required in row} <= set(links)
    assert [code for code in links if find_cycle(links, code)] == []


def test_shipped_courses_come_from_shipped_providers() -> None:
    assert {draft.provider for draft in shipped_courses()} <= {row["code"] for row in shipped_providers()}


def test_every_figure_named_in_a_reading_is_shipped() -> None:
    named = [
        (draft.code, name.split(")")[0])
        for draft in shipped_courses()
        for module in draft.modules
        for name in module.body.split("](")[1:]
    ]
    assert [(code, name) for code, name in named if name not in figures_of(code)] == []
    assert named


def test_every_shipped_item_passes_the_checks_and_each_domain_has_48() -> None:
    items = [parse_item(row) for row in shipped_items()]
    assert [(item.code, faults) for item in items if (faults := item_faults(item))] == []
    assert len({item.code for item in items}) == len(items) >= 240
    assert min(sum(1 for item in items if item.competency[0] == letter) for letter in "ETACD") >= 48


def test_alignments_of_the_platforms_model_name_nodes_that_exist() -> None:
    known: set[str] = set()
    asked: set[str] = set()

    def walk(rows: list[dict[str, object]]) -> None:
        for row in rows:
            known.add(str(row["code"]))
            asked.update(row.get("aligns_to") or [])  # type: ignore[arg-type]
            walk(row.get("children") or [])  # type: ignore[arg-type]

    for data in shipped_frameworks():
        walk(data["nodes"])
    assert asked - known == set()


def test_the_digital_standard_has_5_dimensions_13_areas_and_33_requirements(
    session: Session, now: datetime, providers: dict[str, Organisation]
) -> None:
    load_shipped(session, now=now, providers=providers)
    counts = session.execute(
        select(FrameworkNode.kind, func.count()).where(FrameworkNode.code.startswith("DL-0646.")).group_by("kind")
    )
    assert {kind.value: n for kind, n in counts} == {"dimension": 5, "area": 13, "requirement": 33}


def test_loading_all_shipped_content_takes_under_two_seconds(
    session: Session, now: datetime, providers: dict[str, Organisation]
) -> None:
    started = time.process_time()
    loaded = load_shipped(session, now=now, providers=providers)
    assert time.process_time() - started < 2
    assert loaded.n_courses == session.scalar(select(func.count()).where(Course.state == CourseState.PUBLISHED))
    assert loaded.n_items == session.scalar(select(func.count()).where(Item.state == ItemState.OPERATIONAL))
    assert loaded.n_frameworks == 5


def test_shipped_courses_are_found_by_a_two_character_word(
    session: Session, now: datetime, providers: dict[str, Organisation]
) -> None:
    load_shipped(session, now=now, providers=providers)
    found = find_courses(session, CourseQuery(words="欺凌", mode=DeliveryMode.ONLINE))
    assert found.n_found >= 1
    assert "欺凌" in found.courses[0].title


@pytest.mark.parametrize(
    "name", ["../../items/ethics.yaml", "course.yaml", "..", "fig1.svg/..", "/etc/passwd", "FIG1.SVG"]
)
def test_nothing_but_a_figure_of_the_course_is_ever_served(name: str) -> None:
    assert figure_path("KC-E01", "fig1.svg").is_file()
    with pytest.raises(NotFound):
        figure_path("KC-E01", name)
    with pytest.raises(NotFound):
        figure_path("../courses/KC-E01", "fig1.svg")
