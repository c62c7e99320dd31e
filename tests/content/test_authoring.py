"""Writing the catalogue: what is refused and why, versions, and the way from draft to shelf and off it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.authoring import get_course_within, publish, retire, revisions_of, save_course, send_back, send_to_review
from content.checking import faults_of, gaps_of, is_open
from content.drafting import draft_digest, draft_of, ordered
from content.formats.course_file import CourseDraft, parse_course
from content.models import CourseTerm
from content.terms import CourseState
from core.audit import AuditEntry
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.conftest import World
from tests.content.conftest import QUESTION, RUBRIC, course_data


def _faults(**changes: Any) -> set[tuple[str, str]]:
    try:
        draft = parse_course(course_data(**changes))
    except Invalid as error:
        return {(fault.place, fault.code) for fault in error.figures["faults"]}  # type: ignore[attr-defined]
    return {(fault.place, fault.code) for fault in [*faults_of(draft), *gaps_of(draft)]}


def _module(**changes: Any) -> list[dict[str, Any]]:
    return [{"kind": "reading", "title": "读", "seconds": 2700, "body": "文", **changes}]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"family": "sport"}, ("family", "unknown_word")),
        ({"stages": ["young"]}, ("stages", "unknown_word")),
        ({"topics": ["it", "it"]}, ("topics", "repeated")),
        ({"competencies": [{"code": "Z9", "level": 2}]}, ("competencies[1].code", "unknown_word")),
        ({"competencies": [{"code": "A2", "level": 6}]}, ("competencies[1].level", "level_out_of_range")),
        ({"competencies": []}, ("competencies", "needs_a_competency")),
        ({"code": "kc 1"}, ("code", "code_shape")),
        ({"prerequisites": ["KC-X01"]}, ("prerequisites", "requires_itself")),
        ({"modules": []}, ("modules", "needs_a_module")),
        ({"modules": _module(seconds=0)}, ("modules[1].seconds", "seconds_not_positive")),
        ({"modules": _module(seconds="long")}, ("modules[1].seconds", "should_be_whole_number")),
        ({"modules": _module(seconds=600)}, ("modules", "shorter_than_an_hour_unit")),
        ({"modules": _module(kind="f2f_session")}, ("modules[1].kind", "kind_not_in_mode")),
        ({"modules": _module(questions=[{**QUESTION, "key": "E"}])}, ("modules[1].questions[1].key", "key_out_of_range")),
        ({"modules": _module(questions=[{**QUESTION, "options": ["甲", "甲"]}])}, ("modules[1].questions[1].options", "repeated")),
        ({"modules": _module(rubric=[{"criterion": "证据", "levels": ["一"]}])}, ("modules[1].rubric[1].levels", "rubric_levels")),
        ({"modules": _module(rubric=[*RUBRIC, {"criterion": "二", "levels": ["甲", "乙"]}])}, ("modules[1].rubric[2].levels", "rubric_levels_differ")),
        ({"summary": ["列表"]}, ("summary", "should_be_text")),
    ],
)  # fmt: skip
def test_a_slip_is_named_by_its_place_and_kind(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in _faults(**changes)


def test_a_course_is_open_only_when_every_part_that_takes_content_carries_it(draft: CourseDraft) -> None:
    assert is_open(draft)
    reading, quiz, task = draft.modules
    assert not is_open(replace(draft, modules=(replace(reading, body=""), quiz, task)))
    assert not is_open(replace(draft, modules=(reading, replace(quiz, questions=()), task)))
    assert not is_open(replace(draft, modules=(reading, quiz, replace(task, rubric=()))))
    assert not is_open(replace(draft, mode="school_based"))


def test_what_is_saved_reads_back_as_it_was_written(
    session: Session, world: World, draft: CourseDraft, now: datetime
) -> None:
    course = save_course(session, draft, by=None, now=now)
    session.expire_all()
    assert ordered(draft_of(course)) == ordered(draft)
    assert course.state is CourseState.DRAFT
    assert (course.is_open, course.credit_seconds, course.hour_units) == (True, 5400, 2)


def test_saving_the_same_twice_changes_nothing(
    session: Session, world: World, draft: CourseDraft, now: datetime
) -> None:
    course = save_course(session, draft, by=None, now=now)
    entries = len(session.scalars(select(AuditEntry)).all())
    assert save_course(session, draft, by=None, now=now) is course
    assert len(session.scalars(select(AuditEntry)).all()) == entries


def test_a_changed_published_course_gets_a_version_and_keeps_what_it_said(
    session: Session, world: World, draft: CourseDraft, now: datetime
) -> None:
    course = save_course(session, draft, by=None, now=now)
    publish(session, course, by=None, now=now)
    ids = [module.id for module in course.modules]
    save_course(session, replace(draft, title="课堂反馈的四个层次", stages=("expert",)), by=None, now=now)
    assert (course.version, course.state) == (2, CourseState.PUBLISHED)
    assert [module.id for module in course.modules] == ids
    (revision,) = revisions_of(session, course)
    assert ordered(parse_course(revision.snapshot)) == ordered(draft)


def test_a_published_course_does_not_lose_a_module_that_people_study(
    session: Session, world: World, draft: CourseDraft, now: datetime
) -> None:
    course = save_course(session, draft, by=None, now=now)
    publish(session, course, by=None, now=now)
    with pytest.raises(Conflict, match="published_modules_stay"):
        save_course(session, replace(draft, modules=draft.modules[:2]), by=None, now=now)


def test_a_draft_may_lose_and_change_modules(session: Session, world: World, draft: CourseDraft, now: datetime) -> None:
    save_course(session, draft, by=None, now=now)
    course = save_course(session, replace(draft, modules=(draft.modules[2],)), by=None, now=now)
    session.expire_all()
    assert [(module.ordinal, module.kind.value) for module in course.modules] == [(1, "task")]


def test_an_unknown_prerequisite_and_a_circle_are_refused_by_name(
    session: Session, world: World, draft_with: Callable[..., CourseDraft], now: datetime
) -> None:
    with pytest.raises(Invalid) as missing:
        save_course(session, draft_with(prerequisites=["KC-404"]), by=None, now=now)
    assert missing.value.figures["faults"][0].figures == {"value": "KC-404"}  # type: ignore[index]
    save_course(session, draft_with(code="KC-A"), by=None, now=now)
    save_course(session, draft_with(code="KC-B", prerequisites=["KC-A"]), by=None, now=now)
    with pytest.raises(Invalid, match="prerequisites_in_a_circle") as circle:
        save_course(session, draft_with(code="KC-A", prerequisites=["KC-B"]), by=None, now=now)
    assert circle.value.figures["circle"] == "KC-A → KC-B → KC-A"


def test_the_way_from_draft_over_review_to_the_shelf_and_off_it_is_audited(
    session: Session, world: World, draft: CourseDraft, now: datetime
) -> None:
    course = save_course(session, draft, by=None, now=now)
    send_to_review(session, course, by=None, now=now)
    send_back(session, course, reason="测验第 1 题的解析太短", by=None, now=now)
    publish(session, course, by=None, now=now)
    retire(session, course, by=None, now=now)
    assert (course.state, course.published_at, course.retired_at) == (CourseState.RETIRED, now, now)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "course").order_by("id"))
    assert [action.removeprefix("course.") for action in actions] == [
        "create", "review", "send_back", "review", "publish", "retire",
    ]  # fmt: skip
    with pytest.raises(Conflict):
        publish(session, course, by=None, now=now)


def test_a_course_that_others_require_is_not_retired_from_under_them(
    session: Session, world: World, draft_with: Callable[..., CourseDraft], now: datetime
) -> None:
    base = save_course(session, draft_with(code="KC-A"), by=None, now=now)
    later = save_course(session, draft_with(code="KC-B", prerequisites=["KC-A"]), by=None, now=now)
    with pytest.raises(Conflict, match="prerequisite_not_published"):
        publish(session, later, by=None, now=now)
    publish(session, base, by=None, now=now)
    publish(session, later, by=None, now=now)
    with pytest.raises(Conflict) as error:
        retire(session, base, by=None, now=now)
    assert error.value.figures["others"] == "KC-B"


def test_an_editor_writes_for_places_inside_their_reach_only(
    session: Session, world: World, draft_with: Callable[..., CourseDraft], now: datetime
) -> None:
    editor = world.actor(session, world.editor)
    foreign = save_course(session, draft_with(code="KC-F", provider="PV-03"), by=None, now=now)
    with pytest.raises(NotAllowed):
        save_course(session, draft_with(code="KC-N", provider="PV-03"), by=editor, now=now)
    with pytest.raises(NotAllowed):
        save_course(session, draft_with(code="KC-F", provider="X1"), by=editor, now=now)
    with pytest.raises(NotFound):
        get_course_within(session, editor, foreign.code)
    own = save_course(session, draft_with(code="KC-O", provider="S1"), by=editor, now=now)
    assert get_course_within(session, editor, "KC-O") is own


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(
    session: Session, world: World, draft: CourseDraft, now: datetime
) -> None:
    course = save_course(session, draft, by=None, now=now)
    seen = draft_digest(draft_of(course))
    save_course(session, replace(draft, title="第一位编辑的标题"), by=None, now=now, seen=seen)
    with pytest.raises(Conflict, match="course_changed_meanwhile"):
        save_course(session, replace(draft, title="第二位编辑的标题"), by=None, now=now, seen=seen)


def test_the_index_follows_the_words_of_the_course(
    session: Session, world: World, draft: CourseDraft, now: datetime
) -> None:
    course = save_course(session, draft, by=None, now=now)
    save_course(
        session, replace(draft, title="作业设计入门", summary="入门。", modules=draft.modules[1:]), by=None, now=now
    )
    tokens = set(session.scalars(select(CourseTerm.token).where(CourseTerm.course_id == course.id)))
    assert {"作业", "设计", "数学"} <= tokens
    assert "三个" not in tokens
