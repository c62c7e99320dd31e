"""The catalogue and the item bank from a workbook: dry run, all or nothing, again, and back."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.authoring import find_course, publish, save_course
from content.drafting import draft_of, ordered
from content.formats.course_file import CourseDraft
from content.formats.rows import RowOutcome
from content.importing import apply_catalogue, plan_catalogue, publish_batch, undo_catalogue
from content.item_importing import apply_items, plan_items, undo_items
from content.items import get_item, item_draft_of, load_items, move_item
from content.models import Course, CourseModule, CourseTerm, Item
from content.shipped import shipped_courses, shipped_items
from content.templates_zh import catalogue_book, items_book
from content.terms import CourseState, ItemState
from core.audit import ImportBatch
from core.errors import Conflict, Invalid, NotFound
from core.people import Organisation
from tests.conftest import World

HEAD = [
    "课程编码",
    "课程名称",
    "课程简介",
    "解决的问题",
    "机构编码",
    "内容类别",
    "课程性质",
    "教学方式",
    "实施方式",
    "学段",
    "学科",
    "能力项",
    "先修课程",
    "学时",
]
ROW = [
    "KC-201",
    "数学作业批改",
    "简介。",
    "问题。",
    "S1",
    "业务能力",
    "选修",
    "案例式",
    "校本",
    "小学、初中",
    "数学",
    "A1:2；A2：3",
    "",
    "4",
]
MODULE_HEAD = ["课程编码", "序号", "模块类型", "模块名称", "时长（分钟）"]


def book(rows: list[list[Any]], modules: list[list[Any]] = ()) -> bytes:  # type: ignore[assignment]
    workbook = openpyxl.Workbook()
    courses = workbook.active
    assert courses is not None
    courses.title = "课程"
    for row in [HEAD, *rows]:
        courses.append(row)
    if modules:
        sheet = workbook.create_sheet("模块")
        for row in [MODULE_HEAD, *modules]:
            sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def with_cells(row: list[Any], **cells: Any) -> list[Any]:
    return [cells.get(header, cell) for header, cell in zip(HEAD, row, strict=True)]


def test_a_dry_run_says_what_is_new_and_writes_nothing(session: Session, world: World) -> None:
    diff = plan_catalogue(session, book([ROW]), "课程.xlsx", by=None).diff
    assert [(row.row, row.key, row.outcome) for row in diff.rows] == [(2, "KC-201", RowOutcome.NEW)]
    assert session.scalar(select(func.count()).select_from(Course)) == 0


def test_a_row_with_hours_only_becomes_a_course_with_one_module_of_its_mode(
    session: Session, world: World, now: datetime
) -> None:
    batch = apply_catalogue(session, book([ROW]), "课程.xlsx", by=None, now=now)
    course = find_course(session, "KC-201")
    assert batch is not None
    assert course is not None
    assert (course.state, course.hour_units, course.modules[0].kind.value) == (CourseState.DRAFT, 4, "school_activity")
    draft = draft_of(course)
    assert (draft.school_levels, draft.subjects) == (("junior", "primary"), ("math",))
    assert draft.competencies == (("A1", 2), ("A2", 3))
    assert batch.n_new == 1


def test_applying_the_same_workbook_again_changes_nothing(session: Session, world: World, now: datetime) -> None:
    modules = [["KC-201", 2, "校本活动", "第二次", 90], ["KC-201", 1, "校本活动", "第一次", 90.0]]
    data = book([ROW], modules)
    assert apply_catalogue(session, data, "课程.xlsx", by=None, now=now) is not None
    assert [module.title for module in find_course(session, "KC-201").modules] == ["第一次", "第二次"]  # type: ignore[union-attr]
    assert apply_catalogue(session, data, "课程.xlsx", by=None, now=now) is None
    outcomes = {row.outcome for row in plan_catalogue(session, data, "课程.xlsx", by=None).diff.rows}
    assert outcomes == {RowOutcome.UNCHANGED}
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 1


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"学段": "大学"}, "学段", "unknown_word"),
        ({"实施方式": ""}, "实施方式", "is_empty"),
        ({"能力项": "A1"}, "能力项", "competency_shape"),
        ({"能力项": "A1:9"}, "能力项", "level_out_of_range"),
        ({"机构编码": "PV-99"}, "机构编码", "provider_not_known"),
        ({"先修课程": "KC-404"}, "先修课程", "prerequisite_unknown"),
        ({"学时": "多"}, "学时", "number_not_positive"),
        ({"课程编码": "课程一"}, "课程编码", "code_shape"),
        ({"课程名称": ""}, "课程名称", "is_empty"),
    ],
)
def test_a_refused_cell_is_named_by_row_column_and_reason_and_stops_the_whole_workbook(
    session: Session, world: World, now: datetime, cells: dict[str, str], column: str, code: str
) -> None:
    data = book([ROW, with_cells([*ROW[:0], "KC-202", *ROW[1:]], **cells)])
    diff = plan_catalogue(session, data, "课程.xlsx", by=None).diff
    assert (3, column, code) in {(refusal.row, refusal.column, refusal.code) for refusal in diff.refusals}
    assert diff.rows[0].outcome is RowOutcome.NEW
    with pytest.raises(Invalid, match="import_refused"):
        apply_catalogue(session, data, "课程.xlsx", by=None, now=now)
    assert find_course(session, "KC-201") is None


def test_missing_columns_strange_modules_and_repeated_codes_are_refused(session: Session, world: World) -> None:
    short = openpyxl.Workbook()
    assert short.active is not None
    short.active.append(["课程编码", "课程名称"])
    out = io.BytesIO()
    short.save(out)
    lacking = plan_catalogue(session, out.getvalue(), "x.xlsx", by=None).diff
    assert {refusal.column for refusal in lacking.general} >= {"机构编码", "实施方式"}
    diff = plan_catalogue(session, book([ROW, ROW], [["KC-999", 1, "校本活动", "?", 45]]), "x.xlsx", by=None).diff
    assert {refusal.code for refusal in diff.refusals} == {"key_repeated", "module_without_course"}


def test_a_workbook_may_bring_a_course_and_its_prerequisite_in_any_order_but_not_a_circle(
    session: Session, world: World, now: datetime
) -> None:
    first = with_cells(ROW, 先修课程="KC-202")
    second = with_cells(ROW, 课程编码="KC-202")
    assert apply_catalogue(session, book([first, second]), "x.xlsx", by=None, now=now) is not None
    circle = book([first, with_cells(ROW, 课程编码="KC-202", 先修课程="KC-201")])
    refusals = plan_catalogue(session, circle, "x.xlsx", by=None).diff.refusals
    assert {refusal.code for refusal in refusals} == {"prerequisites_circle"}


def test_an_editor_imports_only_for_places_within_reach(session: Session, world: World) -> None:
    editor = world.actor(session, world.editor)
    assert plan_catalogue(session, book([ROW]), "x.xlsx", by=editor).diff.is_clean
    foreign = plan_catalogue(session, book([with_cells(ROW, 机构编码="S3")]), "x.xlsx", by=editor).diff
    assert {refusal.code for refusal in foreign.refusals} == {"provider_not_yours"}


def test_a_column_that_is_not_there_leaves_quiz_and_rubric_as_they_stand(
    session: Session, world: World, draft_with: Callable[..., CourseDraft], now: datetime
) -> None:
    before = ordered(draft_of(save_course(session, draft_with(code="KC-201", provider="S1"), by=None, now=now)))
    data = book([with_cells(ROW, 实施方式="在线", 课程名称="新名称")])
    apply_catalogue(session, data, "x.xlsx", by=None, now=now)
    after = draft_of(find_course(session, "KC-201"))  # type: ignore[arg-type]
    assert after.title == "新名称"
    assert after.modules == before.modules


def test_undo_takes_new_courses_away_and_gives_changed_ones_back(
    session: Session, world: World, draft_with: Callable[..., CourseDraft], now: datetime
) -> None:
    kept = save_course(session, draft_with(code="KC-200", provider="S1", mode="school_based", modules=[
        {"kind": "school_activity", "title": "活动", "seconds": 2700}]), by=None, now=now)  # fmt: skip
    publish(session, kept, by=None, now=now)
    before = ordered(draft_of(kept))
    rows = [
        with_cells(ROW, 课程编码="KC-200", 课程名称="改名"),
        with_cells(ROW, 先修课程="KC-202"),
        with_cells(ROW, 课程编码="KC-202"),
    ]
    batch = apply_catalogue(session, book(rows), "x.xlsx", by=None, now=now)
    assert batch is not None
    undo_catalogue(session, batch.id, by=None, now=now)
    session.expire_all()
    assert ordered(draft_of(kept)) == before
    assert set(session.scalars(select(Course.code))) == {"KC-200"}
    assert set(session.scalars(select(CourseModule.course_id))) == {kept.id}
    assert set(session.scalars(select(CourseTerm.course_id))) == {kept.id}
    with pytest.raises(Conflict, match="batch_undone_already"):
        undo_catalogue(session, batch.id, by=None, now=now)


def test_undo_is_refused_when_somebody_changed_or_published_what_came_in(
    session: Session, world: World, now: datetime
) -> None:
    first = apply_catalogue(session, book([ROW]), "x.xlsx", by=None, now=now)
    second = apply_catalogue(session, book([with_cells(ROW, 课程编码="KC-202")]), "x.xlsx", by=None, now=now)
    assert first is not None
    assert second is not None
    with pytest.raises(Conflict, match="batch_not_the_last"):
        undo_catalogue(session, first.id, by=None, now=now)
    assert publish_batch(session, second.id, by=None, now=now) == 1
    with pytest.raises(Conflict, match="published_since_import"):
        undo_catalogue(session, second.id, by=None, now=now)


def test_a_batch_of_somebody_elses_place_does_not_exist(session: Session, world: World, now: datetime) -> None:
    administrator = world.actor(session, world.administrator)
    batch = apply_catalogue(session, book([ROW]), "x.xlsx", by=administrator, now=now)
    assert batch is not None
    with pytest.raises(NotFound):
        undo_catalogue(session, batch.id, by=world.actor(session, world.foreign_administrator), now=now)


def test_the_whole_catalogue_written_to_a_workbook_and_read_back_is_unchanged(
    session: Session, providers: dict[str, Organisation], now: datetime
) -> None:
    drafts = shipped_courses()[:25]
    drafts = [draft for draft in drafts if not draft.prerequisites]
    for draft in drafts:
        save_course(session, draft, by=None, now=now)
    diff = plan_catalogue(session, catalogue_book(drafts), "目录.xlsx", by=None).diff
    assert diff.refusals == ()
    assert {row.outcome for row in diff.rows} == {RowOutcome.UNCHANGED}


def test_items_come_in_as_drafts_twice_is_once_and_undo_takes_them_away(
    session: Session, world: World, now: datetime
) -> None:
    load_items(session, shipped_items()[:5], now=now)
    drafts = [item_draft_of(item) for item in session.scalars(select(Item).order_by(Item.code))]
    for item in session.scalars(select(Item)).all():
        session.delete(item)
    session.flush()
    data = items_book(drafts)
    batch = apply_items(session, data, "题库.xlsx", by=None, now=now)
    assert batch is not None
    assert set(session.scalars(select(Item.state))) == {ItemState.DRAFT}
    assert apply_items(session, data, "题库.xlsx", by=None, now=now) is None
    undo_items(session, batch.id, by=None, now=now)
    assert session.scalars(select(Item)).all() == []


def test_the_wording_of_an_operational_item_stays_and_its_rationale_may_be_mended(
    session: Session, world: World, now: datetime
) -> None:
    (row,) = shipped_items()[:1]
    load_items(session, [row], now=now)
    item = get_item(session, row["code"])
    for state in (ItemState.PILOT, ItemState.OPERATIONAL):
        move_item(session, item, state, by=None, now=now)
    draft = item_draft_of(item)
    mended = {**row, "rationale": "另一种解析。"}
    (other,) = load_items(session, [mended], now=now)
    assert (other.version, item_draft_of(other).question.stem) == (2, draft.question.stem)
    load_items(session, [{**row, "stem": "换了题干，问哪一种做法最合适？"}], now=now)
    changed = item_draft_of(item)
    load_items(session, [row], now=now)
    refusals = plan_items(session, items_book([changed]), "题库.xlsx").diff.refusals
    assert [(refusal.column, refusal.code) for refusal in refusals] == [("题干", "item_in_use_stays")]


def test_an_item_moves_one_step_at_a_time(session: Session, world: World, now: datetime) -> None:
    (item,) = load_items(session, shipped_items()[:1], now=now)
    with pytest.raises(Conflict, match="item_state_order"):
        move_item(session, item, ItemState.OPERATIONAL, by=None, now=now)
