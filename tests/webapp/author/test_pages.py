"""The editors' work: from the first words of a course to the shelf, the item bank, the workbook."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.models import Course, Item
from content.shipped import shipped_courses
from content.templates_zh import catalogue_book
from content.terms import CourseState
from core.access import Role, give_role
from core.audit import AuditEntry
from core.people import Person, get_organisation
from tests.conftest import NOW, World
from webapp.database import Database

SignIn = Callable[[Person], FlaskClient]
COURSE = {
    "code": "KC-801", "title": "把评语写给学生看", "problem": "评语写得满，学生不看。", "summary": "怎样写学生用得上的评语。",
    "provider": "PV-01", "mode": "online", "family": "professional", "requirement": "elective", "pedagogy": "case",
    "stages": ["novice"], "school_levels": [], "subjects": [], "topics": [], "competencies-0-competency": "A2",
    "competencies-0-level": "3", "prerequisites": "",
}  # fmt: skip
FIRST = {"first_kind": "quiz", "first_title": "判断", "first_minutes": "45"}


@pytest.fixture
def editor(people: World, database: Database, as_: SignIn) -> FlaskClient:
    with database.unit_of_work() as session:
        give_role(session, people.editor.id, Role.EDITOR, get_organisation(session, "P"), by=None, now=NOW)
    return as_(people.editor)


def course(database: Database, code: str) -> Course:
    session = database.session(is_read_only=True)
    found = session.scalar(select(Course).where(Course.code == code))
    assert found is not None
    assert found.modules is not None
    return found


def seen(page: str) -> str:
    return re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0]


def test_an_editor_writes_a_quiz_course_and_puts_it_on_the_shelf(editor: FlaskClient, database: Database) -> None:
    assert editor.post("/author/courses/new", data={**COURSE, **FIRST}).status_code == 302
    page = editor.get("/author/courses/KC-801/modules/1").text
    question = {
        "questions-0-stem": "哪一句评语最有用？", "questions-0-option_a": "很好", "questions-0-option_b": "第二段的例子换成数据",
        "questions-0-option_c": "继续努力", "questions-0-option_d": "字迹工整", "questions-0-key": "B",
        "questions-0-rationale": "只有它说了下一步。", "questions-1-stem": "",
    }  # fmt: skip
    data = {"title": "判断", "minutes": "45", "seen": seen(page), **question}
    assert editor.post("/author/courses/KC-801/modules/1", data=data).status_code == 302
    editor.post("/author/courses/KC-801/publish")
    found = course(database, "KC-801")
    assert (found.state, found.is_open) == (CourseState.PUBLISHED, True)
    assert found.modules[0].material["questions"][0]["key"] == "B"
    assert len(found.modules[0].material["questions"]) == 1
    assert "把评语写给学生看" in editor.get("/catalogue?words=评语").text


def test_a_key_that_names_no_option_is_refused_at_its_place_and_nothing_is_saved(
    editor: FlaskClient, database: Database
) -> None:
    editor.post("/author/courses/new", data={**COURSE, **FIRST})
    page = editor.get("/author/courses/KC-801/modules/1").text
    data: dict[str, Any] = {"title": "判断", "minutes": "45", "seen": seen(page), "questions-0-stem": "哪一句？"}
    data |= {"questions-0-option_a": "甲", "questions-0-option_b": "乙", "questions-0-key": "D"}
    answer = editor.post("/author/courses/KC-801/modules/1", data=data)
    assert answer.status_code == 422
    assert "题目 1 · 答案" in answer.text
    assert "应在 A 至 B 之间" in answer.text
    assert course(database, "KC-801").modules[0].material == {}


def test_two_editors_at_once_do_not_overwrite_each_other(editor: FlaskClient, database: Database) -> None:
    editor.post("/author/courses/new", data={**COURSE, **FIRST})
    old = seen(editor.get("/author/courses/KC-801").text)
    editor.post("/author/courses/KC-801", data={**COURSE, "title": "第一位的标题", "seen": old})
    answer = editor.post("/author/courses/KC-801", data={**COURSE, "title": "第二位的标题", "seen": old})
    assert answer.status_code == 422
    assert "有人保存了这门课程" in answer.text
    assert course(database, "KC-801").title == "第一位的标题"


def test_modules_are_added_moved_and_removed(editor: FlaskClient, database: Database) -> None:
    editor.post("/author/courses/new", data={**COURSE, **FIRST})
    editor.post("/author/courses/KC-801/modules", data={"kind": "task", "title": "改一次评语", "minutes": "90"})
    editor.post("/author/courses/KC-801/modules/2/move", data={"to": "up"})
    assert [module.title for module in course(database, "KC-801").modules] == ["改一次评语", "判断"]
    editor.post("/author/courses/KC-801/modules/2/remove")
    assert [module.title for module in course(database, "KC-801").modules] == ["改一次评语"]


def test_a_gap_stops_publishing_and_says_where(editor: FlaskClient) -> None:
    editor.post("/author/courses/new", data={**COURSE, **FIRST, "summary": ""})
    page = editor.post("/author/courses/KC-801/publish", follow_redirects=True).text
    assert "此处为空，请填写" in page


def test_every_page_of_the_area_opens_for_an_editor(editor: FlaskClient) -> None:
    for address in (
        "", "/courses", "/courses?state=published&words=作业&page=2", "/courses?empty=1", "/courses/new",
        "/courses/KC-R01", "/courses/KC-R01/modules/2", "/courses/KC-R01/preview", "/items?domain=ethics&level=3",
        "/items/E-001", "/import/catalogue", "/import/items", "/frameworks", "/frameworks/DL-0646", "/frameworks/SC-5",
    ):  # fmt: skip
        for locale in ("zh_CN", "en"):
            editor.set_cookie("locale", locale)
            assert editor.get("/author" + address).status_code == 200, address


def test_the_area_is_closed_to_teachers_and_the_auditor_only_reads(people: World, as_: SignIn) -> None:
    teacher = as_(people.teacher)
    assert {teacher.get(f"/author{page}").status_code for page in ("", "/courses", "/items", "/import/items")} == {403}
    auditor = as_(people.auditor)
    assert [auditor.get(f"/author{page}").status_code for page in ("", "/items", "/frameworks", "/courses")] == [
        200
    ] * 4
    assert auditor.get("/author/courses/new").status_code == 403
    assert auditor.post("/author/items/E-001/move", data={"state": "retired"}).status_code == 403


def test_key_and_rationale_are_for_those_who_keep_the_bank(
    people: World, editor: FlaskClient, as_: SignIn, database: Database
) -> None:
    session = database.session(is_read_only=True)
    item = session.scalar(select(Item).where(Item.code == "E-002"))
    assert item is not None
    assert item.rationale in editor.get("/author/items/E-002").text
    assert item.rationale not in editor.get("/author/items?domain=ethics").text
    shown = as_(people.auditor).get("/author/items/E-002").text
    assert item.rationale not in shown
    assert "keyed" not in shown


def test_a_course_of_a_place_outside_reach_does_not_exist(people: World, as_: SignIn) -> None:
    foreign = as_(people.foreign_administrator)
    for address in ("/courses/KC-R01", "/courses/KC-R01/preview", "/courses/KC-R01/modules/1"):
        assert foreign.get("/author" + address).status_code == 404
    assert foreign.post("/author/courses/KC-R01/retire").status_code == 404


def test_an_item_moves_on_and_the_act_is_recorded(editor: FlaskClient, database: Database) -> None:
    editor.post("/author/items/E-001/move", data={"state": "retired"})
    session = database.session(is_read_only=True)
    assert session.scalar(select(AuditEntry.action).where(AuditEntry.action == "item.move")) == "item.move"
    assert editor.post("/author/items/E-001/move", data={"state": "operational"}).status_code == 409


def _upload(client: FlaskClient, what: str, data: bytes) -> str:
    sent = {"workbook": (BytesIO(data), "课程.xlsx")}
    return client.post(f"/author/import/{what}", data=sent, content_type="multipart/form-data").headers["Location"]


def test_a_workbook_is_compared_applied_and_taken_back(editor: FlaskClient, database: Database) -> None:
    (draft,) = [one for one in shipped_courses() if one.code == "KC-064"]
    book = catalogue_book([draft])
    address = _upload(editor, "catalogue", book)
    assert "无需导入" in editor.get(address).text
    template = editor.get("/author/import/catalogue/template.xlsx")
    assert template.data.startswith(b"PK")
    head = "课程编码,课程名称,课程简介,解决的问题,机构编码,内容类别,课程性质,教学方式,实施方式,能力项,学时"
    row = "KC-801,新课,简介,问题,PV-01,业务能力,选修,案例式,校本,A2:3,4"
    address = _upload(editor, "catalogue", f"{head}\n{row}".encode("gb18030"))
    assert "新增" in editor.get(address).text
    editor.post(address + "/apply")
    assert course(database, "KC-801").state is CourseState.DRAFT
    editor.post("/author/import/catalogue/1/undo")
    session = database.session(is_read_only=True)
    assert session.scalar(select(Course).where(Course.code == "KC-801")) is None


def test_a_refused_workbook_changes_nothing_and_says_row_and_remedy(editor: FlaskClient, database: Database) -> None:
    head = "课程编码,课程名称,机构编码,内容类别,课程性质,教学方式,实施方式,学时"
    address = _upload(editor, "catalogue", f"{head}\nKC-801,新课,PV-99,业务能力,选修,案例式,函授,4".encode())
    page = editor.get(address).text
    assert "没有编码为 PV-99 的机构" in page
    assert "“函授”无法识别，可以填写：在线、线下集中、校本" in page
    editor.post(address + "/apply")
    session = database.session(is_read_only=True)
    assert session.scalar(select(Course).where(Course.code == "KC-801")) is None


def test_the_frameworks_page_shows_unconfirmed_wordings_as_such(editor: FlaskClient) -> None:
    page = editor.get("/author/frameworks/DL-0646").text
    assert "待核实 46" in page
    assert "不作为政策展示" in page
