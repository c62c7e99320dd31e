"""The inbox: everything I was told, day by day; opening marks it read; what comes by e-mail is mine to choose."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.outbox import Message, Notice, n_unread, opted_out_of, tell_many
from core.people import Person
from tests.conftest import NOW, World, make_world, sign_in
from webapp.database import Database


@pytest.fixture
def world(database: Database) -> World:
    with database.unit_of_work() as session:
        return make_world(session, password_hash="not used here")


def tell(database: Database, person: Person, *links: str, rule: str = "certificate.issued", days_ago: int = 0) -> None:
    notices = [
        Notice(rule, person.id, "thing", place, str(days_ago), link, figures={"course": "倾听与反馈", "serial": "S-1"})
        for place, link in enumerate(links)
    ]
    with database.unit_of_work() as session:
        tell_many(session, notices, now=NOW - timedelta(days=days_ago))


def unread(database: Database, person: Person) -> int:
    with database.session(is_read_only=True) as session:
        return n_unread(session, person.id)


def only_message(database: Database) -> int:
    with database.session(is_read_only=True) as session:
        return session.query(Message).one().id


def test_messages_stand_by_day_with_the_unread_marked(
    client: FlaskClient, app: Flask, database: Database, world: World
) -> None:
    tell(database, world.teacher, "/credit")
    tell(database, world.teacher, "/credit", days_ago=1)
    tell(database, world.teacher, "/credit", days_ago=5)
    tell(database, world.colleague, "/credit")
    page = sign_in(client, app, world.teacher).get("/account/inbox").get_data(as_text=True)
    assert page.count('class="message"') == 3
    assert page.count('class="is-unread"') == 3
    days = ("今天 · 2026年11月16日", "昨天 · 2026年11月15日", "2026年11月11日")
    assert [page.find(day) for day in days] == sorted(page.find(day) for day in days)
    assert all(day in page for day in days)
    assert unread(database, world.teacher) == 3  # looking is not reading


def test_opening_marks_read_and_leads_to_what_it_is_about(
    client: FlaskClient, app: Flask, database: Database, world: World
) -> None:
    tell(database, world.teacher, "/mentor/mine#notes")
    answer = sign_in(client, app, world.teacher).post(f"/account/inbox/{only_message(database)}")
    assert (answer.status_code, answer.location) == (302, "/mentor/mine#notes")
    assert unread(database, world.teacher) == 0


@pytest.mark.parametrize("link", ["https://elsewhere.invalid/", "//elsewhere.invalid", "/\\elsewhere.invalid", ""])
def test_a_message_never_leads_away_from_this_site(
    client: FlaskClient, app: Flask, database: Database, world: World, link: str
) -> None:
    tell(database, world.teacher, link)
    answer = sign_in(client, app, world.teacher).post(f"/account/inbox/{only_message(database)}")
    assert answer.location == "/account/inbox"


def test_a_password_link_works_from_the_mailbox_only(
    client: FlaskClient, app: Flask, database: Database, world: World
) -> None:
    tell(database, world.teacher, "/account/reset/a-secret", rule="account.reset")
    signed_in = sign_in(client, app, world.teacher)
    assert "a-secret" not in signed_in.get("/account/inbox").get_data(as_text=True)
    assert signed_in.post(f"/account/inbox/{only_message(database)}").location == "/account"


def test_somebody_elses_message_does_not_exist(
    client: FlaskClient, app: Flask, database: Database, world: World
) -> None:
    tell(database, world.teacher, "/credit")
    answer = sign_in(client, app, world.colleague).post(f"/account/inbox/{only_message(database)}")
    assert answer.status_code == 404
    assert unread(database, world.teacher) == 1


def test_all_can_be_marked_read_at_once(client: FlaskClient, app: Flask, database: Database, world: World) -> None:
    tell(database, world.teacher, "/a", "/b")
    tell(database, world.colleague, "/a")
    assert sign_in(client, app, world.teacher).post("/account/inbox/read").location == "/account/inbox"
    assert (unread(database, world.teacher), unread(database, world.colleague)) == (0, 1)


def test_a_long_inbox_is_turned_page_by_page(client: FlaskClient, app: Flask, database: Database, world: World) -> None:
    tell(database, world.teacher, *(f"/{number}" for number in range(61)))
    signed_in = sign_in(client, app, world.teacher)
    sizes = [
        signed_in.get(f"/account/inbox?page={page}").get_data(as_text=True).count('class="message"')
        for page in (1, 2, 3, 99)
    ]
    assert sizes == [30, 30, 1, 1]
    assert signed_in.get("/account/inbox?show=unread&page=x").status_code == 200


def test_an_empty_inbox_says_what_will_come(client: FlaskClient, app: Flask, world: World) -> None:
    assert "还没有消息" in sign_in(client, app, world.teacher).get("/account/inbox").get_data(as_text=True)


def test_kinds_of_mail_and_the_digest_are_mine_to_choose_but_duties_stay(
    client: FlaskClient, app: Flask, database: Database, world: World
) -> None:
    signed_in = sign_in(client, app, world.teacher)
    page = signed_in.get("/account/messages").get_data(as_text=True)
    assert "徒弟待批阅" not in page  # not a mentor
    assert "始终发送" in page
    answer = signed_in.post("/account/messages", data={"kind": ["reviews", "duties"], "wants_digest": "1"})
    assert answer.location == "/account/messages"
    with database.session(is_read_only=True) as session:
        out = opted_out_of(session, world.teacher.id)
        assert session.get_one(Person, world.teacher.id).wants_digest
    assert {"certificate.issued", "task.due", "window.closing", "mentor.note"} <= out
    assert not {"submission.accepted", "hours.behind", "account.reset", "submission.waiting"} & out
    signed_in.post("/account/messages", data={"kind": ["certificates"]})
    with database.session(is_read_only=True) as session:
        assert "certificate.issued" not in opted_out_of(session, world.teacher.id)
        assert not session.get_one(Person, world.teacher.id).wants_digest


def test_the_inbox_is_for_whoever_is_signed_in(client: FlaskClient) -> None:
    for path in ("/account/inbox", "/account/messages"):
        assert "/sign-in" in client.get(path).location
