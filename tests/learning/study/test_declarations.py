"""School-based study: declared with evidence, verified by the school, never by oneself."""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.terms import ModuleKind
from core.access import Role, give_role
from core.audit import AuditEntry
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.people import move_post
from learning.study.declarations import declarations_waiting, declare, get_evidence, judge_declaration
from learning.study.evidence_files import Upload, keep, path_of
from learning.study.models import Declaration, Enrolment, ModuleResult
from learning.study.reads import path_of as stops_of
from learning.terms import DeclarationState, EnrolmentState, ModuleState
from tests.conftest import NOW, World
from tests.learning.study.conftest import Courses

PDF = Upload("磨课记录.pdf", b"%PDF-1.7 notes")
TODAY = date(2026, 11, 16)
ACCOUNT = "本周三和教研组一起磨课两次，第一次看学生的读写时间，第二次只改提问，记录附后。"


def _declare(session: Session, enrolment: Enrolment, courses: Courses, folder: Path, **given):
    facts = {
        "done_on": TODAY, "seconds": 5400, "account": ACCOUNT, "files": [PDF], "client_token": "d1", "now": NOW,
    } | given  # fmt: skip
    return declare(
        session, enrolment.id, courses.part(ModuleKind.SCHOOL_ACTIVITY).id, person_id=enrolment.person_id,
        files_dir=folder, **facts,
    )  # fmt: skip


def _judge(session: Session, world: World, row: Declaration, person, state=DeclarationState.VERIFIED, comment=""):
    return judge_declaration(session, row.id, by=world.actor(session, person), state=state, comment=comment, now=NOW)


def test_what_the_school_verifies_counts_the_declared_time_and_completes_the_course(
    session: Session, activity: Enrolment, courses: Courses, world: World, tmp_path: Path
):
    row = _declare(session, activity, courses, tmp_path, seconds=3600)
    assert stops_of(session, activity)[0].state is ModuleState.WAITING
    assert [waiting.id for waiting in declarations_waiting(session, by=world.actor(session, world.administrator))] == [
        row.id
    ]
    _judge(session, world, row, world.school_administrator)
    assert session.scalars(select(ModuleResult.counted_seconds)).all() == [3600]
    assert activity.state is EnrolmentState.COMPLETED
    assert "declaration.judge" in session.scalars(select(AuditEntry.action)).all()


def test_a_declaration_that_comes_back_is_declared_anew(
    session: Session, activity: Enrolment, courses: Courses, world: World, tmp_path: Path
):
    first = _declare(session, activity, courses, tmp_path)
    with pytest.raises(Invalid, match="declaration_say_what_is_missing"):
        _judge(session, world, first, world.school_administrator, DeclarationState.RETURNED)
    _judge(session, world, first, world.school_administrator, DeclarationState.RETURNED, "请附签到表。")
    assert stops_of(session, activity)[0].state is ModuleState.RETURNED
    second = _declare(session, activity, courses, tmp_path, client_token="d2")
    assert second.id != first.id
    assert session.scalars(select(ModuleResult)).all() == []


def test_nobody_verifies_their_own_declaration(
    session: Session, activity: Enrolment, courses: Courses, world: World, tmp_path: Path
):
    give_role(session, world.teacher.id, Role.ADMINISTRATOR, world.school, by=None, now=NOW)
    row = _declare(session, activity, courses, tmp_path)
    with pytest.raises(NotFound):
        _judge(session, world, row, world.teacher)
    assert declarations_waiting(session, by=world.actor(session, world.teacher)) == []


def test_a_declaration_is_seen_by_the_administrators_of_the_teachers_place_and_no_other(
    session: Session, activity: Enrolment, courses: Courses, world: World, tmp_path: Path
):
    row = _declare(session, activity, courses, tmp_path)
    for person in (world.foreign_administrator, world.mentor, world.auditor):
        with pytest.raises(NotFound):
            _judge(session, world, row, person)
    assert declarations_waiting(session, by=world.actor(session, world.foreign_administrator)) == []
    move_post(session, world.teacher, world.foreign_school, on=TODAY)
    with pytest.raises(NotFound):
        _judge(session, world, row, world.school_administrator)


def test_a_declaration_is_judged_once(
    session: Session, activity: Enrolment, courses: Courses, world: World, tmp_path: Path
):
    row = _declare(session, activity, courses, tmp_path)
    _judge(session, world, row, world.school_administrator)
    with pytest.raises(Conflict, match="declaration_judged_already"):
        _judge(session, world, row, world.administrator, DeclarationState.RETURNED, "再看看")


def test_one_declaration_waits_at_a_time_and_the_same_token_is_the_same_declaration(
    session: Session, activity: Enrolment, courses: Courses, tmp_path: Path
):
    row = _declare(session, activity, courses, tmp_path)
    assert _declare(session, activity, courses, tmp_path).id == row.id
    with pytest.raises(Conflict, match="declaration_waits_already"):
        _declare(session, activity, courses, tmp_path, client_token="d2")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"done_on": TODAY - timedelta(days=1)}, "declaration_day"),
        ({"done_on": TODAY + timedelta(days=1)}, "declaration_day"),
        ({"seconds": 5401}, "declaration_time"),
        ({"seconds": 0}, "declaration_time"),
        ({"account": "磨课"}, "declaration_account"),
        ({"files": []}, "evidence_needed"),
        ({"files": [Upload("a.exe", b"MZ")]}, "evidence_kind"),
        ({"files": [Upload("a.pdf", b"MZ not a pdf")]}, "evidence_kind"),
        ({"files": [Upload("a.pdf", b"%PDF-" + b"x" * 8 * 1024 * 1024)]}, "evidence_too_large"),
        ({"files": [PDF] * 6}, "evidence_too_many"),
    ],
)
def test_what_cannot_be_accepted_is_refused_by_name(
    session: Session, activity: Enrolment, courses: Courses, tmp_path: Path, given, code: str
):
    with pytest.raises(DomainError) as refused:
        _declare(session, activity, courses, tmp_path, **given)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_evidence_is_kept_by_its_content_and_read_by_those_concerned(
    session: Session, activity: Enrolment, courses: Courses, world: World, tmp_path: Path
):
    row = _declare(session, activity, courses, tmp_path, files=[Upload("../../etc/磨课.pdf", PDF.data)])
    digest = hashlib.sha256(PDF.data).hexdigest()
    assert path_of(digest, files_dir=tmp_path).read_bytes() == PDF.data
    for person in (world.teacher, world.school_administrator, world.auditor):
        kept = get_evidence(session, row.id, digest, by=world.actor(session, person))
        assert kept["name"] == "_.._etc_磨课.pdf"
    for person in (world.colleague, world.mentor, world.foreign_administrator):
        with pytest.raises(NotFound):
            get_evidence(session, row.id, digest, by=world.actor(session, person))


def test_the_same_file_twice_is_one_file_and_a_path_is_no_digest(tmp_path: Path):
    assert keep(PDF, files_dir=tmp_path) == keep(PDF, files_dir=tmp_path)
    with pytest.raises(NotFound):
        path_of("../secret_key", files_dir=tmp_path)
