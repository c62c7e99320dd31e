"""Messages to people and slots of the schedule: both unique in the database, so both happen once.

A message is a row written in the transaction of the act that causes it. Its rule, recipient,
subject and due slot are unique together: whoever comes second changes nothing.

    in-site inbox: at once, for every message
    e-mail:        pending -> sent | failed (after the last try) ; suppressed when opted out or no address
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, ForeignKey, Index, UniqueConstraint, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Document, term
from core.errors import NotFound


class MailState(StrEnum):
    """Where the e-mail copy of a message stands: pending -> sent | failed; or suppressed from the start."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Message(Base):
    """One thing a person is told. Words are made from ``rule`` and ``figures`` in the reader's language."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("rule", "recipient_id", "subject_kind", "subject_id", "due_slot", name="uq_message_told_once"),
        Index("ix_message_recipient_id_created_at", "recipient_id", "created_at"),
        Index("ix_message_mail_state_next_try_at", "mail_state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    due_slot: Mapped[str]  # the due moment it belongs to, for instance "2026-12-31#-7"
    figures: Mapped[Document] = mapped_column(default=dict)
    link: Mapped[str]
    is_mandatory: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_state: Mapped[MailState] = mapped_column(term(MailState))
    n_tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class OptOut(Base):
    """A kind of e-mail a person does not want; the inbox still shows it, mandatory kinds are sent anyway."""

    __tablename__ = "message_opt_out"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)


class JobSlot(Base):
    """One due run of a scheduled job: claimed by one process at a time, done once."""

    __tablename__ = "job_slot"
    __table_args__ = (UniqueConstraint("job", "slot_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    slot_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[Document] = mapped_column(default=dict)


def tell(
    session: Session,
    rule: str,
    *,
    recipient_id: int,
    subject_kind: str,
    subject_id: int,
    due_slot: str,
    link: str,
    now: datetime,
    is_mandatory: bool = False,
    **figures: object,
) -> Message | None:
    """Write the message unless it was written before; None says it already stands."""
    known = select(Message.id).where(
        Message.rule == rule, Message.recipient_id == recipient_id, Message.subject_kind == subject_kind,
        Message.subject_id == subject_id, Message.due_slot == due_slot,
    )  # fmt: skip
    if session.scalar(known) is not None:
        return None
    opted_out = session.get(OptOut, (recipient_id, rule)) is not None and not is_mandatory
    message = Message(
        rule=rule, recipient_id=recipient_id, subject_kind=subject_kind, subject_id=subject_id, due_slot=due_slot,
        figures=figures, link=link, is_mandatory=is_mandatory, created_at=now,
        mail_state=MailState.SUPPRESSED if opted_out else MailState.PENDING,
        next_try_at=None if opted_out else now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        return None  # another process told it in the same moment
    return message


def inbox_of(session: Session, person_id: int, *, limit: int = 50) -> Sequence[Message]:
    """A person's messages, newest first."""
    return session.scalars(
        select(Message).where(Message.recipient_id == person_id)
        .order_by(Message.created_at.desc(), Message.id.desc()).limit(limit)
    ).all()  # fmt: skip


def n_unread(session: Session, person_id: int) -> int:
    """How many messages wait to be read."""
    count = (
        select(func.count()).select_from(Message).where(Message.recipient_id == person_id, Message.read_at.is_(None))
    )
    return session.scalar(count) or 0


def mark_read(session: Session, person_id: int, message_id: int, *, now: datetime) -> Message:
    """Note that the person opened the message; a second time changes nothing."""
    found = session.scalar(select(Message).where(Message.id == message_id, Message.recipient_id == person_id))
    if found is None:
        raise NotFound("message_not_found", id=message_id)
    if found.read_at is None:
        found.read_at = now
        session.flush()
    return found


def claim_slot(session: Session, job: str, slot_at: datetime, *, worker: str, lease: timedelta, now: datetime) -> bool:
    """Compare-and-swap on the slot: True for exactly one worker until it finishes or its lease runs out."""
    # The slot may stand already; who holds it is decided by the update below.
    with suppress(IntegrityError), session.begin_nested():
        session.add(JobSlot(job=job, slot_at=slot_at))
    claimed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(JobSlot)
        .where(
            JobSlot.job == job, JobSlot.slot_at == slot_at, JobSlot.finished_at.is_(None),
            (JobSlot.lease_until.is_(None)) | (JobSlot.lease_until < now),
        )
        .values(claimed_by=worker, lease_until=now + lease)
    )  # fmt: skip
    return bool(claimed.rowcount == 1)


def finish_slot(
    session: Session, job: str, slot_at: datetime, *, worker: str, outcome: Document, now: datetime
) -> bool:
    """Close a slot this worker still holds; False when the lease was lost to another."""
    closed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(JobSlot)
        .where(
            JobSlot.job == job, JobSlot.slot_at == slot_at, JobSlot.claimed_by == worker, JobSlot.finished_at.is_(None)
        )
        .values(finished_at=now, outcome=outcome)
    )
    return bool(closed.rowcount == 1)
