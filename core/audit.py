"""The record of sensitive acts, written in the same transaction as the act; and batches that can be undone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor
from core.db import Base, Document, sentence, term


class AuditEntry(Base):
    """Who did what to which subject, when; appended, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    action: Mapped[str]  # verb of the act, for instance "role.give", "ledger.reverse"
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    detail: Mapped[Document] = mapped_column(default=dict)


class BatchKind(StrEnum):
    """What a workbook can bring in."""

    PEOPLE = "people"
    CATALOGUE = "catalogue"
    ITEMS = "items"


class ImportBatch(Base):
    """One applied workbook: what each row changed, so that the last batch of a kind can be undone."""

    __tablename__ = "import_batch"
    __table_args__ = (
        sentence("a_batch_is_undone_after_it_is_applied", "undone_at IS NULL OR undone_at >= applied_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[BatchKind] = mapped_column(term(BatchKind))
    file_name: Mapped[str]
    digest: Mapped[str]  # sha256 of the file
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    applied_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    n_new: Mapped[int]
    n_changed: Mapped[int]
    n_unchanged: Mapped[int]
    changes: Mapped[list[Document]] = mapped_column(default=list)  # per changed row: what it was before


def record(
    session: Session,
    action: str,
    *,
    actor: Actor | None,
    subject_kind: str,
    subject_id: int | None,
    now: datetime,
    organisation_id: int | None = None,
    **detail: object,
) -> AuditEntry:
    """Append an audit entry to the transaction of the act itself; ``actor`` None means a scheduled job or the CLI."""
    entry = AuditEntry(
        at=now,
        actor_id=actor.person_id if actor else None,
        organisation_id=organisation_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        detail=detail,
    )
    session.add(entry)
    session.flush()
    return entry
