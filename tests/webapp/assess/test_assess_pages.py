"""The pages of the diagnostic as a teacher meets them, script or not."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assessment.campaigns import open_campaign
from assessment.models import Answer, Question, Sitting
from assessment.terms import SittingState
from content.models import Item
from core.access import Credential
from tests.assessment.conftest import shipped_items
from tests.conftest import NOW, World, make_world, sign_in
from webapp.database import Database


@pytest.fixture
def world(database: Database) -> World:
    with database.unit_of_work() as session:
        world = make_world(session, password_hash="x")
        session.add_all(shipped_items())
        return world


@pytest.fixture
def teacher(client: FlaskClient, app: Flask, world: World) -> FlaskClient:
    return sign_in(client, app, world.teacher)


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found is not None
    return found.group(1)


def respond(client: FlaskClient, page: TestResponse, position: int = 0) -> TestResponse:
    return client.post(
        "/assess/question",
        data={
            "question_token": hidden(page, "question_token"),
            "client_token": hidden(page, "client_token"),
            "position": position,
        },
    )


def sit_through(client: FlaskClient) -> TestResponse:
    """The whole diagnostic; the result page."""
    client.post("/assess/start")
    for _ in range(26):
        page = client.get("/assess/question")
        answer = respond(client, page, 1)
        if "/assess/result/" in answer.location:
            return client.get(answer.location)
    raise AssertionError("the diagnostic did not end after 26 questions")


def test_the_start_page_says_what_it_is_and_that_there_is_no_pass_mark(teacher: FlaskClient) -> None:
    page = teacher.get("/assess")
    assert page.status_code == 200
    for words in ("没有及格线，不排名", "谁能看到结果", "开始诊断"):
        assert words in page.text


def test_the_diagnostic_runs_without_script_to_a_result_with_five_bands(teacher: FlaskClient) -> None:
    page = sit_through(teacher)
    assert page.status_code == 200
    assert page.text.count('class="chart band"') == 5
    for words in ("很可能", "暂定结果", "结束原因", "看看适合我的课程", "查看数据"):
        assert words in page.text


def test_no_key_code_rationale_or_parameter_reaches_the_browser(teacher: FlaskClient, database: Database) -> None:
    teacher.post("/assess/start")
    page = teacher.get("/assess/question").text
    with database.unit_of_work() as session:
        waiting = session.scalars(select(Question)).one()
        items = session.scalars(select(Item)).all()
        given = next(item for item in items if item.id == waiting.item_id)
    assert given.stem in page
    assert given.code not in page
    assert given.rationale not in page
    assert given.competency.value not in re.sub(r'(value|content)="[^"]*"', "", page).split()
    assert not any(item.stem in page for item in items if item.id != given.id)
    shown = re.findall(r'name="position" value="(\d)"', page)
    assert shown == ["0", "1", "2", "3"]


def test_reloading_and_going_back_show_the_question_that_waits(teacher: FlaskClient) -> None:
    teacher.post("/assess/start")
    first = teacher.get("/assess/question")
    assert hidden(teacher.get("/assess/question"), "question_token") == hidden(first, "question_token")
    respond(teacher, first)
    second = teacher.get("/assess/question")
    assert "第 2 题，最多 25 题" in second.text
    assert respond(teacher, first, 2).location == "/assess/question"  # the back button, sent once more
    assert hidden(teacher.get("/assess/question"), "question_token") == hidden(second, "question_token")


def test_a_double_click_is_one_answer(teacher: FlaskClient, database: Database) -> None:
    teacher.post("/assess/start")
    page = teacher.get("/assess/question")
    assert [respond(teacher, page).status_code for _ in range(2)] == [302, 302]
    with database.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Answer)) == 1


def test_a_question_sent_without_a_choice_asks_again(teacher: FlaskClient) -> None:
    teacher.post("/assess/start")
    page = teacher.get("/assess/question")
    data = {"question_token": hidden(page, "question_token"), "client_token": hidden(page, "client_token")}
    again = teacher.post("/assess/question", data=data, follow_redirects=True)
    assert "请先选择一个选项" in again.text
    assert "第 1 题" in again.text


def test_an_option_that_does_not_exist_is_refused_in_words(teacher: FlaskClient) -> None:
    teacher.post("/assess/start")
    answer = respond(teacher, teacher.get("/assess/question"), 9)
    assert answer.status_code == 422
    assert "请在给出的选项中选择一个" in answer.text


def test_starting_twice_leaves_one_sitting(teacher: FlaskClient, database: Database) -> None:
    assert [teacher.post("/assess/start").location for _ in range(2)] == ["/assess/question"] * 2
    with database.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Sitting)) == 1


def test_a_sitting_under_way_is_offered_to_go_on_with_on_another_device(
    teacher: FlaskClient, app: Flask, world: World
) -> None:
    teacher.post("/assess/start")
    respond(teacher, teacher.get("/assess/question"))
    other = sign_in(app.test_client(), app, world.teacher)
    assert "您做到第 2 题" in other.get("/assess").text
    assert "第 2 题" in other.get("/assess/question").text


def test_ending_early_shows_what_was_not_measured(teacher: FlaskClient, database: Database) -> None:
    teacher.post("/assess/start")
    respond(teacher, teacher.get("/assess/question"))
    page = teacher.post("/assess/leave", follow_redirects=True)
    assert "尚未测量" in page.text
    assert "已答 1 题，至少需要 3 题" in page.text
    assert "您提前结束了诊断" in page.text
    with database.unit_of_work() as session:
        assert session.scalars(select(Sitting.state)).one() is SittingState.LEFT
    assert teacher.post("/assess/leave").location == "/assess"


def test_without_a_sitting_the_question_page_leads_to_the_start(teacher: FlaskClient) -> None:
    assert teacher.get("/assess/question").location == "/assess"


def test_a_result_is_the_readers_own_and_nobody_elses(teacher: FlaskClient, app: Flask, world: World) -> None:
    page = sit_through(teacher)
    path = page.request.path
    for person in (world.colleague, world.foreign_teacher, world.mentor):
        assert sign_in(app.test_client(), app, person).get(path).status_code == 404
    assert teacher.get("/assess/result/999").status_code == 404


def test_a_sitting_under_way_has_no_result_yet(teacher: FlaskClient) -> None:
    teacher.post("/assess/start")
    assert teacher.get("/assess/result/1").status_code == 404


def test_after_a_sitting_the_wait_is_told_instead_of_a_button(teacher: FlaskClient) -> None:
    sit_through(teacher)
    page = teacher.get("/assess")
    assert "30 天后可以再做" in page.text
    assert "/assess/start" not in page.text
    refused = teacher.post("/assess/start")
    assert refused.status_code == 409
    assert "30 天后可以再做" in refused.text


def test_a_second_result_tells_growth_against_the_first(
    teacher: FlaskClient, app: Flask, database: Database, world: World
) -> None:
    sit_through(teacher)
    shift = app.extensions["shicheng_settings"].clock_file
    shift.write_text(str(timedelta(days=31).total_seconds()))
    page = sit_through(sign_in(app.test_client(), app, world.teacher))
    assert "那次相比" in page.text
    assert "测量误差" in page.text
    assert 'class="chart growth"' in page.text


def test_an_open_campaign_is_shown_with_its_window(teacher: FlaskClient, database: Database, world: World) -> None:
    with database.unit_of_work() as session:
        open_campaign(
            session, world.county, "秋季能力诊断", opens_at=NOW, closes_at=NOW + timedelta(days=12),
            by=world.actor(session, world.administrator), now=NOW,
        )  # fmt: skip
    page = teacher.get("/assess").text
    assert "秋季能力诊断" in page
    assert "2026年11月28日 10:00" in page


def test_the_pages_speak_english_too(teacher: FlaskClient) -> None:
    teacher.set_cookie("locale", "en")
    assert "No pass mark, no rank." in teacher.get("/assess").text
    teacher.post("/assess/start")
    page = teacher.get("/assess/question").text
    assert "Question 1, at most 25" in page
    assert '<legend lang="zh-CN">' in page
    result = sit_through(teacher).text
    assert "Likely" in result
    assert "of the differences that such results show between people are real" in result


def test_people_who_do_not_teach_are_not_let_in(client: FlaskClient, app: Flask, world: World) -> None:
    for person in (world.editor, world.administrator, world.auditor):
        assert sign_in(client, app, person).get("/assess").status_code == 403


def test_a_reading_page_writes_nothing(teacher: FlaskClient, database: Database) -> None:
    teacher.get("/assess")
    teacher.get("/assess/question")
    with database.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Sitting)) == 0
        assert session.scalar(select(func.count()).select_from(Credential)) > 0
