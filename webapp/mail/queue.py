"""The letters that are due, claimed by one worker at a time.

A claim is a compare-and-swap on the number of tries: whoever raises it holds the letter until the next
try is due. A worker that dies between the server's yes and our note of it is the one case in which a
letter can go out twice; its Message-ID stays the same, so that mail programs show it once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, exists, false, or_, select, update
from sqlalchemy.orm import Session

from core.outbox import MailState, Message, OptOut
from core.people import Person
from webapp.mail.timing import MAX_TRIES, STALE_AFTER, find_digest_cut, is_quiet, wait_after

# Somebody sits and waits for these: they go out at night and outside any digest, and their link is a secret
# that must not stay in the inbox once it is sent.
URGENT = ("account.reset",)


@dataclass(frozen=True)
class Letter:
    """One e-mail to one person about one message, or about several as a digest."""

    recipient: Person
    messages: tuple[Message, ...]

    @property
    def is_digest(self) -> bool:
        first = self.messages[0]
        return self.recipient.wants_digest and not first.is_mandatory and first.rule not in URGENT


class ClaimedElsewhere(Exception):
    """Another worker holds (part of) this letter."""


def letters_due(session: Session, *, now: datetime, limit: int) -> list[Letter]:
    """Letters that may leave now, those that wait longest first; a person's digest is always whole."""
    may_leave = [Message.mail_state == MailState.PENDING, Message.next_try_at <= now, _is_time(now)]
    recipients = (
        select(Person.id).join(Message, Message.recipient_id == Person.id).where(*may_leave)
        .group_by(Person.id).order_by(Person.id).limit(limit)
    )  # fmt: skip
    rows = session.execute(
        select(Message, Person).join(Person, Person.id == Message.recipient_id)
        .where(*may_leave, Person.id.in_(recipients)).order_by(Person.id, Message.id)
    ).all()  # fmt: skip
    letters: list[Letter] = []
    for _person_id, group in groupby(rows, key=lambda row: row.Person.id):
        singles = [Letter(row.Person, (row.Message,)) for row in group]
        together = [letter for letter in singles if letter.is_digest]
        letters += [letter for letter in singles if not letter.is_digest]
        if together:
            letters.append(replace(together[0], messages=tuple(one.messages[0] for one in together)))
    return sorted(letters, key=lambda letter: min(message.next_try_at or now for message in letter.messages))


def _is_time(now: datetime) -> ColumnElement[bool]:
    cut = find_digest_cut(now)
    calm: ColumnElement[bool] = false()
    if not is_quiet(now):
        collected = and_(Person.wants_digest, Message.created_at < cut) if cut is not None else false()
        calm = or_(~Person.wants_digest, Message.is_mandatory, collected)
    return or_(Message.rule.in_(URGENT), calm)


def suppress_unwanted(session: Session, *, now: datetime) -> int:
    """Take out of the queue what is not to be mailed: no address, left, opted out since, or told long ago."""
    nobody = exists().where(Person.id == Message.recipient_id, or_(Person.email.is_(None), Person.is_active.is_(False)))
    opted_out = exists().where(OptOut.person_id == Message.recipient_id, OptOut.rule == Message.rule)
    stale = and_(Message.n_tries == 0, Message.created_at < now - STALE_AFTER)
    taken: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Message)
        .where(
            Message.mail_state == MailState.PENDING,
            or_(nobody, stale, and_(opted_out, Message.is_mandatory.is_(False))),
        )
        .values(mail_state=MailState.SUPPRESSED, next_try_at=None)
        .execution_options(synchronize_session=False)
    )
    return int(taken.rowcount)


def claim(session: Session, letter: Letter, *, now: datetime) -> None:
    """Count one more try for every message of the letter, or raise: the caller's transaction is then forgotten."""
    for message in letter.messages:
        tried = message.n_tries + 1
        won: CursorResult[Any] = session.execute(  # type: ignore[assignment]
            update(Message)
            .where(
                Message.id == message.id, Message.mail_state == MailState.PENDING,
                Message.n_tries == message.n_tries, Message.next_try_at <= now,
            )
            .values(n_tries=tried, next_try_at=now + wait_after(tried))
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if won.rowcount != 1:
            raise ClaimedElsewhere


def note_sent(session: Session, letter: Letter, *, now: datetime) -> None:
    """The mail server took the letter."""
    _settle(session, letter.messages, state=MailState.SENT, sent_at=now)


def note_failed(session: Session, letter: Letter, *, is_final: bool) -> int:
    """The letter did not get through: given up when refused for good or after the last try. How many were given up."""
    over = [message for message in letter.messages if is_final or message.n_tries + 1 >= MAX_TRIES]
    if over:
        _settle(session, over, state=MailState.FAILED, sent_at=None)
    return len(over)


def _settle(session: Session, messages: Sequence[Message], *, state: MailState, sent_at: datetime | None) -> None:
    ids = [message.id for message in messages]
    settled = {"mail_state": state, "sent_at": sent_at, "next_try_at": None}
    pending = update(Message).where(Message.id.in_(ids), Message.mail_state == MailState.PENDING)
    session.execute(
        pending.where(Message.rule.in_(URGENT)).values(**settled, link="/account"),
        execution_options={"synchronize_session": False},
    )
    session.execute(pending.values(**settled), execution_options={"synchronize_session": False})
