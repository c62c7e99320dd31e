"""The mentor's pages: whom a mentor sees, what they can do, and what the second click meets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Role, give_role
from core.people import Person
from learning.mentoring.models import Note, Suggestion
from learning.mentoring.pairs import end_pair, pair_up
from learning.plans.models import Plan
from learning.study.models import Submission
from learning.terms import PlanState, SubmissionState
from tests.conftest import World, make_world, sign_in
from tests.learning.mentoring.building import hand_in, make_course, make_plan, post_hours, sit
from webapp.database import Database

T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """A mentor with one apprentice who has handed work in."""

    world: World
    pair_id: int
    submission_id: int
    plan_id: int
    course_id: int


@pytest.fixture
def scene(database: Database, now: datetime) -> Scene:
    with database.unit_of_work() as session:
        world = make_world(session, password_hash="x")
        give_role(session, world.colleague.id, Role.MENTOR, world.other_school, by=None, now=now)
        pair = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
        course = make_course(session, world.provider, "KC-1", now=now)
        other = make_course(session, world.provider, "KC-2", title="课堂提问的梯度", now=now)
        sit(session, world.teacher, -0.5, at=now - timedelta(days=30))
        post_hours(session, world.teacher, course, 12, on=date(2026, 3, 1))
        work = hand_in(session, world.teacher, course, at=now - timedelta(days=8), body="三层支架，同一目标。")
        plan = make_plan(session, world.teacher, course, year=2026, now=now)
        return Scene(world, pair.id, work.id, plan.id, other.id)


@pytest.fixture
def as_(client: FlaskClient, app: Flask) -> Callable[[Person], FlaskClient]:
    return lambda person: sign_in(client, app, person)


def ask(database: Database, question: Callable[[Session], T]) -> T:
    with database.unit_of_work() as session:
        return question(session)


PAGES = ("/mentor/people/{person}", "/mentor/submissions/{submission}")
ACTS = (
    ("/mentor/people/{person}/notes", {"body": "你好"}),
    ("/mentor/people/{person}/suggestions", {"course_id": "2"}),
    ("/mentor/people/{person}/plan/{plan}/confirm", {}),
    ("/mentor/submissions/{submission}", {"state": "accepted", "level-0": "1", "level-1": "1"}),
)


def _at(address: str, scene: Scene) -> str:
    return address.format(person=scene.world.teacher.id, submission=scene.submission_id, plan=scene.plan_id)


def test_the_desk_shows_who_waits_and_for_how_long(scene: Scene, as_: Callable[[Person], FlaskClient]) -> None:
    page = as_(scene.world.mentor).get("/mentor").get_data(as_text=True)
    assert "林一" in page
    assert "1 份待批，最早的已等 8 天" in page
    assert "本年 12 / 72 学时" in page
    assert "至少结对带动 3 名普通教师" in page  # the rule with its source
    assert "第856号提案" in page


def test_one_apprentice_stands_on_one_page_without_a_rank(scene: Scene, as_: Callable[[Person], FlaskClient]) -> None:
    page = as_(scene.world.mentor).get(_at(PAGES[0], scene)).get_data(as_text=True)
    for words in ("能力画像", "很可能在", "年度规划", "确认这份规划", "推荐一门课程", "往来留言"):
        assert words in page
    assert "排名" not in page


@pytest.mark.parametrize("address", PAGES)
def test_another_mentors_apprentice_does_not_exist(
    scene: Scene, as_: Callable[[Person], FlaskClient], address: str
) -> None:
    assert as_(scene.world.mentor).get(_at(address, scene)).status_code == 200
    assert as_(scene.world.colleague).get(_at(address, scene)).status_code == 404


@pytest.mark.parametrize(("address", "form"), ACTS)
def test_nobody_acts_for_another_mentors_apprentice(
    scene: Scene, as_: Callable[[Person], FlaskClient], address: str, form: dict[str, str]
) -> None:
    assert as_(scene.world.colleague).post(_at(address, scene), data=form).status_code == 404


def test_a_pair_that_ended_closes_the_page(
    scene: Scene, as_: Callable[[Person], FlaskClient], database: Database
) -> None:
    ask(database, lambda session: end_pair(session, scene.pair_id, on=date(2026, 11, 15)))
    assert as_(scene.world.mentor).get(_at(PAGES[0], scene)).status_code == 404
    assert as_(scene.world.mentor).get("/mentor/history").status_code == 200


@pytest.mark.parametrize("role", ["teacher", "administrator", "auditor", "editor"])
def test_the_desk_is_for_mentors(scene: Scene, as_: Callable[[Person], FlaskClient], role: str) -> None:
    assert as_(getattr(scene.world, role)).get("/mentor").status_code == 403


def test_a_note_sent_twice_is_one_note(scene: Scene, as_: Callable[[Person], FlaskClient], database: Database) -> None:
    client = as_(scene.world.mentor)
    for _click in range(2):
        answer = client.post(_at(ACTS[0][0], scene), data={"body": "写得好", "client_token": "k1"})
        assert answer.status_code == 302
    assert ask(database, lambda session: session.scalar(select(func.count(Note.id)))) == 1


def test_the_apprentice_reads_and_answers(scene: Scene, as_: Callable[[Person], FlaskClient]) -> None:
    as_(scene.world.mentor).post(_at(ACTS[0][0], scene), data={"body": "第二题的追问很好", "client_token": "k1"})
    teacher = as_(scene.world.teacher)
    page = teacher.get("/mentor/mine").get_data(as_text=True)
    assert "沈三" in page
    assert "第二题的追问很好" in page
    teacher.post("/mentor/mine/notes", data={"body": "<b>谢谢</b>", "client_token": "k2"})
    assert "&lt;b&gt;谢谢&lt;/b&gt;" in as_(scene.world.mentor).get(_at(PAGES[0], scene)).get_data(as_text=True)


def test_a_teacher_without_a_mentor_is_told_where_to_ask(scene: Scene, as_: Callable[[Person], FlaskClient]) -> None:
    client = as_(scene.world.colleague)
    assert "您目前没有导师" in client.get("/mentor/mine").get_data(as_text=True)
    assert client.post("/mentor/mine/notes", data={"body": "你好"}).status_code == 404


def test_a_course_is_suggested_and_taken_back(
    scene: Scene, as_: Callable[[Person], FlaskClient], database: Database
) -> None:
    client = as_(scene.world.mentor)
    answer = client.post(
        _at(ACTS[1][0], scene), data={"course_id": scene.course_id, "reason": "先看第二章"}, follow_redirects=True
    )
    assert "先看第二章" in answer.get_data(as_text=True)
    given = ask(database, lambda session: session.scalars(select(Suggestion)).one())
    client.post(f"/mentor/people/{scene.world.teacher.id}/suggestions/{given.id}/withdraw")
    assert ask(database, lambda session: session.scalars(select(Suggestion)).one().withdrawn_at) is not None


def test_the_mentor_confirms_the_plan(scene: Scene, as_: Callable[[Person], FlaskClient], database: Database) -> None:
    assert as_(scene.world.mentor).post(_at(ACTS[2][0], scene)).status_code == 302
    plan = ask(database, lambda session: session.get_one(Plan, scene.plan_id))
    assert (plan.state, plan.confirmed_by) == (PlanState.CONFIRMED, scene.world.mentor.id)


def test_work_is_accepted_row_by_row_and_leads_back_to_the_desk(
    scene: Scene, as_: Callable[[Person], FlaskClient], database: Database
) -> None:
    client = as_(scene.world.mentor)
    page = client.get(_at(PAGES[1], scene)).get_data(as_text=True)
    assert page.count('type="radio"') == 6  # two rows of three levels
    answer = client.post(_at(PAGES[1], scene), data=ACTS[3][1])
    assert answer.headers["Location"] == "/mentor"
    work = ask(database, lambda session: session.get_one(Submission, scene.submission_id))
    assert (work.state, work.ratings) == (SubmissionState.ACCEPTED, [1, 1])


def test_the_second_judgement_meets_a_conflict_that_shows_the_first(
    scene: Scene, as_: Callable[[Person], FlaskClient], database: Database
) -> None:
    client = as_(scene.world.mentor)
    client.post(_at(PAGES[1], scene), data=ACTS[3][1])
    second = client.post(
        _at(PAGES[1], scene), data={"state": "returned", "comment": "再改", "level-0": "0", "level-1": "0"}
    )
    assert second.status_code == 409
    assert "评价结果" in second.get_data(as_text=True)
    work = ask(database, lambda session: session.get_one(Submission, scene.submission_id))
    assert (work.state, work.comment) == (SubmissionState.ACCEPTED, "")


def test_work_is_not_returned_without_a_word_and_nothing_typed_is_lost(
    scene: Scene, as_: Callable[[Person], FlaskClient], database: Database
) -> None:
    client = as_(scene.world.mentor)
    answer = client.post(
        _at(PAGES[1], scene), data={"state": "returned", "comment": " ", "level-0": "2", "level-1": "0"}
    )
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'name="level-0" value="2" required checked' in page
    unrated = client.post(_at(PAGES[1], scene), data={"state": "accepted", "comment": "很好", "level-0": "2"})
    assert unrated.status_code == 422
    assert "很好</textarea>" in unrated.get_data(as_text=True)
    work = ask(database, lambda session: session.get_one(Submission, scene.submission_id))
    assert work.state is SubmissionState.SUBMITTED


@pytest.mark.parametrize("address", ["/mentor", "/mentor/history", *PAGES])
def test_every_page_speaks_english_too(scene: Scene, as_: Callable[[Person], FlaskClient], address: str) -> None:
    client = as_(scene.world.mentor)
    client.set_cookie("locale", "en")
    answer = client.get(_at(address, scene))
    assert answer.status_code == 200
    assert 'lang="en"' in answer.get_data(as_text=True)
