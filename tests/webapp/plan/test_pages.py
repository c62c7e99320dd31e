"""The pages of recommendations and plan, asked as a browser without script would ask."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Course
from content.terms import Competency, DeliveryMode, Domain
from core.access import Role, give_role
from core.people import CareerStage, Person
from learning import journey
from learning.credit.profiles import load_rules
from learning.mentoring.pairs import pair_up
from learning.plans.editing import add_course, confirm, entries_in, plan_of
from learning.study.models import Enrolment
from recommender.models import Pick
from recommender.picks import picks_of
from recommender.targets import all_targets
from recommender.terms import PickState
from tests.conftest import NOW, World, make_world, sign_in
from tests.recommender.conftest import make_course
from webapp.database import Database

Visit = Callable[[Person], FlaskClient]


@pytest.fixture
def stage(database: Database) -> Iterator[tuple[Session, World, list[Course]]]:
    """A world with eight courses and rules, committed so that requests see it."""
    session = database.session()
    world = make_world(session, password_hash="x")
    load_rules(session, now=NOW)
    courses = [
        make_course(session, world, f"KC-{n}", competency=list(Competency)[2 * n], title=f"第{n}门课") for n in range(8)
    ]
    session.commit()
    yield session, world, courses
    session.close()


@pytest.fixture
def visit(app: Flask, client: FlaskClient) -> Visit:
    return lambda person: sign_in(client, app, person)


def offered(session: Session, world: World) -> list[Pick]:
    found = journey.renew_picks(session, world.teacher.id, now=NOW)
    session.commit()
    return found


def test_somebody_new_is_told_how_to_get_a_list(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    _session, world, _courses = stage
    page = visit(world.teacher).get("/picks").text
    assert "还没有推荐" in page
    assert "/assess" in page


def test_six_courses_are_shown_with_reasons_and_the_others_on_demand(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    offered(session, world)
    client = visit(world.teacher)
    assert client.get("/picks").text.count('class="card-box pick"') == 6
    page = client.get("/picks?all=1").text
    assert page.count('class="card-box pick"') == 8
    assert "今年您还差 72 学时，本课最多可计 6 学时。" in page
    assert "您还没有做诊断测评" in page


def test_the_reader_may_have_the_reasons_in_english(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    offered(session, world)
    client = visit(world.teacher)
    client.set_cookie("locale", "en")
    assert "You still need 72 hours this year; this course gives up to 6." in client.get("/picks").text


def test_taking_leads_to_the_offer_to_begin_and_beginning_to_the_course(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    pick = offered(session, world)[0]
    client = visit(world.teacher)
    answer = client.post(f"/picks/{pick.id}/take", follow_redirects=True)
    assert "已列入规划的第 4 季度" in answer.text
    begun = client.post(f"/picks/{pick.id}/begin")
    enrolment = session.scalars(select(Enrolment)).one()
    session.commit()  # the writing session must not keep the database from the next request
    assert begun.location == f"/study/{enrolment.id}"
    client.post(f"/picks/{pick.id}/begin")
    assert len(session.scalars(select(Enrolment)).all()) == 1


def test_putting_aside_needs_a_reason_and_can_be_undone(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    pick = offered(session, world)[0]
    client = visit(world.teacher)
    refused = client.post(f"/picks/{pick.id}/put-aside", data={"reason": "whatever"})
    assert (refused.status_code, "请选择一个原因" in refused.text) == (422, True)
    page = client.post(f"/picks/{pick.id}/put-aside", data={"reason": "no_time"}, follow_redirects=True).text
    assert "已搁置（1）" in page
    assert f'id="pick-{pick.id}"' not in page
    page = client.post(f"/picks/{pick.id}/bring-back", follow_redirects=True).text
    assert f'id="pick-{pick.id}"' in page


def test_switching_personalisation_off_says_so_and_shows_another_list(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    offered(session, world)
    page = visit(world.teacher).post("/picks/personal", data={"wanted": "0"}, follow_redirects=True).text
    assert "个性化推荐已关闭" in page
    assert "今年您还差" not in page
    session.expire_all()
    assert {pick.is_personalised for pick in picks_of(session, world.teacher.id)} == {False}


def test_a_personal_list_is_gone_as_soon_as_the_account_says_off(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    offered(session, world)
    world.teacher.is_personalised = False
    session.commit()
    assert 'class="card-box pick"' not in visit(world.teacher).get("/picks?all=1").text


def test_somebody_elses_recommendation_is_not_found(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    pick = offered(session, world)[0]
    client = visit(world.colleague)
    for act in ("take", "begin", "put-aside", "bring-back"):
        assert client.post(f"/picks/{pick.id}/{act}", data={"reason": "no_time"}).status_code == 404
    assert client.get(f"/picks?taken={pick.id}").status_code == 404
    session.expire_all()
    assert session.get(Pick, pick.id).state is PickState.OFFERED  # type: ignore[union-attr]


def test_a_course_from_the_catalogue_is_planned_moved_dropped_and_brought_back(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, courses = stage
    client = visit(world.teacher)
    page = client.post("/plan/add/KC-0", follow_redirects=True).text
    assert "《第0门课》已列入规划的第 4 季度。" in page
    entry = entries_in(plan_of(session, world.teacher.id, 2026))[0]
    session.commit()
    assert (
        "已移到第 2 季度。"
        in client.post(f"/plan/entries/{entry.id}/move", data={"quarter": "2"}, follow_redirects=True).text
    )
    dropped = client.post(f"/plan/entries/{entry.id}/drop", follow_redirects=True).text
    assert "移错了？" in dropped
    assert "/plan/add/KC-0" in dropped
    client.post("/plan/add/KC-0", data={"year": "2026"})
    session.expire_all()
    assert [(e.course_id, e.quarter) for e in entries_in(plan_of(session, world.teacher.id, 2026))] == [
        (courses[0].id, 2)
    ]


def test_an_unknown_course_quarter_or_year_is_refused_in_words(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    _session, world, _courses = stage
    client = visit(world.teacher)
    assert client.post("/plan/add/KC-404").status_code == 404
    refused = client.post("/plan/add/KC-0", data={"quarter": "7"})
    assert (refused.status_code, "请选择四个季度之一" in refused.text) == (422, True)
    assert client.get("/plan?year=2031").status_code == 404
    assert client.get("/plan?year=soon").status_code == 200


def test_the_plan_says_what_it_would_come_to(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    _session, world, _courses = stage
    client = visit(world.teacher)
    client.post("/plan/add/KC-0")
    page = client.get("/plan").text
    assert "已获 0 + 计划 6 / 72" in page
    assert "即便如此，今年仍差 66 学时。" in page
    assert "还有 12 个必修专题没有安排。" in page


def test_a_goal_is_kept_and_shown(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    _session, world, _courses = stage
    client = visit(world.teacher)
    assert "用评价改进教学" in client.post("/plan/goal", data={"goal": "用评价改进教学"}, follow_redirects=True).text
    assert client.post("/plan/goal", data={"goal": "长" * 501}).status_code == 422


def test_a_confirmed_plan_names_the_mentor_and_its_history_the_changes(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, courses = stage
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    add_course(session, world.teacher.id, courses[0].id, year=2026, now=NOW)
    plan = plan_of(session, world.teacher.id, 2026)
    confirm(session, plan.id, by=world.actor(session, world.mentor), now=NOW)
    session.commit()
    client = visit(world.teacher)
    assert "沈三，2026年11月16日" in client.get("/plan").text
    client.post("/plan/add/KC-1")
    page = client.get("/plan/versions").text
    assert "第 2 版" in page
    assert "＋" in page
    assert "可由导师沈三确认" in client.get("/plan").text


def test_the_cycle_and_the_sheet_to_print_stand(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    _session, world, _courses = stage
    client = visit(world.teacher)
    client.post("/plan/add/KC-0", data={"year": "2027"})
    cycle = client.get("/plan/cycle").text
    assert all(f"/plan?year={year}" in cycle for year in range(2026, 2031))
    assert "第0门课" in client.get("/plan/print?year=2027").text


def test_a_face_to_face_course_is_planned_with_a_word_about_its_missing_run(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    make_course(session, world, "KC-F", title="面授课", mode=DeliveryMode.F2F)
    session.commit()
    client = visit(world.teacher)
    assert "《面授课》目前没有可报的班次" in client.post("/plan/add/KC-F", follow_redirects=True).text


def test_targets_are_shown_to_administrators_and_set_by_the_province_only(stage, visit: Visit) -> None:  # type: ignore[no-untyped-def]
    session, world, _courses = stage
    give_role(session, world.editor.id, Role.ADMINISTRATOR, world.province, by=None, now=NOW)
    session.commit()
    form = {f"{s.value}-{d.value}": "0.4" for s in CareerStage for d in Domain}
    county = visit(world.administrator)
    assert 'type="number"' not in county.get("/plan/targets").text
    assert county.post("/plan/targets", data=form).status_code == 403
    province = visit(world.editor)
    assert 'type="number"' in province.get("/plan/targets").text
    assert province.post("/plan/targets", data={**form, "novice-ethics": "much"}).status_code == 422
    assert "已修改 25 项目标" in province.post("/plan/targets", data=form, follow_redirects=True).text
    assert all_targets(session)[CareerStage.NOVICE][Domain.ETHICS] == 0.4


@pytest.mark.parametrize("path", ["/picks", "/plan", "/plan/cycle", "/plan/versions", "/plan/print"])
def test_pages_of_teachers_are_closed_to_others(stage, visit: Visit, path: str) -> None:  # type: ignore[no-untyped-def]
    _session, world, _courses = stage
    assert visit(world.teacher).get(path).status_code == 200
    assert visit(world.auditor).get(path).status_code == 403
