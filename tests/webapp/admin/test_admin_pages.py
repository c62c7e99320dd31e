"""The administrator's pages: what is seen where, what an auditor may not do, what leaves as a workbook."""

import argparse
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from assessment.models import Campaign
from content.terms import DeliveryMode, ModuleKind
from core.access import Role
from core.audit import AuditEntry
from core.people import CareerStage, Person
from learning.mentoring.models import Pair
from learning.study.models import Offering
from tests.conftest import World, make_person, make_world, sign_in
from tests.learning.mentoring.building import make_course, post_hours, sit
from webapp.cli import export as export_command
from webapp.database import Database

As = Callable[[Person], FlaskClient]


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    with database.unit_of_work() as session:
        world = make_world(session, password_hash="x")
        world.teacher.staff_no, world.teacher.name = "0041230087", "=林一"
        novice = make_person(session, "N001", "新一", world.school, Role.TEACHER, stage=CareerStage.NOVICE)
        course = make_course(session, world.provider, "KC-1", now=now)
        post_hours(session, world.mentor, course, 72, on=date(2026, 3, 1))
        for place in range(12):
            person = make_person(session, f"P{place}", f"师{place}", world.school, Role.TEACHER)
            sit(session, person, 0.0, at=now - timedelta(days=9))
        for place in range(4):
            sit(session, make_person(session, f"Q{place}", f"员{place}", world.other_school, Role.TEACHER), 0.0, at=now)
        make_course(
            session, world.provider, "MS-1", title="新教师集训", mode=DeliveryMode.F2F,
            kinds=(ModuleKind.F2F_SESSION, ModuleKind.F2F_SESSION), now=now,
        )  # fmt: skip
        assert novice.id
        return world


@pytest.fixture
def as_(client: FlaskClient, app: Flask) -> As:
    return lambda person: sign_in(client, app, person)


def all_of(database: Database, table: type) -> list[object]:
    with database.unit_of_work() as session:
        return list(session.scalars(select(table)))


def novice_id(database: Database) -> int:
    with database.unit_of_work() as session:
        return session.scalars(select(Person.id).where(Person.staff_no == "N001")).one()


PAGES = ("/admin", "/admin/not-started", "/admin/campaigns", "/admin/pairs", "/admin/offerings")


@pytest.mark.parametrize("address", PAGES)
def test_administrators_and_auditors_read_and_others_do_not(world: World, as_: As, address: str) -> None:
    seen = {
        person: as_(getattr(world, person)).get(address).status_code
        for person in ("administrator", "auditor", "school_administrator", "teacher", "mentor", "editor")
    }
    assert seen == {
        "administrator": 200, "auditor": 200, "school_administrator": 200, "teacher": 403, "mentor": 403, "editor": 403
    }  # fmt: skip


def test_the_overview_tells_coverage_and_the_way_down(world: World, as_: As) -> None:
    page = as_(world.administrator).get("/admin").get_data(as_text=True)
    assert "青屏县" in page
    assert "1 / 20 人" in page  # one of twenty teachers has a counted hour
    assert f"/admin?at={world.school.id}" in page
    assert "白鹭县" not in page


def test_places_outside_the_subtree_do_not_exist(world: World, as_: As) -> None:
    client = as_(world.administrator)
    for address in ("/admin", "/admin/not-started"):
        assert client.get(f"{address}?at={world.school.id}").status_code == 200
        assert client.get(f"{address}?at={world.foreign_school.id}").status_code == 404
    assert client.post(f"/admin/exports/hours?at={world.city.id}").status_code == 404


def test_the_need_map_withholds_a_school_of_four_and_the_one_that_would_give_it_away(world: World, as_: As) -> None:
    page = as_(world.administrator).get("/admin").get_data(as_text=True)
    assert "16 / +0.00 / 100%" in page  # the county as a whole
    assert "12 / +0.00" not in page
    assert "4 / +0.00" not in page


def test_staff_numbers_are_masked_in_the_list(world: World, as_: As) -> None:
    page = as_(world.administrator).get("/admin/not-started?sort=name").get_data(as_text=True)
    assert "0041230087" not in page
    assert "87" in page


ACTS = (
    ("/admin/campaigns", {"title": "秋季诊断", "opens_at": "2026-11-20T08:00", "closes_at": "2026-12-01T18:00"}),
    ("/admin/pairs/for/{novice}", {}),
    ("/admin/offerings/new?course=MS-1", {}),
)


@pytest.mark.parametrize(("address", "form"), ACTS)
def test_an_auditor_changes_nothing(
    world: World, as_: As, database: Database, address: str, form: dict[str, str]
) -> None:
    answer = as_(world.auditor).post(address.format(novice=novice_id(database)), data=form)
    assert answer.status_code == 403
    assert all_of(database, Campaign) == all_of(database, Pair) == all_of(database, Offering) == []


def test_a_diagnostic_window_is_opened_in_chinese_time_and_on_record(world: World, as_: As, database: Database) -> None:
    client = as_(world.administrator)
    form = {**ACTS[0][1], "place": str(world.county.id)}
    assert client.post("/admin/campaigns", data=form).status_code == 302
    (campaign,) = all_of(database, Campaign)
    assert isinstance(campaign, Campaign)
    assert campaign.opens_at.isoformat() == "2026-11-20T00:00:00+00:00"
    assert "campaign.open" in {entry.action for entry in all_of(database, AuditEntry) if isinstance(entry, AuditEntry)}
    assert "已完成 0 / 20 人" in client.get("/admin/campaigns").get_data(as_text=True)


def test_a_window_for_a_place_outside_is_not_offered(world: World, as_: As, database: Database) -> None:
    form = {**ACTS[0][1], "place": str(world.city.id)}
    assert as_(world.administrator).post("/admin/campaigns", data=form).status_code == 422
    assert all_of(database, Campaign) == []


def test_a_window_that_closes_before_it_opens_is_refused(world: World, as_: As, database: Database) -> None:
    form = {**ACTS[0][1], "place": str(world.county.id), "closes_at": "2026-11-19T08:00"}
    assert as_(world.administrator).post("/admin/campaigns", data=form).status_code == 422


def test_a_novice_is_entrusted_to_a_mentor_and_the_pair_is_ended(world: World, as_: As, database: Database) -> None:
    client = as_(world.administrator)
    address = f"/admin/pairs/for/{novice_id(database)}"
    page = client.get(address).get_data(as_text=True)
    assert "沈三" in page
    assert "同校" in page
    client.post(address, data={"mentor_id": world.mentor.id, "on": "2026-11-16"})
    (pair,) = all_of(database, Pair)
    assert isinstance(pair, Pair)
    assert "沈三" in client.get("/admin/pairs").get_data(as_text=True)
    assert client.post(f"/admin/pairs/{pair.id}/end").status_code == 302
    assert as_(world.foreign_administrator).post(f"/admin/pairs/{pair.id}/end").status_code == 404


def test_pairing_across_the_border_of_the_subtree_finds_nobody(world: World, as_: As, database: Database) -> None:
    address = f"/admin/pairs/for/{novice_id(database)}"
    assert as_(world.foreign_administrator).get(address).status_code == 404
    assert as_(world.foreign_administrator).post(address, data={"mentor_id": world.mentor.id}).status_code == 404


def _timetable(client: FlaskClient) -> dict[str, str]:
    page = client.get("/admin/offerings/new?course=MS-1").get_data(as_text=True)
    modules = [piece.split('"')[0] for piece in page.split('name="starts-')[1:]]
    return {
        key: value
        for place, module in enumerate(modules)
        for key, value in (
            (f"starts-{module}", f"2026-12-0{place + 1}T09:00"), (f"ends-{module}", f"2026-12-0{place + 1}T11:00")
        )
    }  # fmt: skip


def test_a_face_to_face_run_is_opened_with_its_timetable(world: World, as_: As, database: Database) -> None:
    client = as_(world.administrator)
    form = {"place_id": str(world.county.id), "place": "教师发展中心", "n_seats": "40", **_timetable(client)}
    assert client.post("/admin/offerings/new?course=MS-1", data=form).status_code == 302
    page = client.get("/admin/offerings").get_data(as_text=True)
    assert "已报 0 / 40 人" in page
    assert "2026年12月1日 09:00" in page


def test_a_run_with_a_missing_meeting_says_so_and_keeps_what_was_typed(
    world: World, as_: As, database: Database
) -> None:
    client = as_(world.administrator)
    times = _timetable(client)
    times.pop(next(key for key in times if key.startswith("ends-")))
    form = {"place_id": str(world.county.id), "place": "教师发展中心", "n_seats": "40", **times}
    answer = client.post("/admin/offerings/new?course=MS-1", data=form)
    assert answer.status_code == 422
    assert "2026-12-01T09:00" in answer.get_data(as_text=True)
    assert all_of(database, Offering) == []


def _sheet(content: bytes) -> Worksheet:
    page = load_workbook(BytesIO(content)).worksheets[0]
    assert isinstance(page, Worksheet)
    return page


def test_who_has_not_started_leaves_as_a_workbook_with_text_numbers(world: World, as_: As, database: Database) -> None:
    answer = as_(world.auditor).post(f"/admin/exports/not-started?at={world.school.id}")
    assert answer.status_code == 200
    page = _sheet(answer.data)
    assert page.freeze_panes == "A2"
    assert [cell.value for cell in page[1]][:3] == ["工号", "姓名", "工作单位"]
    row = next(row for row in page.iter_rows(min_row=2) if row[0].value == "0041230087")
    assert (row[0].data_type, row[1].value, row[1].data_type) == ("s", "=林一", "s")  # never a formula
    sat = next(row for row in page.iter_rows(min_row=2) if row[0].value == "P0")[7]
    assert (sat.is_date, sat.value) == (True, datetime(2026, 11, 7))
    exports = [entry for entry in all_of(database, AuditEntry) if isinstance(entry, AuditEntry)]
    assert [(entry.action, entry.actor_id, entry.organisation_id) for entry in exports] == [
        ("report.export", world.auditor.id, world.school.id)
    ]


def test_the_need_workbook_withholds_what_the_page_withholds(world: World, as_: As) -> None:
    page = _sheet(as_(world.administrator).post("/admin/exports/need").data)
    shown = {row[1]: row[2] for row in page.iter_rows(min_row=2, values_only=True)}
    assert shown == {"青屏县第一小学": "不足人数，不显示", "青屏县河湾小学": "不足人数，不显示", "合计": 16}


def test_the_hours_workbook_sums_up_by_unit(world: World, as_: As) -> None:
    page = _sheet(as_(world.administrator).post("/admin/exports/hours").data)
    rows = {row[1]: row[2:] for row in page.iter_rows(min_row=2, values_only=True)}
    assert rows["合计"] == (20, 1, 0.05, 3.6, 1, 72)


def test_an_unknown_report_is_not_found(world: World, as_: As) -> None:
    assert as_(world.administrator).post("/admin/exports/salaries").status_code == 404


def test_the_command_writes_the_same_workbook_and_leaves_a_line_in_the_log(
    world: World,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in (("MODE", "test"), ("DATA_DIR", str(tmp_path)), ("SECRET_KEY", "x" * 40)):
        monkeypatch.setenv(f"SHICHENG_{name}", value)
    monkeypatch.setenv("SHICHENG_DATABASE_URL", str(database.engine.url))
    out = tmp_path / "people.xlsx"
    code = _run("people", "--organisation", "S1", "--out", str(out), "--as-of", "2026-06-30")
    assert code == 0
    assert {row[0] for row in _sheet(out.read_bytes()).iter_rows(min_row=2, values_only=True)} >= {"0041230087", "N001"}
    assert "2026-06-30" in capsys.readouterr().out
    assert [entry.actor_id for entry in all_of(database, AuditEntry) if isinstance(entry, AuditEntry)] == [None]
    assert _run("need", "--organisation", "S1", "--out", str(tmp_path / "no" / "x.xlsx")) == 1


def _run(*words: str) -> int:
    top = argparse.ArgumentParser()
    export_command.add_parser(top.add_subparsers())
    chosen = top.parse_args(["export", *words])
    return int(chosen.run(chosen))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_speaks_english_too(world: World, as_: As, address: str) -> None:
    client = as_(world.administrator)
    client.set_cookie("locale", "en")
    assert client.get(address).status_code == 200
