"""One-time passwords: made at random, shown once, kept only as a hash."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core import audit
from core.access import (
    Actor,
    Credential,
    Grant,
    Role,
    check_outranks,
    keep_password,
    organisations_within,
    people_within,
)
from core.audit import ImportBatch
from core.errors import Conflict, NotAllowed
from core.people import Organisation, Person

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another on paper
GROUPS, GROUP_SIZE = 3, 4  # 31 letters to the 12th: 59 bits

Hash = Callable[[str], str]


def one_time_password() -> str:
    """Twelve random letters in three groups, easy to copy by hand."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP_SIZE)) for _ in range(GROUPS))


def reset_password(session: Session, person: Person, *, by: Actor, hash_of: Hash, now: datetime) -> str:
    """Give a person a new one-time password, end their sessions, and return it to be shown once."""
    if person.id == by.person_id:
        raise NotAllowed("own_password_elsewhere")
    check_outranks(session, by, person.id)
    password = one_time_password()
    keep_password(session, person.id, hash_of(password), must_change=True, now=now)
    audit.record(
        session, "password.reset", actor=by, subject_kind="person", subject_id=person.id, now=now,
    )  # fmt: skip
    return password


def awaiting_password(session: Session, batch: ImportBatch, *, by: Actor | None = None) -> Sequence[Person]:
    """People who came with the batch and never signed in, by name; an actor is shown who is still theirs to help."""
    ids = [change["person_id"] for change in batch.changes if change["kind"] == "new"]
    found: list[Person] = []
    for start in range(0, len(ids), 500):
        found += session.scalars(
            select(Person)
            .outerjoin(Credential, Credential.person_id == Person.id)
            .where(Person.id.in_(ids[start : start + 500]), Person.is_active)
            .where(or_(Credential.person_id.is_(None), Credential.must_change), *_theirs(by))
        )
    return sorted(found, key=lambda person: person.name_sort)


def _theirs(by: Actor | None) -> list[ColumnElement[bool]]:
    """Conditions on Person: works in the actor's subtree and holds no role beyond it."""
    if by is None:
        return []
    wider = (
        select(Grant.person_id)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(
            Grant.revoked_at.is_(None), Grant.role != Role.TEACHER, ~organisations_within(by, Role.ADMINISTRATOR)
        )
    )  # fmt: skip
    return [people_within(by, Role.ADMINISTRATOR), Person.id.not_in(wider)]


def issue_passwords(
    session: Session, batch: ImportBatch, *, by: Actor | None, hash_of: Hash, now: datetime
) -> list[tuple[Person, str]]:
    """A one-time password for everybody of the batch who never signed in; earlier ones stop working."""
    if batch.undone_at is not None:
        raise Conflict("people_batch_undone_already")
    people = awaiting_password(session, batch, by=by)
    if not people:
        raise Conflict("people_batch_nobody_waits")
    issued = [(person, one_time_password()) for person in people]
    for person, password in issued:
        keep_password(session, person.id, hash_of(password), must_change=True, now=now)
    audit.record(
        session, "password.issue", actor=by, subject_kind="import_batch", subject_id=batch.id, now=now,
        organisation_id=batch.organisation_id, n=len(issued),
    )  # fmt: skip
    return issued
