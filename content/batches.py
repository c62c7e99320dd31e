"""Applied workbooks of one kind: the last one that can still be undone, and the record of both acts."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.formats.rows import Diff
from core.access import Actor, Role, organisations_within
from core.audit import BatchKind, ImportBatch, record
from core.db import Document
from core.errors import Conflict, Invalid, NotFound
from core.people import Organisation

WRITERS = (Role.EDITOR, Role.ADMINISTRATOR)


def refuse_unclean(diff: Diff) -> None:
    """All or nothing: one refused row stops the whole workbook."""
    if not diff.is_clean:
        raise Invalid("import_refused", n_refused=len(diff.refusals))


def keep_batch(
    session: Session, kind: BatchKind, diff: Diff, changes: list[Document], *,
    data: bytes, name: str, by: Actor | None, now: datetime,
) -> ImportBatch:  # fmt: skip
    """Record an applied workbook, with what each row was before."""
    batch = ImportBatch(
        kind=kind, file_name=name, digest=hashlib.sha256(data).hexdigest(), organisation_id=_place(by),
        applied_by=by.person_id if by else None, applied_at=now, n_new=diff.n_new, n_changed=diff.n_changed,
        n_unchanged=diff.n_unchanged, changes=changes,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    record(
        session, "import.apply", actor=by, subject_kind="import_batch", subject_id=batch.id, now=now,
        organisation_id=batch.organisation_id, kind=kind.value, file=name, n_new=diff.n_new, n_changed=diff.n_changed,
    )  # fmt: skip
    return batch


def batches_of(session: Session, kind: BatchKind, *, by: Actor | None, limit: int = 20) -> Sequence[ImportBatch]:
    """Workbooks applied within the actor's reach, newest first."""
    statement = select(ImportBatch).where(ImportBatch.kind == kind)
    if by is not None:
        within = select(Organisation.id).where(organisations_within(by, *WRITERS))
        statement = statement.where(ImportBatch.organisation_id.in_(within))
    return session.scalars(statement.order_by(ImportBatch.id.desc()).limit(limit)).all()


def get_batch(session: Session, kind: BatchKind, batch_id: int, *, by: Actor | None) -> ImportBatch:
    """One applied workbook within the actor's reach, or NotFound."""
    statement = select(ImportBatch).where(ImportBatch.kind == kind, ImportBatch.id == batch_id)
    if by is not None:
        within = select(Organisation.id).where(organisations_within(by, *WRITERS))
        statement = statement.where(ImportBatch.organisation_id.in_(within))
    found = session.scalar(statement)
    if found is None:
        raise NotFound("batch_not_found", batch=batch_id)
    return found


def is_last(session: Session, batch: ImportBatch) -> bool:
    """Whether the batch still stands and none of its kind came after it."""
    last = session.scalar(
        select(ImportBatch.id)
        .where(ImportBatch.kind == batch.kind, ImportBatch.undone_at.is_(None))
        .order_by(ImportBatch.id.desc())
        .limit(1)
    )
    return last == batch.id


def refuse_not_last(session: Session, batch: ImportBatch) -> None:
    """Only the last batch of a kind that still stands can be undone, and once."""
    if batch.undone_at is not None:
        raise Conflict("batch_undone_already", batch=batch.id)
    if not is_last(session, batch):
        raise Conflict("batch_not_the_last", batch=batch.id)


def mark_undone(session: Session, batch: ImportBatch, *, by: Actor | None, now: datetime) -> None:
    """Record that a batch was taken back."""
    batch.undone_at = now
    session.flush()
    record(
        session, "import.undo", actor=by, subject_kind="import_batch", subject_id=batch.id, now=now,
        organisation_id=batch.organisation_id, kind=batch.kind.value, file=batch.file_name,
    )  # fmt: skip


def _place(by: Actor | None) -> int | None:
    """The highest place at which the actor may write content."""
    if by is None:
        return None
    held = sorted((len(reach.path), reach.organisation_id) for reach in by.reaches if reach.role in WRITERS)
    return held[0][1] if held else None
