"""What somebody who wants hours, or the keys, could try; and that it gives them nothing."""

import io
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select, text

from assessment.models import Question
from assessment.sittings import current_question, days_to_wait, leave, start_sitting
from content.items import load_items
from content.models import CourseModule, Item
from content.shipped import shipped_items
from content.terms import ItemState, ModuleKind
from core.access import Role, give_role
from core.db import Base
from core.errors import Conflict
from learning.credit.models import LedgerEntry
from learning.engine.evidence import LONGEST_BEAT_SECONDS
from learning.invariants import findings
from learning.study.attendance import rotating_code
from learning.study.measure import measured
from learning.study.models import Attendance, Declaration, Enrolment, Meeting, StudyInterval, Submission
from learning.terms import EnrolmentState
from tests.conftest import NOW, World, make_settings, make_world, sign_in
from tests.webapp.learn.conftest import Site, site  # noqa: F401  the site with a teacher in the middle of things
from tests.webapp.records import WORK, Records, make_records
from webapp.application import create_app
from webapp.database import Database

JSON = {"Accept": "application/json"}


def _beat(client: FlaskClient, session_id: int, last: dict, **more: object) -> dict:
    fields = {"seq": last["seq"], "signature": last["signature"], "claimed_ms": 60_000, **more}
    found: dict = client.post(f"/study/beats/{session_id}", data=fields, headers=JSON).get_json()
    return found


def test_two_devices_in_turn_never_count_more_than_the_clock_on_the_wall(site: Site) -> None:  # noqa: F811
    client, url = site.client(site.world.teacher), site.url(ModuleKind.READING)
    n_seconds = 0
    for turn in range(12):
        opened = client.post(url + "/open", data={"device": f"d{turn % 2}"}, headers=JSON).get_json()
        for claimed in (60_000, 10**12, 60_000):
            site.later(5)
            n_seconds += 5
            opened |= _beat(client, opened["session"], opened, claimed_ms=claimed)
    with site.database.session(is_read_only=True) as session:
        counted = measured(session, site.online, session.get_one(CourseModule, site.module(ModuleKind.READING)))
        assert findings(session) == []
    assert counted.active_seconds <= n_seconds + 12 + 36  # the clock runs on while the requests are answered


def test_beats_replayed_reordered_or_from_the_future_add_nothing(site: Site) -> None:  # noqa: F811
    client, url = site.client(site.world.teacher), site.url(ModuleKind.READING)
    first = client.post(url + "/open", data={"device": "d"}, headers=JSON).get_json()
    session_id = first["session"]
    site.later(20)
    second = _beat(client, session_id, first)
    site.later(20)
    third = _beat(client, session_id, second)
    before = _n_intervals(site)
    for old in (first, second, second, first):
        assert _beat(client, session_id, old)["seq"] == third["seq"]
    for seq in (third["seq"] + 1, 99, -1, 10**15):
        assert _beat(client, session_id, third, seq=seq)["code"] == "beat_not_signed"
    other = client.post(url + "/open", data={"device": "e"}, headers=JSON).get_json()
    assert _beat(client, session_id, third)["is_live"] is False
    assert _beat(client, other["session"], third)["code"] == "beat_not_signed"
    assert _n_intervals(site) == before


def _n_intervals(site: Site) -> int:  # noqa: F811
    with site.database.session(is_read_only=True) as session:
        return session.scalar(select(func.count(StudyInterval.id))) or 0


def test_a_film_of_two_minutes_never_gives_an_hour(site: Site) -> None:  # noqa: F811
    with site.database.unit_of_work() as session:
        session.get_one(CourseModule, site.module(ModuleKind.VIDEO)).seconds = 2700
    client, url = site.client(site.world.teacher), site.url(ModuleKind.VIDEO)
    last = client.post(url + "/open", data={"device": "d"}, headers=JSON).get_json()
    skipped = client.post(url + "/finish")
    assert skipped.status_code == 409
    for turn in range(3):
        site.later(41)
        last |= _beat(client, last["session"], last, from_ms=40_000 * turn, to_ms=40_000 * (turn + 1))
    assert client.post(url + "/finish").status_code == 302
    with site.database.session(is_read_only=True) as session:
        enrolment = session.get_one(Enrolment, site.online)
        assert [result.counted_seconds for result in enrolment.results] == [120]


def test_modules_of_other_courses_are_not_finished_and_nothing_is_enrolled_twice(site: Site) -> None:  # noqa: F811
    client = site.client(site.world.teacher)
    for kind in ModuleKind:
        for enrolment in (site.online, site.f2f, site.activity):
            if site.url(kind).startswith(f"/study/{enrolment}/"):
                continue
            for act in ("", "/open", "/finish", "/quiz", "/task", "/declare"):
                url = f"/study/{enrolment}/modules/{site.module(kind)}{act}"
                assert (client.post if act else client.get)(url).status_code == 404, url
    for code in ("KC-1", "KC-2", "KC-3"):
        assert client.post(f"/study/enrol/{code}").status_code == 302
    stranger = site.client(site.world.colleague)
    assert stranger.post(site.url(ModuleKind.READING, "/finish")).status_code == 404
    with site.database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count(Enrolment.id))) == 3


def test_an_old_code_and_a_code_seen_from_afar_check_nobody_in(site: Site) -> None:  # noqa: F811
    with site.database.session(is_read_only=True) as session:
        meeting = session.get_one(Meeting, site.meeting_ids[0])
        site.later((meeting.starts_at - NOW).total_seconds())
        shown = rotating_code(meeting, now=meeting.starts_at)
    site.later(60)
    teacher, stranger = site.client(site.world.teacher), site.client(site.world.foreign_teacher)
    for code in (shown.digits, shown.token):
        assert teacher.post("/check-in", data={"code": code}).headers["Location"] == "/check-in"
    with site.database.session(is_read_only=True) as session:
        fresh = rotating_code(
            session.get_one(Meeting, site.meeting_ids[0]), now=meeting.starts_at + timedelta(seconds=62)
        )
    assert stranger.post("/check-in", data={"code": fresh.token}).headers["Location"] == "/check-in"
    for turn in range(3):
        teacher.post("/check-in", data={"code": f"00000{turn}"})
    assert teacher.post("/check-in", data={"code": fresh.token}).status_code == 409
    with site.database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count(Attendance.id))) == 0


def test_whoever_has_a_seat_neither_sees_the_code_nor_calls_the_roll(site: Site) -> None:  # noqa: F811
    with site.database.unit_of_work() as session:
        teacher, county = session.merge(site.world.teacher), session.merge(site.world.county)
        give_role(session, teacher.id, Role.ADMINISTRATOR, county, by=None, now=NOW)
        give_role(session, site.world.editor.id, Role.TEACHER, county, by=None, now=NOW)
        meeting = session.get_one(Meeting, site.meeting_ids[0])
        site.later((meeting.starts_at - NOW).total_seconds())
        run_id = meeting.offering_id
    page = f"/study/meetings/{site.meeting_ids[0]}"
    attends, trains, leads = (
        site.client(person) for person in (site.world.teacher, site.world.editor, site.world.administrator)
    )  # fmt: skip
    roll = {f"person-{site.world.teacher.id}": "present"}
    assert [attends.get(f"{page}/{part}").status_code for part in ("code", "roll")] == [404, 404]
    assert attends.post(f"{page}/roll", data=roll).status_code == 404
    assert page not in attends.get("/study/meetings").text
    assert leads.post(f"{page}/roll", data=roll).status_code == 302
    assert trains.get(f"{page}/code").status_code == 200
    assert trains.post("/study/enrol/KC-2", data={"offering_id": run_id}).status_code == 404


def test_nobody_judges_their_own_work_whatever_roles_they_hold(records: Records) -> None:
    database: Database = records.app.extensions["shicheng_database"]
    with database.unit_of_work() as session:
        for role in (Role.MENTOR, Role.ADMINISTRATOR, Role.AUDITOR):
            give_role(session, records.world.teacher.id, role, session.merge(records.world.county), by=None, now=NOW)
    client, ids = records.client("teacher"), records.ids
    accepted = {"state": "accepted", "level-0": "2", "level-1": "2"}
    assert client.get(f"/mentor/submissions/{ids['piece']}").status_code == 404
    assert client.post(f"/mentor/submissions/{ids['piece']}", data=accepted).status_code == 404
    assert client.post(f"/study/verify/{ids['declaration']}", data={"state": "verified"}).status_code == 404
    assert f"/study/verify/{ids['declaration']}" not in client.get("/study/verify").text
    own_pair = {"mentor_id": ids["teacher"], "on": "2026-11-16"}
    assert client.post(f"/admin/pairs/for/{ids['teacher']}", data=own_pair).status_code == 422
    for act in (
        "entry/{entry}/reverse",
        "entry/{entry}/repost",
        "course/{activity}/reverse",
        "course/{activity}/repost",
    ):
        assert client.post(records.url(f"/credit/{act}"), data={"reason": "我自己来处理"}).status_code == 404
    for url in ("roles", "close", "password"):
        form = {"role": "editor", "place": ids["county"]}
        assert client.post(f"/roster/people/{ids['teacher']}/{url}", data=form).status_code == 403
    with database.session(is_read_only=True) as session:
        assert session.get_one(Enrolment, int(ids["waiting"])).state is EnrolmentState.ENROLLED
        assert session.scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.hours_hundredths < 0)) == 0


def test_a_workbook_gives_its_sender_no_role(records: Records) -> None:
    county = records.client("administrator")
    row = "工号,姓名,学校代码,角色\nA001,顾五,X1,内容编辑\n".encode()
    sent = county.post("/roster/import", data={"workbook": (io.BytesIO(row), "a.csv")})
    assert "不能更改自己的角色" in county.get(sent.headers["Location"]).text
    county.post(sent.headers["Location"] + "/apply")
    with records.app.extensions["shicheng_database"].session(is_read_only=True) as session:
        assert records.world.actor(session, records.world.administrator).roles == {Role.ADMINISTRATOR}


def test_first_passwords_are_not_handed_out_for_somebody_who_has_risen_since(records: Records) -> None:
    database: Database = records.app.extensions["shicheng_database"]
    county, url = records.client("administrator"), records.url("/roster/imports/{batch}/passwords")
    assert county.post(url).status_code == 200
    with database.unit_of_work() as session:
        newcomer = session.scalars(select(type(records.world.teacher)).filter_by(staff_no="N100")).one()
        give_role(session, newcomer.id, Role.ADMINISTRATOR, session.merge(records.world.province), by=None, now=NOW)
    assert county.post(url).status_code == 409


def test_schools_see_no_question_of_the_diagnostic_and_auditors_no_key(records: Records) -> None:
    with records.app.extensions["shicheng_database"].session(is_read_only=True) as session:
        item = session.scalars(select(Item).order_by(Item.id).limit(1)).one()
    school, auditor, editor = (records.client(who) for who in ("school_administrator", "auditor", "editor"))
    for url in ("/author/items", f"/author/items/{item.code}"):
        assert school.get(url).status_code == 403
    assert school.post(f"/author/items/{item.code}/move", data={"state": "retired"}).status_code == 403
    sent = {"workbook": (io.BytesIO(f"题号,情境\n{item.code},x\n".encode()), "i.csv")}
    assert school.post("/author/import/items", data=sent).status_code == 403
    assert item.rationale in editor.get(f"/author/items/{item.code}").text
    assert item.rationale not in auditor.get(f"/author/items/{item.code}").text


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    app = create_app(make_settings(tmp_path))
    app.config["WTF_CSRF_ENABLED"] = False
    engine = app.extensions["shicheng_database"].engine
    Base.metadata.create_all(engine)
    yield make_records(app)
    engine.dispose()


@pytest.fixture
def world(database: Database) -> World:
    with database.unit_of_work() as session:
        made = make_world(session, password_hash="-")
        load_items(session, shipped_items(), now=NOW, state=ItemState.OPERATIONAL)
        return made


def test_no_answer_of_the_site_tells_more_of_an_item_than_its_question(
    client: FlaskClient, app: Flask, database: Database, world: World
) -> None:
    sign_in(client, app, world.teacher)
    pages = [client.get("/assess").text, client.post("/assess/start", follow_redirects=True).text]
    while "question_token" in pages[-1]:
        hidden = dict(re.findall(r'name="(\w+_token)" value="([^"]+)"', pages[-1]))
        pages.append(client.post("/assess/question", data={**hidden, "position": "0"}, follow_redirects=True).text)
    pages += [client.get(url).text for url in ("/today", "/picks", "/account/export", "/account/inbox", "/plan")]
    with database.session(is_read_only=True) as session:
        items = session.scalars(select(Item)).all()
        put = set(session.scalars(select(Question.item_id)))
    assert len(put) >= 15
    everything = "\n".join(pages)
    for item in items:
        assert item.code not in everything
        assert item.rationale not in everything
        assert (item.stem in everything.replace("&#34;", '"')) <= (item.id in put)
    assert not re.search(r"key_index|expert_level|item_id|difficulty|rationale|option_order", everything)


def test_the_diagnostic_is_not_begun_again_and_again_to_collect_its_questions(database: Database, world: World) -> None:
    with database.unit_of_work() as session:
        seen = set()
        for day in range(3):
            sitting = start_sitting(session, world.teacher.id, now=NOW + timedelta(days=day))
            seen.add(current_question(session, sitting).item_id)
            leave(session, world.teacher.id, now=NOW + timedelta(days=day, minutes=1))
        with pytest.raises(Conflict, match="sitting_too_soon"):
            start_sitting(session, world.teacher.id, now=NOW + timedelta(days=3))
        assert days_to_wait(session, world.teacher.id, now=NOW + timedelta(days=3)) == 27
        start_sitting(session, world.teacher.id, now=NOW + timedelta(days=30))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """Records on a database of their own, for requests that come at once."""
    url = ""
    if request.param == "postgres":
        server = os.environ["SHICHENG_TEST_POSTGRES"]
        name = f"shicheng_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_busy"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = server.rsplit("/", 1)[0] + f"/{name}"
    app = create_app(make_settings(tmp_path, url))
    app.config["WTF_CSRF_ENABLED"] = False
    engine = app.extensions["shicheng_database"].engine
    Base.metadata.create_all(engine)
    yield make_records(app, with_sitting=False)
    engine.dispose()


def _at_once(acts: list[Callable[[], int]]) -> list[int]:
    gate = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_the_same_form_sent_twice_in_one_moment_is_one_piece_and_one_declaration(busy: Records) -> None:
    database: Database = busy.app.extensions["shicheng_database"]
    with database.unit_of_work() as session:
        session.delete(session.get_one(Submission, int(busy.ids["piece"])))
        session.delete(session.get_one(Declaration, int(busy.ids["declaration"])))
        part = session.scalars(
            select(CourseModule.id).join(Enrolment, Enrolment.course_id == CourseModule.course_id)
            .where(Enrolment.id == int(busy.ids["waiting"]))
        ).one()  # fmt: skip

    def task() -> int:
        form = {"body": WORK, "client_token": "one-click-twice"}
        return busy.client("teacher").post(busy.url("/study/{online}/modules/{task}/task"), data=form).status_code

    def declaration() -> int:
        form = {
            "done_on": "2026-11-16", "minutes": "45", "account": WORK, "client_token": "one-click-twice",
            "files": (io.BytesIO(b"%PDF-1.7"), "a.pdf"),
        }  # fmt: skip
        url = busy.url(f"/study/{{waiting}}/modules/{part}/declare")
        return busy.client("teacher").post(url, data=form).status_code

    assert _at_once([task] * 4) == [302] * 4
    assert _at_once([declaration] * 4) == [302] * 4
    with database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count(Submission.id))) == 1
        assert (
            session.scalar(select(func.count(Declaration.id)).where(Declaration.client_token == "one-click-twice")) == 1
        )


def test_codes_guessed_all_at_once_are_counted_one_after_the_other(busy: Records) -> None:
    busy.later(2 * 3600)

    def guess() -> int:
        return busy.client("teacher").post("/check-in", data={"code": "000000"}).status_code

    assert _at_once([guess] * 8) == [302] * 5 + [409] * 3


def test_a_beat_is_never_longer_than_a_minute() -> None:
    assert LONGEST_BEAT_SECONDS == 60
