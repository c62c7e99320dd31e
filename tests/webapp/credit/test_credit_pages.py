"""Pages of the account: what a teacher sees, what an administrator may do, what a stranger can check."""

import io
from dataclasses import dataclass

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content.terms import DeliveryMode, MandatoryTopic
from core.access import Role, give_role
from core.audit import AuditEntry
from core.outbox import Message
from learning.credit.certificates import issue_due
from learning.credit.ledger import settle_enrolment
from learning.credit.models import Certificate, LedgerEntry, RuleProfile
from learning.credit.profiles import load_rules
from learning.terms import EntryKind
from tests.conftest import NOW, World, make_world, sign_in
from tests.learning.credit.conftest import make_course, study
from webapp.database import Database


@dataclass(frozen=True)
class Account:
    """The world with one teacher who has hours and a certificate."""

    world: World
    entry_id: int
    enrolment_id: int
    code: str
    certificate_id: int


@pytest.fixture
def account(database: Database) -> Account:
    with database.unit_of_work() as session:
        world = make_world(session, password_hash="x")
        load_rules(session, now=NOW)
        course = make_course(
            session,
            world.provider,
            [2700] * 10,
            mode=DeliveryMode.F2F,
            topics=[MandatoryTopic.ECOLOGY],
            is_practice=True,
        )
        enrolment = study(session, world.teacher, course, at=NOW)
        settle_enrolment(session, enrolment.id, now=NOW)
        certificate = issue_due(session, now=NOW)[0]
        henan = select(LedgerEntry.id).join(RuleProfile).where(RuleProfile.code == "CN-HENAN").order_by(LedgerEntry.id)
        entry_id = session.scalars(henan.limit(1)).one()
        return Account(world, entry_id, enrolment.id, certificate.public_code, certificate.id)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_a_teacher_reads_the_account_like_a_bank_statement(client: FlaskClient, app: Flask, account: Account) -> None:
    found = page(sign_in(client, app, account.world.teacher), "/credit")
    for expected in (
        "我的学分",
        "64 <small>学时待完成（全年 72）",
        "/ 360 学时",
        "必修专题：1 / 12",
        "+8 <small>学时",
        "提问与等待",
    ):
        assert expected in found
    assert "/catalogue?topic=it" in found
    assert "/catalogue?topic=ecology" not in found


def test_the_account_speaks_english_too(client: FlaskClient, app: Flask, account: Account) -> None:
    client.set_cookie("locale", "en")
    found = page(sign_in(client, app, account.world.teacher), "/credit")
    for expected in ("My credit", "hours to go of 72", "Mandatory topics: 1 of 12", 'lang="zh-CN"'):
        assert expected in found


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [("year=2026", True), ("year=2025", False), ("mode=online", False), ("mode=f2f", True), ("kind=reverse", False),
     ("kind=post&page=99", True), ("mode=nonsense&year=x&page=-1", True)],
)  # fmt: skip
def test_movements_are_filtered_by_the_address(
    client: FlaskClient, app: Flask, account: Account, query: str, is_shown: bool
) -> None:
    assert ("+8 <small>" in page(sign_in(client, app, account.world.teacher), f"/credit?{query}")) is is_shown


def test_an_empty_account_says_what_to_do(client: FlaskClient, app: Flask, account: Account) -> None:
    found = page(sign_in(client, app, account.world.colleague), "/credit")
    assert "这里还没有记录" in found
    assert "还没有证书" in page(client, "/credit/certificates")


def test_the_other_profile_in_force_shows_its_missing_minimum_as_not_set(
    client: FlaskClient, app: Flask, account: Account
) -> None:
    found = page(sign_in(client, app, account.world.teacher), "/credit?profile=CN-DEFAULT")
    assert "未设置年度要求" in found


def test_every_credit_is_traced_to_its_events_and_rule_version(
    client: FlaskClient, app: Flask, account: Account
) -> None:
    found = page(sign_in(client, app, account.world.teacher), f"/credit/entry/{account.entry_id}")
    for expected in (f"enrolment:{account.enrolment_id}/f2f/1", "河南省（教育系统）", "第 1 版", "第10讲", "计 45 分钟（上限 45 分钟）",
                     "另有 2 学时已核实，但当天面授学时已满，未计入"):  # fmt: skip
        assert expected in found
    assert "撤回该学时" not in found


@pytest.mark.parametrize(
    ("who", "status"),
    [("teacher", 200), ("administrator", 200), ("auditor", 200), ("school_administrator", 200), ("colleague", 404),
     ("mentor", 404), ("foreign_administrator", 404), ("foreign_teacher", 404), ("editor", 403)],
)  # fmt: skip
def test_an_entry_is_open_to_its_owner_and_to_those_above(
    client: FlaskClient, app: Flask, account: Account, who: str, status: int
) -> None:
    page(sign_in(client, app, getattr(account.world, who)), f"/credit/entry/{account.entry_id}", status)


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("auditor", 200), ("foreign_administrator", 404), ("teacher", 403), ("mentor", 403)],
)
def test_an_account_is_open_to_those_above_the_teacher(
    client: FlaskClient, app: Flask, account: Account, who: str, status: int
) -> None:
    address = f"/credit/person/{account.world.teacher.id}"
    found = page(sign_in(client, app, getattr(account.world, who)), address, status)
    assert ("撤回整门课程" in found) is (who == "administrator")


@pytest.mark.parametrize(
    ("who", "status"), [("auditor", 403), ("teacher", 403), ("mentor", 403), ("foreign_administrator", 404)]
)
@pytest.mark.parametrize("act", ["reverse", "repost"])
def test_nobody_else_moves_hours(
    client: FlaskClient, app: Flask, database: Database, account: Account, who: str, status: int, act: str
) -> None:
    sign_in(client, app, getattr(account.world, who))
    for address in (f"/credit/entry/{account.entry_id}/{act}", f"/credit/course/{account.enrolment_id}/{act}"):
        assert client.post(address, data={"reason": "越权尝试"}).status_code == status
    with database.session(is_read_only=True) as session:
        assert session.scalar(select(func.count(LedgerEntry.id))) == 16


def test_an_administrator_takes_an_hour_back_and_gives_it_back(
    client: FlaskClient, app: Flask, database: Database, account: Account
) -> None:
    sign_in(client, app, account.world.administrator)
    place = f"/credit/entry/{account.entry_id}"
    answer = client.post(f"{place}/reverse", data={"reason": "签到记录有误"}, follow_redirects=True)
    assert "该学时已撤回，教师已收到说明" in answer.get_data(as_text=True)
    assert "恢复该学时" in page(client, place)
    with database.session(is_read_only=True) as session:
        taken = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == EntryKind.REVERSE)).all()
        assert len(taken) == 2
        assert session.scalars(select(Message.rule).where(Message.rule == "credit.reversed")).all() == [
            "credit.reversed"
        ]
        assert session.scalar(select(Certificate.revoked_reason)) == "签到记录有误"
    assert client.post(f"{place}/reverse", data={"reason": "签到记录有误"}).status_code == 409
    answer = client.post(f"{place}/repost", data={"reason": "复核后确认有效"}, follow_redirects=True)
    assert "该学时已恢复" in answer.get_data(as_text=True)
    with database.session(is_read_only=True) as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert [action for action in actions if action.startswith("ledger.")] == ["ledger.reverse", "ledger.repost"]


def test_a_reason_too_short_is_refused_in_words(client: FlaskClient, app: Flask, account: Account) -> None:
    sign_in(client, app, account.world.administrator)
    answer = client.post(f"/credit/course/{account.enrolment_id}/reverse", data={"reason": "错"})
    assert answer.status_code == 422
    assert "请填写 4—500 个字的理由" in answer.get_data(as_text=True)


def test_a_teacher_sees_why_hours_were_taken_back(client: FlaskClient, app: Flask, account: Account) -> None:
    sign_in(client, app, account.world.administrator)
    client.post(f"/credit/course/{account.enrolment_id}/reverse", data={"reason": "材料与事实不符"})
    sign_in(client, app, account.world.teacher)
    found = page(client, "/credit")
    assert "材料与事实不符" in found
    assert "−8 <small>学时" in found
    assert "材料与事实不符" in page(client, f"/credit/entry/{account.entry_id}")
    assert "材料与事实不符" in page(client, "/credit/certificates")


def test_certificates_are_downloaded_by_their_owner_only(client: FlaskClient, app: Flask, account: Account) -> None:
    address = f"/credit/certificates/{account.certificate_id}.pdf"
    answer = sign_in(client, app, account.world.teacher).get(address)
    assert answer.mimetype == "application/pdf"
    assert len(answer.data) < 300_000
    page(sign_in(client, app, account.world.colleague), address, 404)


def test_the_statement_is_printed(client: FlaskClient, app: Flask, account: Account) -> None:
    answer = sign_in(client, app, account.world.teacher).get("/credit/statement.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert "T001" in pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()


def test_anybody_checks_a_certificate_and_sees_a_masked_name(client: FlaskClient, account: Account) -> None:
    found = page(client, f"/verify/{account.code}")
    for expected in ("真实有效", "林*", "线下集中 8", "河南省（教育系统）", "2026年11月16日", "SHA-256"):
        assert expected in found
    assert "林一" not in found
    assert "青屏县第一小学" not in found


def test_a_certificate_over_hours_taken_back_is_out_of_force(client: FlaskClient, app: Flask, account: Account) -> None:
    sign_in(client, app, account.world.administrator)
    client.post(f"/credit/entry/{account.entry_id}/reverse", data={"reason": "签到记录有误"})
    found = page(app.test_client(), f"/verify/{account.code}")
    assert "已失效" in found
    assert "签到记录有误" not in found


def test_a_tampered_certificate_is_not_vouched_for(client: FlaskClient, database: Database, account: Account) -> None:
    with database.unit_of_work() as session:
        certificate = session.get_one(Certificate, account.certificate_id)
        certificate.facts = {**certificate.facts, "hours_hundredths": 8000}
    assert "请勿采信此证书" in page(client, f"/verify/{account.code}")


@pytest.mark.parametrize("code", ["xxxxxxxxxxxxxxxxxxxxxxxx", "1", "a" * 500, "%27%20OR%201=1"])
def test_an_unknown_code_says_so(client: FlaskClient, account: Account, code: str) -> None:
    assert "没有对应的证书" in page(client, f"/verify/{code}", 404)


def test_a_code_is_typed_or_pasted_as_a_whole_address(client: FlaskClient, account: Account) -> None:
    assert "证书核验" in page(client, "/verify")
    for typed in (account.code, f" http://127.0.0.1:8000/verify/{account.code} "):
        answer = client.get("/verify", query_string={"code": typed})
        assert answer.location == f"/verify/{account.code}"


def test_the_rules_stand_in_plain_words_with_their_evidence(client: FlaskClient, app: Flask, account: Account) -> None:
    found = page(sign_in(client, app, account.world.teacher), "/credit/rules")
    for expected in ("原则上每年不少于 72 学时", "5 年内不少于 360 学时", "政策原文", "本地设置", "未设置"):
        assert expected in found
    assert "停用" not in found
    assert "1/20" not in found


def test_only_the_province_puts_rules_in_force(
    client: FlaskClient, app: Flask, database: Database, account: Account
) -> None:
    sign_in(client, app, account.world.administrator)
    assert client.post("/credit/rules/CN-BEIJING-13FYP/activate").status_code == 403
    with database.unit_of_work() as session:
        give_role(session, account.world.editor.id, Role.ADMINISTRATOR, account.world.province, by=None, now=NOW)
    sign_in(client, app, account.world.editor)
    answer = client.post("/credit/rules/CN-BEIJING-13FYP/activate", follow_redirects=True)
    assert "已启用，目前已按它补记 8 学时" in answer.get_data(as_text=True)
    client.post("/credit/rules/CN-BEIJING-13FYP/deactivate")
    with database.session(is_read_only=True) as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert [action for action in actions if action.startswith("rules.")] == ["rules.activate", "rules.deactivate"]


def test_one_set_of_rules_always_stays_in_force(
    client: FlaskClient, app: Flask, database: Database, account: Account
) -> None:
    with database.unit_of_work() as session:
        give_role(session, account.world.editor.id, Role.ADMINISTRATOR, account.world.province, by=None, now=NOW)
    sign_in(client, app, account.world.editor)
    assert client.post("/credit/rules/CN-DEFAULT/deactivate").status_code == 302
    assert client.post("/credit/rules/CN-HENAN/deactivate").status_code == 409
    assert client.post("/credit/rules/CN-NOWHERE/activate").status_code == 404
