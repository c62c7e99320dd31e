"""A new password by e-mail: a link that works once and for half an hour."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.access import PasswordReset
from core.errors import NotFound
from core.outbox import Message, tell
from core.people import Person, get_person

GOOD_FOR = timedelta(minutes=30)
MOST_AN_HOUR = 3
RULE = "account.reset"


def ask_for_reset(session: Session, person: Person, *, now: datetime) -> PasswordReset | None:
    """Send a link to the person's e-mail address; None when there is none, or enough links went out already."""
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))  # one at a time
    recent = session.scalar(
        select(func.count()).select_from(PasswordReset).where(
            PasswordReset.person_id == person.id, PasswordReset.created_at > now - timedelta(hours=1)
        )
    )  # fmt: skip
    if not person.email or (recent or 0) >= MOST_AN_HOUR:
        return None
    token = secrets.token_urlsafe(32)
    reset = PasswordReset(
        person_id=person.id, token_digest=_digest(token), expires_at=now + GOOD_FOR, created_at=now
    )  # fmt: skip
    session.add(reset)
    session.flush()
    tell(
        session, RULE, recipient_id=person.id, subject_kind="password_reset", subject_id=reset.id,
        due_slot=now.isoformat(), link=f"/account/reset/{token}", now=now, is_mandatory=True,
        minutes=int(GOOD_FOR.total_seconds()) // 60,
    )  # fmt: skip
    return reset


def get_reset(session: Session, token: str, *, now: datetime) -> tuple[PasswordReset, Person]:
    """The live reset a link stands for, or NotFound: unknown, used and too old look alike."""
    found = session.scalar(
        select(PasswordReset).where(
            PasswordReset.token_digest == _digest(token), PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
    )  # fmt: skip
    if found is None:
        raise NotFound("reset_link_dead")
    person = get_person(session, found.person_id)
    if not person.is_active:
        raise NotFound("reset_link_dead")
    return found, person


def use_up(session: Session, reset: PasswordReset, *, now: datetime) -> None:
    """Spend a link, and every other open link of the person; exactly one of two tabs gets through."""
    spent = session.scalars(
        update(PasswordReset)
        .where(PasswordReset.id == reset.id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
        .returning(PasswordReset.id)
    ).all()
    if not spent:
        raise NotFound("reset_link_dead")
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == reset.person_id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    # The link stood in the message; it leads nowhere now and need not be kept.
    session.execute(
        update(Message).where(Message.rule == RULE, Message.recipient_id == reset.person_id).values(link="/account")
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
