"""School-based study: the teacher declares it with evidence, the school verifies it, nobody their own.

declared -> verified (counts) | returned (say what is missing), then declared anew.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager, joinedload

from content.models import CourseModule
from content.terms import ModuleKind
from core.access import READERS, Actor, Role, people_within
from core.audit import record
from core.db import Document
from core.errors import Conflict, Invalid, NotFound
from core.outbox import tell
from core.people import Person
from learning.engine.days import local_day
from learning.study.evidence_files import Upload, check_uploads, keep
from learning.study.models import Declaration, Enrolment
from learning.study.results import find_result, get_module, lock_own, require_studying, write_result
from learning.terms import DeclarationState

MIN_ACCOUNT, MAX_ACCOUNT = 30, 5000


def declare(
    session: Session,
    enrolment_id: int,
    module_id: int,
    *,
    person_id: int,
    done_on: date,
    seconds: int,
    account: str,
    files: Sequence[Upload],
    files_dir: Path,
    client_token: str,
    now: datetime,
) -> Declaration:
    """Declare a school-based activity; one waits at a time. The same token twice is one declaration."""
    enrolment = lock_own(session, enrolment_id, person_id=person_id)
    module = get_module(session, enrolment, module_id, ModuleKind.SCHOOL_ACTIVITY)
    earlier = declarations_of(session, enrolment_id, module_id)
    known = next((row for row in earlier if row.client_token == client_token), None)
    if known is not None:
        return known
    require_studying(enrolment)
    if find_result(session, enrolment_id, module_id) is not None:
        raise Conflict("module_done", module=module.title)
    if earlier and earlier[0].state is DeclarationState.DECLARED:
        raise Conflict("declaration_waits_already")
    _check(enrolment, module, done_on=done_on, seconds=seconds, account=account.strip(), now=now)
    evidence = check_uploads(files)
    if not evidence:
        raise Invalid("evidence_needed")
    for file in files:
        keep(file, files_dir=files_dir)
    row = Declaration(
        enrolment_id=enrolment_id, module_id=module_id, client_token=client_token, done_on=done_on, seconds=seconds,
        account=account.strip(), evidence=evidence, state=DeclarationState.DECLARED, declared_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as met:
        raise Conflict("sent_already") from met
    return row


def _check(
    enrolment: Enrolment, module: CourseModule, *, done_on: date, seconds: int, account: str, now: datetime
) -> None:
    if not local_day(enrolment.enrolled_at) <= done_on <= local_day(now):
        raise Invalid("declaration_day", first=local_day(enrolment.enrolled_at).isoformat())
    if not 0 < seconds <= module.seconds:
        raise Invalid("declaration_time", most=module.seconds // 60)
    if not MIN_ACCOUNT <= len(account) <= MAX_ACCOUNT:
        raise Invalid("declaration_account", length=len(account), least=MIN_ACCOUNT, most=MAX_ACCOUNT)


def declarations_of(session: Session, enrolment_id: int, module_id: int) -> Sequence[Declaration]:
    """What was declared for an activity, the last first."""
    return session.scalars(
        select(Declaration)
        .where(Declaration.enrolment_id == enrolment_id, Declaration.module_id == module_id)
        .order_by(Declaration.id.desc())
    ).all()


def declarations_waiting(session: Session, *, by: Actor) -> Sequence[Declaration]:
    """What waits for the school: of people in the actor's subtree, never the actor's own, the oldest first."""
    return session.scalars(
        select(Declaration)
        .join(Declaration.enrolment)
        .join(Enrolment.person)
        .where(
            Declaration.state == DeclarationState.DECLARED, people_within(by, *READERS), Person.id != by.person_id
        )
        .options(
            contains_eager(Declaration.enrolment).contains_eager(Enrolment.person),
            contains_eager(Declaration.enrolment).joinedload(Enrolment.course),
            joinedload(Declaration.module),
        )
        .order_by(Declaration.declared_at, Declaration.id)
    ).all()  # fmt: skip


def judge_declaration(
    session: Session, declaration_id: int, *, by: Actor, state: DeclarationState, comment: str, now: datetime
) -> Declaration:
    """The school verifies or returns a declaration of somebody in its own subtree; verified time counts."""
    found = session.execute(
        select(Enrolment.id, Enrolment.person_id, Declaration.module_id)
        .join(Declaration, Declaration.enrolment_id == Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Declaration.id == declaration_id, people_within(by, Role.ADMINISTRATOR), Person.id != by.person_id
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("declaration_not_found", id=declaration_id)
    enrolment = lock_own(session, found.id, person_id=found.person_id)
    row = session.get_one(Declaration, declaration_id, populate_existing=True)
    if row.state is not DeclarationState.DECLARED:
        raise Conflict("declaration_judged_already", state=row.state)
    if state is DeclarationState.DECLARED:
        raise Invalid("declaration_verify_or_return")
    if state is DeclarationState.RETURNED and not comment.strip():
        raise Invalid("declaration_say_what_is_missing")
    require_studying(enrolment)
    row.state, row.comment, row.verified_by, row.verified_at = state, comment.strip(), by.person_id, now
    session.flush()
    _note(session, row, enrolment, by=by, now=now)
    if state is DeclarationState.VERIFIED:
        write_result(session, enrolment, row.module, counted_seconds=row.seconds, completed_at=now, now=now)
    return row


def _note(session: Session, row: Declaration, enrolment: Enrolment, *, by: Actor, now: datetime) -> None:
    record(
        session, "declaration.judge", actor=by, subject_kind="declaration", subject_id=row.id, now=now,
        state=row.state.value, seconds=row.seconds,
    )  # fmt: skip
    tell(
        session, f"declaration.{row.state.value}", recipient_id=enrolment.person_id, subject_kind="declaration",
        subject_id=row.id, due_slot="", link=f"/study/{enrolment.id}/modules/{row.module_id}", now=now,
        module=row.module.title, comment=row.comment,
    )  # fmt: skip


def get_evidence(session: Session, declaration_id: int, sha256: str, *, by: Actor) -> Document:
    """What is remembered of one piece of evidence; for the declaring teacher and those who read their school."""
    row = session.scalar(
        select(Declaration)
        .join(Declaration.enrolment)
        .join(Enrolment.person)
        .where(
            Declaration.id == declaration_id, or_(Person.id == by.person_id, people_within(by, *READERS))
        )
    )  # fmt: skip
    kept = next((file for file in (row.evidence if row else ()) if file["sha256"] == sha256), None)
    if kept is None:
        raise NotFound("evidence_not_found")
    return kept
