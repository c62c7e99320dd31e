"""What leaves the house as a workbook, and the record that it left."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import AuditEntry, record
from core.people import Organisation


class Export(StrEnum):
    """Reports that can be taken out."""

    HOURS = "hours"
    NOT_STARTED = "not-started"
    NEED = "need"
    PEOPLE = "people"


def record_export(
    session: Session, what: Export, organisation: Organisation, *, actor: Actor | None, n_rows: int, now: datetime
) -> AuditEntry:
    """Note who took which report of which place; None stands for the command line."""
    return record(
        session, "report.export", actor=actor, subject_kind="organisation", subject_id=organisation.id, now=now,
        organisation_id=organisation.id, report=what.value, n_rows=n_rows,
    )  # fmt: skip
