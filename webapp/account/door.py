"""Coming in: a try is counted before it is looked at, so that many at once cannot outrun the count."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.access import Actor, Credential, SignInAttempt, find_actor, keep_password
from core.errors import Invalid, NotFound
from core.people import Person
from webapp.account.passwords import check_password, hash_password, is_password
from webapp.account.throttle import digest, wait_seconds
from webapp.auth import Account
from webapp.database import Database


@dataclass(frozen=True)
class Try:
    """One try at the door: who it may be, what their hash is, and how long they have to wait first."""

    attempt_id: int | None
    person_id: int | None
    password_hash: str | None
    wait_seconds: int


def find_person(session: Session, identifier: str) -> Person | None:
    """The active person with this staff number or e-mail, in whatever case it was typed."""
    given = unicodedata.normalize("NFKC", identifier).strip().lower()
    if not given:
        return None
    column = Person.email if "@" in given else Person.staff_no
    found = session.scalars(select(Person).where(func.lower(column) == given, Person.is_active).limit(2)).all()
    return found[0] if len(found) == 1 else None


def knock(database: Database, identifier: str, *, address: str, secret: str, now: datetime) -> Try:
    """Count the try as failed, in its own transaction, unless one has to wait; only success takes that back."""
    with database.unit_of_work() as session:
        person = find_person(session, identifier)
        credential = (
            session.scalar(select(Credential).where(Credential.person_id == person.id).with_for_update())
            if person is not None
            else None
        )
        given = unicodedata.normalize("NFKC", identifier).strip().lower()
        name = digest(secret, "person", str(person.id)) if person else digest(secret, "identifier", given)
        place = digest(secret, "address", address)
        wait = wait_seconds(
            session, identifier_digest=name, address_digest=place,
            since=credential.changed_at if credential else None, now=now,
        )  # fmt: skip
        if wait:
            return Try(None, None, None, wait)
        attempt = SignInAttempt(identifier_digest=name, address_digest=place, is_success=False, at=now)
        session.add(attempt)
        session.flush()
        password_hash = credential.password_hash if credential is not None else None
        return Try(attempt.id, person.id if person else None, password_hash, 0)


def come_in(session: Session, tried: Try) -> Account | None:
    """The account for a try whose password fitted; notes the success."""
    account = find_account(session, tried.person_id or 0)
    attempt = session.get(SignInAttempt, tried.attempt_id or 0)
    if account is None or attempt is None:
        return None
    attempt.is_success = True
    session.flush()
    return account


def find_account(session: Session, person_id: int) -> Account | None:
    """The account of an active person who has a password."""
    actor = find_actor(session, person_id)
    credential = session.get(Credential, person_id)
    return Account(actor, credential) if actor is not None and credential is not None else None


def get_demo_account(session: Session, staff_no: str) -> Account:
    """The account behind a sign-in card of the demo."""
    person = session.scalar(select(Person).where(Person.staff_no == staff_no, Person.is_active))
    account = find_account(session, person.id) if person is not None else None
    if account is None:
        raise NotFound("person_not_found", id=staff_no)
    return account


def is_own_password(session: Session, person_id: int, password: str) -> bool:
    """Whether this is the person's present password."""
    credential = session.get(Credential, person_id)
    return is_password(password, credential.password_hash if credential is not None else None)


def choose_password(session: Session, person: Person, password: str, *, by: Actor | None, now: datetime) -> Account:
    """Set the password a person chose; every other session of theirs ends."""
    check_password(password, person)
    if is_own_password(session, person.id, password):
        raise Invalid("password_same")
    credential = keep_password(session, person.id, hash_password(password), must_change=False, now=now)
    audit.record(
        session, "password.choose", actor=by, subject_kind="person", subject_id=person.id, now=now
    )  # fmt: skip
    actor = find_actor(session, person.id)
    if actor is None:
        raise NotFound("person_not_found", id=person.id)
    return Account(actor, credential)
