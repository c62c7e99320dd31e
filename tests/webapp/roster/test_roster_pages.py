"""The people area: lists, one person, places, the import wizard and the log, each inside one's own subtree."""

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.access import Credential, Grant, Role
from core.people import Organisation, Person
from tests.conftest import PASSWORD, World, make_world, sign_in
from webapp.account.passwords import hash_password, is_password
from webapp.database import Database

HEAD = "工号,姓名,邮箱,学校代码,阶段,学段,学科,兼教学科,任教开始日期,角色"
GOOD = f"{HEAD}\nN100,曾小红,,S1,骨干教师,小学,语文,,2012-09-01,\nT001,林一,,S2,,,,,,\n".encode("gb18030")
BAD = f"{HEAD}\nN100,曾小红,,S9,大师,小学,语文,,,\n".encode()


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def world(database: Database, password_hash: str) -> World:
    with database.unit_of_work() as session:
        return make_world(session, password_hash=password_hash)


@pytest.fixture
def admin(client: FlaskClient, app: Flask, world: World) -> FlaskClient:
    return sign_in(client, app, world.administrator)


def upload(client: FlaskClient, data: bytes, name: str = "名册.csv") -> TestResponse:
    return client.post("/roster/import", data={"workbook": (io.BytesIO(data), name)})


def seen(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def test_the_list_shows_own_people_with_masked_staff_numbers(admin: FlaskClient) -> None:
    page = admin.get("/roster").text
    assert "林一" in page
    assert "苏九" not in page
    assert "T**1" in page
    assert "T001" not in page


def test_search_and_filters_live_in_the_address(admin: FlaskClient, world: World) -> None:
    page = admin.get(f"/roster?words=林&place={world.county.id}&stage=qualified&role=teacher").text
    assert "林一" in page
    assert "周二" not in page
    assert "没有找到" in admin.get("/roster?words=苏九").text
    assert admin.get("/roster?place=nonsense&stage=nonsense&page=x&endpoint=y").status_code == 200


def test_a_person_outside_the_area_does_not_exist(admin: FlaskClient, world: World) -> None:
    assert admin.get(f"/roster/people/{world.teacher.id}").status_code == 200
    assert admin.get(f"/roster/people/{world.foreign_teacher.id}").status_code == 404
    for act in ("roles", "password", "close", "open", "sessions/end"):
        assert admin.post(f"/roster/people/{world.foreign_teacher.id}/{act}").status_code == 404


def test_a_role_is_given_and_revoked_on_the_persons_page(admin: FlaskClient, world: World, database: Database) -> None:
    address = f"/roster/people/{world.teacher.id}"
    admin.post(f"{address}/roles", data={"role": "mentor", "place": world.school.id})
    with database.unit_of_work() as session:
        grant = session.scalars(
            select(Grant).where(Grant.person_id == world.teacher.id, Grant.role == Role.MENTOR)
        ).one()
    assert f"/roles/{grant.id}/revoke" in admin.get(address).text
    admin.post(f"{address}/roles/{grant.id}/revoke")
    with database.unit_of_work() as session:
        assert session.get_one(Grant, grant.id).revoked_at is not None


def test_a_one_time_password_is_shown_once_and_works(
    admin: FlaskClient, app: Flask, world: World, database: Database
) -> None:
    address = f"/roster/people/{world.teacher.id}"
    page = admin.post(f"{address}/password").text
    password = page.partition('class="once">')[2].partition("<")[0]
    assert len(password) == 14
    assert password not in admin.get(address).text
    with database.unit_of_work() as session:
        assert is_password(password, session.get_one(Credential, world.teacher.id).password_hash)
    visitor = app.test_client()
    visitor.post("/sign-in", data={"identifier": "T001", "password": password})
    assert visitor.get("/account").headers["Location"] == "/account/password"


def test_a_closed_account_is_put_out_at_once(admin: FlaskClient, app: Flask, world: World) -> None:
    teacher = sign_in(app.test_client(), app, world.teacher)
    assert teacher.get("/account").status_code == 200
    admin.post(f"/roster/people/{world.teacher.id}/close")
    assert teacher.get("/account").status_code == 302
    assert "林一" in admin.get("/roster?state=closed").text
    admin.post(f"/roster/people/{world.teacher.id}/open")
    assert "林一" not in admin.get("/roster?state=closed").text


def test_an_auditor_sees_all_and_finds_no_button_that_changes(client: FlaskClient, app: Flask, world: World) -> None:
    sign_in(client, app, world.auditor)
    for address in (f"/roster/people/{world.teacher.id}", f"/roster/places/{world.county.id}", "/roster/import"):
        page = client.get(address).text
        main = page[page.index("<main") : page.index("</main>")]
        assert 'method="post"' not in main


def test_the_tree_is_walked_down_and_stops_at_the_own_top(admin: FlaskClient, world: World) -> None:
    assert admin.get("/roster/places").headers["Location"].endswith(f"/roster/places/{world.county.id}")
    page = admin.get(f"/roster/places/{world.school.id}").text
    assert "青屏县" in page
    assert "临溪市" not in page  # above the own top
    assert admin.get(f"/roster/places/{world.city.id}").status_code == 404


def test_a_school_is_added_and_a_code_in_use_is_refused(admin: FlaskClient, world: World, database: Database) -> None:
    address = f"/roster/places/{world.county.id}"
    form = {"code": "S8", "name": "青屏县新学校", "level": "school", "is_rural": "y"}
    assert admin.post(address, data=form).status_code == 302
    with database.unit_of_work() as session:
        assert session.scalars(select(Organisation).where(Organisation.code == "S8")).one().is_rural
    again = admin.post(address, data=form)
    assert again.status_code == 422
    assert "已被使用" in again.text
    assert admin.post(address, data={**form, "code": "S7", "level": "province"}).status_code == 422


def test_the_wizard_leads_from_upload_to_passwords_and_back(
    admin: FlaskClient, world: World, database: Database
) -> None:
    compare = upload(admin, GOOD).headers["Location"]
    page = admin.get(compare).text
    assert "曾小红" in page
    assert "<del>S1 青屏县第一小学</del>" in page
    with database.unit_of_work() as session:
        assert session.scalar(select(Person).where(Person.staff_no == "N100")) is None
    batch = admin.post(f"{compare}/apply", data={"seen": seen(page)}).headers["Location"]
    assert "还有 1 人未登录过" in admin.get(batch).text
    listed = admin.post(f"{batch}/passwords")
    row = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(listed.data)).worksheets[0][2]]
    assert row[:3] == ["青屏县第一小学", "曾小红", "N100"]
    with database.unit_of_work() as session:
        person = session.scalars(select(Person).where(Person.staff_no == "N100")).one()
        assert is_password(row[3], session.get_one(Credential, person.id).password_hash)
    assert admin.post(f"{batch}/undo").status_code == 302
    assert "已于" in admin.get(batch).text
    with database.unit_of_work() as session:
        assert session.scalar(select(Person).where(Person.staff_no == "N100")) is None


def test_refused_rows_are_named_with_remedy_and_cannot_be_applied(admin: FlaskClient, database: Database) -> None:
    compare = upload(admin, BAD).headers["Location"]
    page = admin.get(compare).text
    assert "第 2 行" in page
    assert "代码为“S9”的在用单位" in page
    assert "不认识“大师”" in page
    assert 'name="seen"' not in page
    assert admin.post(f"{compare}/apply", data={"seen": "x"}).headers["Location"].endswith(compare)
    with database.unit_of_work() as session:
        assert session.scalar(select(Person).where(Person.staff_no == "N100")) is None


def test_applying_twice_says_that_the_upload_is_gone(admin: FlaskClient) -> None:
    compare = upload(admin, GOOD).headers["Location"]
    form = {"seen": seen(admin.get(compare).text)}
    admin.post(f"{compare}/apply", data=form)
    assert admin.post(f"{compare}/apply", data=form).status_code == 404


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04 not a zip"])
def test_what_is_no_workbook_is_turned_away_in_words(admin: FlaskClient, data: bytes) -> None:
    answer = upload(admin, data, "x.xlsx")
    assert answer.headers["Location"] == "/roster/import"
    assert "note-error" in admin.get("/roster/import").text


def test_an_upload_belongs_to_the_one_who_sent_it(admin: FlaskClient, app: Flask, world: World) -> None:
    compare = upload(admin, GOOD).headers["Location"]
    other = sign_in(app.test_client(), app, world.school_administrator)
    assert other.get(compare).status_code == 404
    assert other.get("/roster/import/..%2f..%2fsecret_key").status_code == 404


def test_a_forgotten_upload_is_removed_after_two_hours(admin: FlaskClient, app: Flask) -> None:
    settings = app.extensions["shicheng_settings"]
    upload(admin, GOOD)
    Path(settings.clock_file).write_text(str(timedelta(hours=1, minutes=59).total_seconds()))
    upload(admin, BAD)
    assert len(list(settings.data_dir.glob("imports/*/*.json"))) == 2
    Path(settings.clock_file).write_text(str(timedelta(minutes=119 + 5).total_seconds()))
    sign_in(admin, app, admin_person(app))
    upload(admin, BAD)
    assert len(list(settings.data_dir.glob("imports/*/*.json"))) == 1


def admin_person(app: Flask) -> Person:
    with app.extensions["shicheng_database"].unit_of_work() as session:
        return session.scalars(select(Person).where(Person.staff_no == "A001")).one()


def test_the_template_can_be_downloaded(admin: FlaskClient) -> None:
    made = openpyxl.load_workbook(io.BytesIO(admin.get("/roster/import/template.xlsx").data))
    codes = {str(cell.value).split()[0] for row in made.worksheets[1] for cell in row if cell.value}
    assert {"X1", "S1", "S2"} <= codes
    assert "S3" not in codes


def test_the_log_tells_the_acts_in_words(admin: FlaskClient, world: World) -> None:
    admin.post(f"/roster/people/{world.teacher.id}/roles", data={"role": "mentor", "place": world.school.id})
    page = admin.get("/roster/log?from_on=2026-11-16&to_on=2026-11-16&words=林").text
    assert "授予角色" in page
    assert "导师" in page
    assert "没有记录" in admin.get("/roster/log?from_on=2027-01-01").text
    assert admin.get("/roster/log?from_on=nonsense&action=nonsense&page=-1").status_code == 200
