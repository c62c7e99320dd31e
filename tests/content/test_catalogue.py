"""Finding a course: two-character words, Latin words, mixed queries, filters, order, pages."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from content.authoring import publish, save_course
from content.catalogue import PAGE_SIZE, CourseQuery, find_courses, get_course, published_courses
from content.formats.course_file import CourseDraft
from content.models import Course
from content.terms import Competency, DeliveryMode, MandatoryTopic
from core.errors import NotFound
from core.people import CareerStage, SchoolLevel, Subject
from tests.conftest import World


@pytest.fixture
def shelf(
    session: Session, world: World, draft_with: Callable[..., CourseDraft], now: datetime
) -> Callable[..., Course]:
    def put(code: str, **changes: object) -> Course:
        plain = {
            "title": "无关",
            "summary": "无关",
            "problem": "无关",
            "stages": [],
            "school_levels": [],
            "subjects": [],
        }
        course = save_course(session, draft_with(code=code, **{**plain, **changes}), by=None, now=now)
        publish(session, course, by=None, now=now)
        return course

    return put


def _codes(session: Session, **asked: object) -> list[str]:
    return [course.code for course in find_courses(session, CourseQuery(**asked)).courses]  # type: ignore[arg-type]


def test_a_two_character_word_finds_the_title_before_the_theme_before_the_modules(
    session: Session, shelf: Callable[..., Course]
) -> None:
    module = [{"kind": "reading", "title": "作业的改法", "seconds": 2700, "body": "文"}]
    shelf("KC-1", title="别的", modules=module)
    shelf("KC-2", summary="怎样布置作业")
    shelf("KC-3", title="作业设计")
    shelf("KC-4", title="业务作风")
    assert _codes(session, words="作业") == ["KC-3", "KC-2", "KC-1"]


def test_latin_words_mixed_queries_single_characters_and_codes_are_found(
    session: Session, shelf: Callable[..., Course]
) -> None:
    shelf("KC-1", title="用AI备课的边界")
    shelf("KC-2", title="人工智能通识")
    shelf("KC-3", title="智慧与学习")
    assert _codes(session, words="ai") == ["KC-1", "KC-2"]  # 人工智能 is what people call AI
    assert _codes(session, words="ＡＩ 备课") == ["KC-1"]
    assert _codes(session, words="智") == ["KC-2", "KC-3"]
    assert _codes(session, words="界") == ["KC-1"]
    assert _codes(session, words="KC-2")[0] == "KC-2"
    assert _codes(session, words="！？") == []


def test_a_longer_question_finds_what_shares_most_of_its_words(session: Session, shelf: Callable[..., Course]) -> None:
    shelf("KC-1", title="家校社沟通的三个场合")
    shelf("KC-2", title="学校食堂管理")
    assert _codes(session, words="家校沟通") == ["KC-1"]


def test_a_filter_also_finds_what_is_for_everybody_and_puts_the_special_first(
    session: Session, shelf: Callable[..., Course]
) -> None:
    shelf("KC-1")
    shelf("KC-2", subjects=["math"], stages=["novice"])
    shelf("KC-3", subjects=["english"])
    assert _codes(session, subject=Subject.MATH) == ["KC-2", "KC-1"]
    assert _codes(session, subject=Subject.MATH, stage=CareerStage.EXPERT) == ["KC-1"]
    assert _codes(session, school_level=SchoolLevel.SENIOR) == ["KC-1", "KC-2", "KC-3"]


def test_a_topic_mode_competency_and_hours_narrow_exactly(session: Session, shelf: Callable[..., Course]) -> None:
    school = [{"kind": "school_activity", "title": "磨课", "seconds": 4 * 2700}]
    shelf("KC-1", topics=["anti_bullying"], competencies=[{"code": "C4", "level": 2}])
    shelf("KC-2", mode="school_based", modules=school)
    assert _codes(session, topic=MandatoryTopic.ANTI_BULLYING) == ["KC-1"]
    assert _codes(session, topic=MandatoryTopic.ECOLOGY) == []
    assert _codes(session, mode=DeliveryMode.SCHOOL_BASED) == ["KC-2"]
    assert _codes(session, competency=Competency.C4) == ["KC-1"]
    assert _codes(session, hours_from=3) == ["KC-2"]
    assert _codes(session, hours_to=2) == ["KC-1"]
    assert _codes(session, hours_from=2, hours_to=4) == ["KC-1", "KC-2"]


def test_pages_are_whole_and_a_page_out_of_range_is_the_nearest(session: Session, shelf: Callable[..., Course]) -> None:
    for number in range(PAGE_SIZE + 3):
        shelf(f"KC-{number:03}")
    last = find_courses(session, CourseQuery(page=99))
    assert (last.n_found, last.page, last.n_pages, len(last.courses)) == (PAGE_SIZE + 3, 2, 2, 3)


def test_a_draft_is_not_for_teachers(
    session: Session, world: World, draft_with: Callable[..., CourseDraft], now: datetime
) -> None:
    save_course(session, draft_with(code="KC-1"), by=None, now=now)
    assert find_courses(session, CourseQuery()).n_found == 0
    assert published_courses(session) == []
    with pytest.raises(NotFound):
        get_course(session, "KC-1")
