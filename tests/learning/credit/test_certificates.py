"""Certificates: issued once, frozen, held by a hash, out of force when hours are taken back, printable or withheld."""

import io
import json
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.terms import DeliveryMode
from core.audit import AuditEntry
from core.errors import Invalid
from core.outbox import Message
from learning.credit.certificates import (
    certificate_pdf,
    certificates_of,
    find_by_code,
    is_intact,
    issue_due,
    masked,
)
from learning.credit.glyphs import missing_characters
from learning.credit.ledger import repost, repost_enrolment, reverse, settle_enrolment
from learning.credit.models import Certificate
from learning.credit.sheets import statement_pdf
from learning.credit.statements import statement_of
from learning.engine.days import local_day
from tests.conftest import NOW, World
from tests.learning.credit.conftest import DAY, make_course, study

pytestmark = pytest.mark.usefixtures("rules")
FONTS = Path(__file__).parents[3] / "webapp" / "static" / "vendor" / "fonts"
FONT = FONTS / "NotoSansSC-Regular.ttf"


@pytest.fixture
def certificate(session: Session, world: World) -> Certificate:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700] * 4))
    settle_enrolment(session, enrolment.id, now=NOW)
    return issue_due(session, now=NOW, font=FONT)[0]


def test_a_completed_course_gets_one_certificate(session: Session, world: World, certificate: Certificate) -> None:
    assert issue_due(session, now=NOW) == []
    assert list(certificates_of(session, world.teacher.id)) == [certificate]


def test_a_course_under_way_or_without_hours_gets_none(session: Session, world: World) -> None:
    going = study(session, world.teacher, make_course(session, world.provider, [2700, 2700]), is_complete=False)
    settle_enrolment(session, going.id, now=NOW)
    study(session, world.teacher, make_course(session, world.provider, [2700]))
    assert issue_due(session, now=NOW) == []


def test_its_facts_are_those_of_the_ledger(session: Session, world: World, certificate: Certificate) -> None:
    facts = certificate.facts
    assert (facts["holder"], facts["school"], facts["hours_hundredths"]) == ("林一", "青屏县第一小学", 400)
    assert facts["by_mode"] == {DeliveryMode.ONLINE.value: 400}
    assert (facts["completed_on"], facts["issued_on"]) == ("2026-03-02", "2026-11-16")
    assert facts["rules"] == {"code": "CN-HENAN", "version": 1, "name": "河南省（教育系统）"}


def test_its_hash_is_sha256_over_the_canonical_facts(certificate: Certificate) -> None:
    canonical = json.dumps(certificate.facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert certificate.digest == sha256(canonical.encode("utf-8")).hexdigest()
    assert is_intact(certificate)


def test_a_changed_fact_is_noticed(certificate: Certificate) -> None:
    certificate.facts = {**certificate.facts, "hours_hundredths": 4000}
    assert not is_intact(certificate)


def test_it_is_found_by_its_code_which_nobody_guesses(session: Session, certificate: Certificate) -> None:
    assert len(certificate.public_code) >= 20
    assert find_by_code(session, certificate.public_code) is certificate
    assert find_by_code(session, certificate.public_code[:-1]) is None


def test_it_is_out_of_force_while_hours_are_taken_back(
    session: Session, world: World, certificate: Certificate
) -> None:
    by = world.actor(session, world.administrator)
    reverse(session, certificate.facts["entries"][0], by=by, reason="签到记录有误", now=NOW)
    assert (certificate.revoked_at, certificate.revoked_reason) == (NOW, "签到记录有误")
    repost_enrolment(session, certificate.enrolment_id, by=by, reason="申诉成立", now=NOW)
    assert certificate.revoked_at is None
    assert is_intact(certificate)


def test_no_certificate_while_an_hour_of_the_course_is_taken_back(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700] * 4))
    entry = settle_enrolment(session, enrolment.id, now=NOW)[0]
    reverse(session, entry.id, by=world.actor(session, world.administrator), reason="签到记录有误", now=NOW)
    assert issue_due(session, now=NOW) == []
    repost(session, entry.id, by=world.actor(session, world.administrator), reason="申诉成立", now=NOW)
    assert [found.enrolment_id for found in issue_due(session, now=NOW)] == [enrolment.id]


def test_a_history_is_dated_at_completion_and_tells_nobody(session: Session, world: World) -> None:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    settle_enrolment(session, enrolment.id, now=NOW)
    issued = issue_due(session, now=NOW, as_completed=True)[0]
    assert (issued.issued_at, issued.facts["issued_on"]) == (DAY, "2026-03-02")
    assert session.scalars(select(Message)).all() == []


def test_the_teacher_is_told_of_a_certificate_once(session: Session, world: World) -> None:
    soon = DAY + timedelta(days=20)
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700] * 4))
    settle_enrolment(session, enrolment.id, now=soon)
    (certificate,) = issue_due(session, now=soon)
    issue_due(session, now=soon)
    told = session.scalars(select(Message).where(Message.rule == "certificate.issued")).one()
    assert (told.recipient_id, told.figures["serial"]) == (world.teacher.id, certificate.serial)


def test_nobody_is_told_of_a_certificate_for_a_course_completed_long_ago(
    session: Session, certificate: Certificate
) -> None:
    assert certificate.issued_at - DAY > timedelta(days=30)
    assert session.scalars(select(Message)).all() == []


def test_the_paper_is_one_light_page_with_the_words_and_made_quickly(certificate: Certificate) -> None:
    began = time.perf_counter()
    paper = certificate_pdf(certificate, base_url="https://example.invalid", font_dir=FONTS)
    again = time.perf_counter()
    certificate_pdf(certificate, base_url="https://example.invalid", font_dir=FONTS)
    assert min(again - began, time.perf_counter() - again) < 2  # 0.1 s alone; the rest is what neighbours may take
    assert len(paper) < 300_000
    pages = pypdf.PdfReader(io.BytesIO(paper)).pages
    assert len(pages) == 1
    assert pages[0].mediabox.width > pages[0].mediabox.height
    words = "".join(pages[0].extract_text().split())
    for expected in ("结业证书", "林一", "4学时", certificate.serial, certificate.public_code, certificate.digest):
        assert expected in words


def test_a_name_the_font_cannot_print_is_named_not_dropped(certificate: Certificate) -> None:
    certificate.facts = {**certificate.facts, "holder": "林𠮷"}
    with pytest.raises(Invalid) as refused:
        certificate_pdf(certificate, base_url="https://example.invalid", font_dir=FONTS)
    assert refused.value.figures == {"character": "𠮷", "code_point": "U+20BB7"}


def test_a_certificate_that_cannot_be_printed_is_withheld_and_the_others_go_out(session: Session, world: World) -> None:
    world.teacher.name = "林𠮷"
    for person in (world.teacher, world.colleague):
        enrolment = study(session, person, make_course(session, world.provider, [2700]))
        settle_enrolment(session, enrolment.id, now=NOW)
    assert [found.person_id for found in issue_due(session, now=NOW, font=FONT)] == [world.colleague.id]
    assert issue_due(session, now=NOW, font=FONT) == []
    kept = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.withhold")).one()
    assert kept.detail["missing"] == "𠮷"


def test_rare_characters_of_the_national_list_are_in_the_font() -> None:
    assert missing_characters("曾单仇解䶮㛃甪堃喆赟燊昇祎", FONT) == ""


def test_strangers_see_a_masked_name() -> None:
    assert [masked(name) for name in ("林一", "欧阳小满", "")] == ["林*", "欧***", ""]


def test_a_statement_on_paper_lists_the_courses(session: Session, world: World, certificate: Certificate) -> None:
    statement = statement_of(session, world.teacher.id, on=local_day(NOW))
    paper = statement_pdf(session, world.teacher, statement, font_dir=FONTS, now=NOW)
    assert len(paper) < 300_000
    words = "".join(pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
    for expected in ("学时对账单", "林一", "T001", "把课堂还给学生", "要求：72学时", "要求：360学时"):
        assert expected in words
