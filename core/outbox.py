"""Messages to people and slots of the schedule: both unique in the database, so both happen once.

A message is a row written in the transaction of the act that causes it. Its rule, recipient,
subject and due slot are unique together: whoever comes second changes nothing.

    in-site inbox: at once, for every message
    e-mail:        pending -> sent | failed (after the last try) ; suppressed when opted out or no address
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, ForeignKey, Index, UniqueConstraint, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
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


@dataclass(frozen=True)
class Notice:
    """Something somebody is to be told, not written yet. The first five name it: it is told once."""

    rule: str
    recipient_id: int
    subject_kind: str
    subject_id: int
    due_slot: str
    link: str
    is_mandatory: bool = False
    figures: Document = field(default_factory=dict)


def tell_many(session: Session, notices: Sequence[Notice], *, now: datetime) -> int:
    """Write many messages in one statement; those that stand already, or appear meanwhile, are passed over."""
    if not notices:
        return 0
    optional = sorted({(notice.recipient_id, notice.rule) for notice in notices if not notice.is_mandatory})
    pair = tuple_(OptOut.person_id, OptOut.rule)
    unwanted = {tuple(row) for row in session.execute(select(OptOut.person_id, OptOut.rule).where(pair.in_(optional)))}
    rows = []
    for notice in notices:
        is_mailed = notice.is_mandatory or (notice.recipient_id, notice.rule) not in unwanted
        rows.append(
            {
                "rule": notice.rule, "recipient_id": notice.recipient_id, "subject_kind": notice.subject_kind,
                "subject_id": notice.subject_id, "due_slot": notice.due_slot, "link": notice.link,
                "figures": notice.figures, "is_mandatory": notice.is_mandatory, "created_at": now, "n_tries": 0,
                "mail_state": MailState.PENDING if is_mailed else MailState.SUPPRESSED,
                "next_try_at": now if is_mailed else None,
            }
        )  # fmt: skip
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    written = session.scalars(insert(Message).on_conflict_do_nothing().returning(Message.id), rows)
    return len(written.all())


def inbox_of(
    session: Session, person_id: int, *, only_unread: bool = False, limit: int = 50, offset: int = 0
) -> Sequence[Message]:
    """A person's messages, newest first."""
    wanted = select(Message).where(Message.recipient_id == person_id)
    if only_unread:
        wanted = wanted.where(Message.read_at.is_(None))
    return session.scalars(
        wanted.order_by(Message.created_at.desc(), Message.id.desc()).limit(limit).offset(offset)
    ).all()


def n_messages(session: Session, person_id: int) -> int:
    """How many messages a person has been told in all."""
    return session.scalar(select(func.count()).select_from(Message).where(Message.recipient_id == person_id)) or 0


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


def mark_all_read(session: Session, person_id: int, *, now: datetime) -> int:
    """Note that the person has seen everything that waits; how many there were."""
    seen: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Message).where(Message.recipient_id == person_id, Message.read_at.is_(None)).values(read_at=now)
    )
    return int(seen.rowcount)


def opted_out_of(session: Session, person_id: int) -> frozenset[str]:
    """The rules a person does not want by e-mail."""
    return frozenset(session.scalars(select(OptOut.rule).where(OptOut.person_id == person_id)))


def choose_mail(session: Session, person_id: int, *, unwanted: Collection[str], among: Collection[str]) -> None:
    """Keep which of these rules a person does not want by e-mail; other rules stay as they were chosen."""
    session.execute(delete(OptOut).where(OptOut.person_id == person_id, OptOut.rule.in_(sorted(among))))
    session.add_all(OptOut(person_id=person_id, rule=rule) for rule in sorted(set(unwanted) & set(among)))
    session.flush()


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
    return _change_held_slot(session, job, slot_at, worker, finished_at=now, outcome=outcome)


def renew_slot(session: Session, job: str, slot_at: datetime, *, worker: str, lease_until: datetime) -> bool:
    """Move the end of the lease of a slot this worker still holds; False when it was lost to another."""
    return _change_held_slot(session, job, slot_at, worker, lease_until=lease_until)


def give_back_slot(
    session: Session, job: str, slot_at: datetime, *, worker: str, outcome: Document, not_before: datetime
) -> bool:
    """Leave a slot this worker holds to be done again, by anybody, after a moment."""
    return _change_held_slot(session, job, slot_at, worker, lease_until=not_before, outcome=outcome)


def _change_held_slot(session: Session, job: str, slot_at: datetime, worker: str, **values: object) -> bool:
    """Write to an unfinished slot only while this worker holds it; False when it was lost to another."""
    changed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(JobSlot)
        .where(
            JobSlot.job == job, JobSlot.slot_at == slot_at, JobSlot.claimed_by == worker, JobSlot.finished_at.is_(None)
        )
        .values(**values)
    )  # fmt: skip
    return bool(changed.rowcount == 1)


def find_slot(session: Session, job: str, slot_at: datetime) -> JobSlot | None:
    """A slot that somebody claimed at some time."""
    return session.scalar(select(JobSlot).where(JobSlot.job == job, JobSlot.slot_at == slot_at))


def find_last_slot(session: Session, job: str) -> JobSlot | None:
    """The latest slot of a job that anybody claimed."""
    return session.scalar(select(JobSlot).where(JobSlot.job == job).order_by(JobSlot.slot_at.desc()).limit(1))
