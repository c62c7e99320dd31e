"""E-mail copies, against a real mail server on this machine: once each, at decent hours, in the reader's language."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from core.outbox import MailState, Message, Notice, choose_mail, tell_many
from core.people import Person
from learning.engine.days import ZONE
from tests.conftest import World, make_world
from tests.webapp.jobs.smtp_server import MailServer, mail_server
from webapp.database import Database
from webapp.mail import deliver
from webapp.settings import Mail, Settings

MORNING = datetime(2026, 11, 17, 10, 0, tzinfo=ZONE)
NIGHT = datetime(2026, 11, 17, 23, 0, tzinfo=ZONE)
TEACHER = "t001@example.invalid"


@pytest.fixture
def world(database: Database) -> World:
    with database.unit_of_work() as session:
        return make_world(session)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


class Post:
    """Delivering from the application's database through one mail server."""

    def __init__(self, app: Flask, server: MailServer, **mail: object) -> None:
        self.app = app
        self.database: Database = app.extensions["shicheng_database"]
        settings: Settings = app.extensions["shicheng_settings"]
        chosen = Mail(host="127.0.0.1", port=server.port, sender="shicheng@example.invalid")
        self.settings = replace(settings, base_url="https://shicheng.example", mail=replace(chosen, **mail))  # type: ignore[arg-type]

    def deliver(self, now: datetime) -> dict[str, object]:
        with self.app.app_context():
            return deliver(self.database, self.settings, now=now, go_on=lambda: None)

    def tell(self, person: Person, rule: str, at: datetime, *, n: int = 1, is_mandatory: bool = False) -> None:
        figures = {"course": "倾听与反馈", "serial": "SC-1", "minutes": 30, "title": "秋季诊断", "due_on": "2026-11-30"}
        notices = [
            Notice(rule, person.id, "thing", number, at.isoformat(), f"/credit?n={number}", is_mandatory, figures)
            for number in range(1, n + 1)
        ]
        with self.database.unit_of_work() as session:
            tell_many(session, notices, now=at)

    def states(self) -> list[MailState]:
        with self.database.session(is_read_only=True) as session:
            return list(session.scalars(select(Message.mail_state).order_by(Message.id)))

    def change(self, person: Person, **changes: object) -> None:
        with self.database.unit_of_work() as session:
            kept = session.get_one(Person, person.id)
            for name, value in changes.items():
                setattr(kept, name, value)


@pytest.fixture
def post(app: Flask, server: MailServer) -> Post:
    return Post(app, server)


def test_a_message_is_mailed_once_in_the_readers_language(post: Post, server: MailServer, world: World) -> None:
    post.change(world.colleague, locale="en")
    post.tell(world.teacher, "certificate.issued", MORNING)
    post.tell(world.colleague, "certificate.issued", MORNING)
    post.deliver(MORNING)
    post.deliver(MORNING + timedelta(hours=1))
    assert post.states() == [MailState.SENT] * 2
    assert len(server.taken) == 2
    (chinese,), (english,) = server.to(TEACHER), server.to("t002@example.invalid")
    assert chinese.mail["Subject"] == "师程 · 您的结业证书已签发"
    assert english.mail["Subject"] == "Shicheng · Your certificate is ready"
    plain, html = chinese.mail.get_body(("plain",)), chinese.mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "林一老师，您好：" in plain.get_content()
    assert "您已完成“倾听与反馈”，证书 SC-1 可以下载和打印。" in plain.get_content()
    assert "https://shicheng.example/credit?n=1" in plain.get_content()
    assert '<a href="https://shicheng.example/credit?n=1">' in html.get_content()
    assert chinese.mail["List-Unsubscribe"] == "<https://shicheng.example/account/messages>"
    assert chinese.mail["To"] == "林一 <t001@example.invalid>"
    assert chinese.mail["Auto-Submitted"] == "auto-generated"


def test_without_a_mail_server_messages_stay_in_the_inbox(post: Post, world: World) -> None:
    post.settings = replace(post.settings, mail=Mail())
    post.tell(world.teacher, "certificate.issued", MORNING)
    assert post.deliver(MORNING)["mail_server"] == "not set"
    assert post.states() == [MailState.PENDING]
    post.deliver(MORNING + timedelta(days=4))  # a server set up much later does not send old news
    assert post.states() == [MailState.SUPPRESSED]


def test_nobody_is_disturbed_between_22_and_7_except_by_the_link_they_wait_for(
    post: Post, server: MailServer, world: World
) -> None:
    post.tell(world.teacher, "certificate.issued", NIGHT)
    post.tell(world.teacher, "hours.behind", NIGHT, is_mandatory=True)
    post.tell(world.colleague, "account.reset", NIGHT, is_mandatory=True)
    for hours in (0, 1, 2, 7.9):  # 23:00, 00:00, 01:00, 06:54
        post.deliver(NIGHT + timedelta(hours=hours))
    assert [one.recipients for one in server.taken] == [["t002@example.invalid"]]
    post.deliver(NIGHT + timedelta(hours=8))
    assert len(server.to(TEACHER)) == 2


def test_the_secret_link_of_a_sent_password_mail_is_not_kept(post: Post, server: MailServer, world: World) -> None:
    post.tell(world.teacher, "account.reset", MORNING, is_mandatory=True)
    post.deliver(MORNING)
    plain = server.taken[0].mail.get_body(("plain",))
    assert plain is not None
    assert "/credit?n=1" in plain.get_content()
    with post.database.session(is_read_only=True) as session:
        assert session.scalars(select(Message.link)).all() == ["/account"]


def test_a_digest_collects_a_day_into_one_mail_at_half_past_seven(post: Post, server: MailServer, world: World) -> None:
    post.change(world.teacher, wants_digest=True)
    post.tell(world.teacher, "certificate.issued", MORNING, n=3)
    post.tell(world.teacher, "window.closing", MORNING + timedelta(hours=5))
    evening = MORNING.replace(hour=21)
    post.deliver(evening)
    half_past = (MORNING + timedelta(days=1)).replace(hour=7, minute=30)
    post.deliver(half_past - timedelta(minutes=1))
    assert server.taken == []
    post.tell(world.teacher, "window.closing", half_past)  # belongs to the next morning
    post.deliver(half_past)
    post.deliver(half_past + timedelta(hours=6))
    assert [one.mail["Subject"] for one in server.taken] == ["师程 · 4 条新消息"]
    post.deliver(half_past + timedelta(days=1))
    assert [one.mail["Subject"] for one in server.taken][1:] == ["师程 · 诊断测评即将截止"]


def test_what_must_be_known_at_once_is_not_held_back_for_the_digest(
    post: Post, server: MailServer, world: World
) -> None:
    post.change(world.teacher, wants_digest=True)
    post.tell(world.teacher, "hours.behind", MORNING, is_mandatory=True)
    post.deliver(MORNING)
    assert len(server.taken) == 1


def test_no_mail_without_address_after_leaving_or_after_opting_out(
    post: Post, server: MailServer, world: World
) -> None:
    for person in (world.teacher, world.colleague, world.mentor):
        post.tell(person, "certificate.issued", MORNING)
    post.change(world.teacher, email=None)
    post.change(world.colleague, is_active=False)
    with post.database.unit_of_work() as session:
        choose_mail(session, world.mentor.id, unwanted=["certificate.issued"], among=["certificate.issued"])
    assert post.deliver(MORNING) == {"suppressed": 3}
    assert (post.states(), server.taken) == ([MailState.SUPPRESSED] * 3, [])


def test_a_letter_put_off_is_tried_again_ever_later_and_given_up_after_six_tries(
    post: Post, server: MailServer, world: World
) -> None:
    server.answers[TEACHER] = ["450 busy"] * 9
    post.tell(world.teacher, "account.reset", MORNING, is_mandatory=True)
    tried = []
    for minute in (0, 1, 2, 3, 9, 10, 11, 41, 42, 43, 169, 170, 171, 681, 682, 683, 1000, 3000):
        before = 9 - len(server.answers[TEACHER])
        post.deliver(MORNING + timedelta(minutes=minute))
        if 9 - len(server.answers[TEACHER]) > before:
            tried.append(minute)
    assert tried == [0, 2, 10, 42, 170, 682]  # waits of 2, 8, 32, 128 and 512 minutes
    assert post.states() == [MailState.FAILED]


def test_a_letter_put_off_once_arrives_once(post: Post, server: MailServer, world: World) -> None:
    server.answers[TEACHER] = ["451 later"]
    post.tell(world.teacher, "certificate.issued", MORNING)
    for minute in range(6):
        post.deliver(MORNING + timedelta(minutes=minute))
    assert len(server.taken) == 1
    assert post.states() == [MailState.SENT]


def test_an_address_refused_for_good_is_not_tried_again_and_does_not_hold_up_others(
    post: Post, server: MailServer, world: World
) -> None:
    server.answers[TEACHER] = ["550 nobody here"]
    post.tell(world.teacher, "certificate.issued", MORNING)
    post.change(world.mentor, email="not an address")
    post.tell(world.mentor, "certificate.issued", MORNING)
    post.tell(world.colleague, "certificate.issued", MORNING)
    assert post.deliver(MORNING) == {"suppressed": 0, "refused": 2, "sent": 1}
    assert sorted(post.states()) == [MailState.FAILED, MailState.FAILED, MailState.SENT]


def test_a_server_that_is_away_costs_one_try_and_the_rest_wait(post: Post, world: World) -> None:
    post.settings = replace(post.settings, mail=replace(post.settings.mail, port=1))
    post.tell(world.teacher, "certificate.issued", MORNING, n=3)
    assert post.deliver(MORNING) == {"suppressed": 0, "unreachable": 1}
    with post.database.session(is_read_only=True) as session:
        assert sorted(session.scalars(select(Message.n_tries))) == [0, 0, 1]


def test_two_workers_never_send_one_mail_twice(post: Post, server: MailServer, world: World) -> None:
    server.delay_seconds = 0.02
    post.change(world.mentor, wants_digest=True)
    post.tell(world.teacher, "certificate.issued", MORNING, n=20)
    post.tell(world.colleague, "certificate.issued", MORNING, n=20)
    post.tell(world.mentor, "certificate.issued", MORNING - timedelta(days=1), n=5)
    workers = [threading.Thread(target=post.deliver, args=(MORNING,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(server.taken) == 41
    assert len({one.mail["Message-ID"] for one in server.taken}) == 41
    assert set(post.states()) == {MailState.SENT}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of this machine's own that nobody trusts by itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-keyout", "key.pem", "-out",
         "cert.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    return tmp_path / "cert.pem"


def encrypting(certificate: Path) -> MailServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return MailServer(context=context, needs_login=True)


def test_with_tls_the_letter_and_the_login_travel_encrypted(
    app: Flask, world: World, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(encrypting(certificate)) as server:
        post = Post(app, server, use_tls=True, user="shicheng", password="mail-password")
        post.tell(world.teacher, "certificate.issued", MORNING)
        assert post.deliver(MORNING) == {"suppressed": 0, "sent": 1}
        assert server.taken[0].is_encrypted
        assert server.taken[0].user
        assert server.said.index("STARTTLS") < server.said.index("AUTH")


def test_no_letter_and_no_password_goes_to_a_server_with_an_unknown_certificate(
    app: Flask, world: World, certificate: Path
) -> None:
    with mail_server(encrypting(certificate)) as server:
        post = Post(app, server, use_tls=True, user="shicheng", password="mail-password")
        post.tell(world.teacher, "certificate.issued", MORNING)
        assert post.deliver(MORNING) == {"suppressed": 0, "unreachable": 1}
        assert server.taken == []
        assert "AUTH" not in server.said


def test_a_line_break_in_a_name_cannot_add_a_header(post: Post, server: MailServer, world: World) -> None:
    post.change(world.teacher, name="林一\r\nBcc: x@example.invalid")
    post.tell(world.teacher, "certificate.issued", MORNING)
    post.deliver(MORNING)
    assert server.taken[0].recipients == [TEACHER]
    assert server.taken[0].mail["Bcc"] is None
