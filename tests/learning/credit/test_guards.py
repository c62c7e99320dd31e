"""What is appended stays: the database itself refuses to change or delete it."""

from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import AuditEntry, record
from learning.credit.guards import APPENDED, removals, statements
from learning.credit.ledger import settle_enrolment
from learning.credit.models import LedgerEntry
from tests.conftest import NOW, World
from tests.learning.credit.conftest import make_course, study


@pytest.fixture
def entry(session: Session, world: World, rules: None) -> LedgerEntry:
    enrolment = study(session, world.teacher, make_course(session, world.provider, [2700]))
    return settle_enrolment(session, enrolment.id, now=NOW)[0]


@pytest.mark.parametrize("act", [update(LedgerEntry).values(hours_hundredths=900), delete(LedgerEntry)])
def test_a_ledger_entry_is_neither_changed_nor_deleted(session: Session, entry: LedgerEntry, act: Any) -> None:
    with pytest.raises(IntegrityError, match="appended to, never changed"), session.begin_nested():
        session.execute(act)


def test_a_ledger_entry_is_not_changed_through_its_object(session: Session, entry: LedgerEntry) -> None:
    entry.reason = "改一改"
    with pytest.raises(IntegrityError, match="appended to, never changed"), session.begin_nested():
        session.flush()


@pytest.mark.parametrize("act", [update(AuditEntry).values(action="nothing"), delete(AuditEntry)])
def test_the_record_of_acts_is_neither_changed_nor_deleted(session: Session, world: World, act: Any) -> None:
    record(session, "role.give", actor=None, subject_kind="person", subject_id=world.teacher.id, now=NOW)
    with pytest.raises(IntegrityError, match="appended to, never changed"), session.begin_nested():
        session.execute(act)


def test_answers_are_guarded_as_well() -> None:
    assert set(APPENDED) == {"ledger_entry", "answer", "audit_entry"}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_migration_can_make_and_remove_the_guards(dialect: str) -> None:
    for table in APPENDED:
        assert sum("TRIGGER" in statement for statement in statements(dialect, table)) == 2
        assert len(removals(dialect, table)) == 2
