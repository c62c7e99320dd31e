"""Coming in and going out: by staff number or e-mail, with patience that doubles, and never telling who exists."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.access import Credential, PasswordReset, SignInAttempt
from core.audit import AuditEntry
from core.outbox import Message
from core.people import Person
from tests.conftest import PASSWORD, make_world, sign_in
from webapp.account.passwords import hash_one_time, hash_password
from webapp.database import Database

NEW_PASSWORD = "three blue lanterns"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def people(database: Database, password_hash: str) -> dict[str, Person]:
    with database.unit_of_work() as session:
        world = make_world(session, password_hash=password_hash)
        return {"teacher": world.teacher, "colleague": world.colleague, "administrator": world.administrator}


def enter(client: FlaskClient, who: str, password: str = PASSWORD, **extra: str) -> TestResponse:
    return client.post("/sign-in", data={"identifier": who, "password": password, **extra})


def shift_clock(app: Flask, by: timedelta) -> None:
    Path(app.extensions["shicheng_settings"].clock_file).write_text(str(by.total_seconds()))


@pytest.mark.parametrize("who", ["T001", "t001", " T001 ", "Ｔ００１", "t001@example.invalid", "T001@Example.Invalid"])
def test_a_person_comes_in_by_staff_number_or_e_mail(client: FlaskClient, people: dict[str, Person], who: str) -> None:
    assert enter(client, who).status_code == 302
    assert client.get("/account").status_code == 200


def test_the_front_page_says_what_this_is_and_works_without_a_script(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    assert "看清自己，走好下一步" in page
    assert "<script" not in page
    assert 'action="/sign-in"' in page


def test_a_wrong_password_and_an_unknown_person_are_answered_alike(
    client: FlaskClient, people: dict[str, Person]
) -> None:
    wrong, unknown = enter(client, "T001", "wrong-password"), enter(client, "T00X", "wrong-password")

    def bare(answer: TestResponse) -> str:
        return re.sub(r"T00\w|name=\"csrf_token\" value=\"[^\"]*\"", "", answer.text)

    assert wrong.status_code == unknown.status_code == 422
    assert bare(wrong) == bare(unknown)
    assert "账号或密码不正确" in wrong.text


def test_a_closed_account_does_not_come_in(client: FlaskClient, people: dict[str, Person], database: Database) -> None:
    with database.unit_of_work() as session:
        session.get_one(Person, people["teacher"].id).is_active = False
    assert enter(client, "T001").status_code == 422


def test_after_five_failures_one_waits_and_the_wait_doubles(
    client: FlaskClient, app: Flask, people: dict[str, Person], database: Database
) -> None:
    for _ in range(5):
        assert enter(client, "T001", "wrong").status_code == 422
    turned_away = enter(client, "T001")
    assert turned_away.status_code == 429  # even with the right password
    assert 25 <= int(turned_away.headers["Retry-After"]) <= 30
    with database.unit_of_work() as session:
        assert len(session.scalars(select(SignInAttempt)).all()) == 5  # turned away is not counted
    shift_clock(app, timedelta(seconds=31))
    assert enter(client, "T001", "wrong").status_code == 422
    assert 55 <= int(enter(client, "T001").headers["Retry-After"]) <= 60
    shift_clock(app, timedelta(seconds=95))
    assert enter(client, "T001").status_code == 302


def test_a_success_forgives_the_failures_before_it(client: FlaskClient, people: dict[str, Person]) -> None:
    for _ in range(4):
        enter(client, "T001", "wrong")
    assert enter(client, "T001").status_code == 302
    client.post("/account/sign-out")
    for _ in range(4):
        assert enter(client, "T001", "wrong").status_code == 422
    assert enter(client, "T001").status_code == 302


def test_failures_under_staff_number_and_e_mail_count_together(client: FlaskClient, people: dict[str, Person]) -> None:
    for who in ("T001", "t001@example.invalid", "t001", "T001@example.invalid", "T001"):
        enter(client, who, "wrong")
    assert enter(client, "T001").status_code == 429


def test_somebody_who_does_not_exist_is_made_to_wait_as_well(client: FlaskClient, people: dict[str, Person]) -> None:
    for _ in range(5):
        enter(client, "nobody", "wrong")
    assert enter(client, "NOBODY", "wrong").status_code == 429
    assert enter(client, "T001").status_code == 302  # others are not held up


def test_only_digests_of_who_and_where_are_kept(
    client: FlaskClient, people: dict[str, Person], database: Database
) -> None:
    enter(client, "T001", "wrong")
    with database.unit_of_work() as session:
        attempt = session.scalars(select(SignInAttempt)).one()
        assert re.fullmatch(r"[0-9a-f]{64}", attempt.identifier_digest)
        assert re.fullmatch(r"[0-9a-f]{64}", attempt.address_digest)


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/account?x=1", "/account?x=1"),
        ("https://evil.example/account", None),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("////evil.example", None),
        ("javascript:alert(1)", None),
        ("/sign-in", None),
        ("", None),
    ],
)
def test_after_sign_in_one_goes_on_inside_this_site_only(
    client: FlaskClient, people: dict[str, Person], target: str, lands: str | None
) -> None:
    answer = enter(client, "T001", next=target)
    assert answer.headers["Location"] == (lands or "/today")


def test_a_page_asked_for_before_sign_in_is_where_one_lands(client: FlaskClient, people: dict[str, Person]) -> None:
    answer = client.get("/account/export")
    assert answer.headers["Location"].startswith("/sign-in?next=/account/export")
    page = client.get(answer.headers["Location"]).text
    assert 'value="/account/export?"' in page or 'value="/account/export"' in page


def test_a_one_time_password_opens_only_the_page_to_replace_it(
    client: FlaskClient, people: dict[str, Person], database: Database
) -> None:
    with database.unit_of_work() as session:
        credential = session.get_one(Credential, people["teacher"].id)
        credential.password_hash, credential.must_change = hash_one_time("abcd-efgh-jkmn"), True
    enter(client, "T001", "abcd-efgh-jkmn")
    assert client.get("/account").headers["Location"] == "/account/password"
    form = {"present": "abcd-efgh-jkmn", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert client.post("/account/password", data=form).status_code == 302
    assert client.get("/account").status_code == 200
    client.post("/account/sign-out")
    assert enter(client, "T001", "abcd-efgh-jkmn").status_code == 422
    assert enter(client, "T001", NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "至少需要 10 个字符"),
        ("1234567890", "太常见"),
        ("qwertyuiop", "太常见"),
        ("aaaaaaaaaaaa", "太常见"),
        ("Woaini1314520", "太常见"),
        ("t001@example.invalid", "最容易被猜到"),
        ("T001T001T001", ""),
        (PASSWORD, "不能与当前密码相同"),
    ],
)
def test_a_password_others_would_guess_is_refused_with_the_reason(
    client: FlaskClient, people: dict[str, Person], password: str, words: str
) -> None:
    enter(client, "T001")
    form = {"present": PASSWORD, "password": password, "again": password}
    answer = client.post("/account/password", data=form)
    if words:
        assert answer.status_code == 422
        assert words in answer.text


def test_the_new_password_is_asked_for_twice_and_the_present_one_once(
    client: FlaskClient, people: dict[str, Person]
) -> None:
    enter(client, "T001")
    twice = client.post("/account/password", data={"present": PASSWORD, "password": NEW_PASSWORD, "again": "x"})
    assert "两次输入不一致" in twice.text
    wrong = client.post(
        "/account/password", data={"present": "x", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    )  # fmt: skip
    assert "当前密码不正确" in wrong.text


def test_a_new_password_ends_the_other_devices_and_not_this_one(
    app: Flask, client: FlaskClient, people: dict[str, Person]
) -> None:
    other = app.test_client()
    enter(client, "T001")
    enter(other, "T001")
    client.post("/account/password", data={"present": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


def test_signing_out_everywhere_ends_every_session(app: Flask, client: FlaskClient, people: dict[str, Person]) -> None:
    other = app.test_client()
    enter(client, "T001")
    enter(other, "T001")
    assert client.post("/account/sign-out-everywhere").status_code == 302
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 302


def test_a_session_left_alone_ends(app: Flask, client: FlaskClient, people: dict[str, Person]) -> None:
    enter(client, "T001")
    shift_clock(app, timedelta(minutes=119))
    assert client.get("/account").status_code == 200
    shift_clock(app, timedelta(minutes=119 + 121))
    assert client.get("/account").status_code == 302


def test_a_session_does_not_survive_into_the_next_sign_in(
    app: Flask, client: FlaskClient, people: dict[str, Person]
) -> None:
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
    enter(client, "T001")
    with client.session_transaction() as kept:
        assert "planted" not in kept


def test_a_link_by_e_mail_sets_a_new_password_once(
    client: FlaskClient, people: dict[str, Person], database: Database
) -> None:
    for _ in range(5):
        enter(client, "T001", "wrong")
    assert client.post("/account/forgot", data={"identifier": "T001"}).headers["Location"] == "/account/forgot/sent"
    with database.unit_of_work() as session:
        message = session.scalars(select(Message).where(Message.rule == "account.reset")).one()
        link, reset = message.link, session.scalars(select(PasswordReset)).one()
        assert link.rpartition("/")[2] not in reset.token_digest
        assert message.is_mandatory
    assert client.get(link).status_code == 200
    form = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert client.post(link, data={**form, "password": "short", "again": "short"}).status_code == 422
    assert client.post(link, data=form).headers["Location"] == "/sign-in"
    assert enter(client, "T001", NEW_PASSWORD).status_code == 302  # the new password lifts the wait
    assert client.post(link, data=form).status_code == 404
    with database.unit_of_work() as session:
        assert session.scalars(select(Message)).one().link == "/account"


def test_a_link_is_dead_after_half_an_hour(
    app: Flask, client: FlaskClient, people: dict[str, Person], database: Database
) -> None:
    client.post("/account/forgot", data={"identifier": "T001"})
    with database.unit_of_work() as session:
        link = session.scalars(select(Message.link)).one()
    shift_clock(app, timedelta(minutes=31))
    answer = client.get(link)
    assert answer.status_code == 404
    assert "链接已失效" in answer.text


def test_asking_for_a_link_tells_nobody_who_exists_and_fills_no_mailbox(
    client: FlaskClient, people: dict[str, Person], database: Database
) -> None:
    known = [client.post("/account/forgot", data={"identifier": "T001"}) for _ in range(6)]
    unknown = client.post("/account/forgot", data={"identifier": "nobody"})
    assert {answer.headers["Location"] for answer in [*known, unknown]} == {"/account/forgot/sent"}
    with database.unit_of_work() as session:
        assert len(session.scalars(select(Message)).all()) == 3


def test_demo_cards_exist_in_the_demo_only(app: Flask, client: FlaskClient, people: dict[str, Person]) -> None:
    cards = [
        {
            "staff_no": "T001",
            "title_zh": "林老师",
            "title_en": "Lin",
            "words_zh": "小学数学",
            "words_en": "Primary maths",
        }
    ]
    folder: Path = app.extensions["shicheng_settings"].data_dir
    (folder / "demo_cards.json").write_text(json.dumps(cards))
    assert client.post("/demo-sign-in/T001").status_code == 404
    assert "林老师" not in client.get("/sign-in").text
    app.config["IS_DEMO"] = True
    assert "林老师" in client.get("/sign-in").text
    assert client.post("/demo-sign-in/A001").status_code == 404  # not on a card
    assert client.post("/demo-sign-in/T001").status_code == 302
    assert client.get("/account").status_code == 200


def test_one_sees_and_takes_away_ones_own_data(client: FlaskClient, app: Flask, people: dict[str, Person]) -> None:
    sign_in(client, app, people["teacher"])
    page = client.get("/account").text
    assert "林一" in page
    assert "青屏县第一小学" in page
    answer = client.get("/account/export")
    assert answer.json is not None
    assert answer.json["person"]["staff_no"] == "T001"
    assert "password_hash" not in answer.text
    assert "attachment" in answer.headers["Content-Disposition"]


def test_personalisation_is_a_switch_and_its_turns_are_on_record(
    client: FlaskClient, app: Flask, people: dict[str, Person], database: Database
) -> None:
    sign_in(client, app, people["teacher"])
    client.post("/account/settings", data={"locale": "en", "wants_digest": "y"})
    with database.unit_of_work() as session:
        person = session.get_one(Person, people["teacher"].id)
        assert (person.locale, person.is_personalised, person.wants_digest) == ("en", False, True)
        assert session.scalars(select(AuditEntry.action)).all() == ["personalisation.off"]
    assert "What I decide" in client.get("/account").text


def test_many_at_the_door_at_once_do_not_outrun_the_count(
    app: Flask, people: dict[str, Person], database: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    def knock_once(_number: int) -> int:
        return enter(app.test_client(), "T001", "wrong").status_code

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(knock_once, range(12)))
    assert sorted(answers) == [422] * 5 + [429] * 7
