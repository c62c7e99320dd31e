"""What need not be kept: old tries to sign in, dead reset links, the schedule's own past; and forgotten study."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Delete, delete, func, select
from sqlalchemy.orm import Session, aliased

from core.access import PasswordReset, SignInAttempt
from core.db import Document
from core.outbox import JobSlot
from learning.study.sessions import end_stale

KEEP_ATTEMPTS = timedelta(days=30)
KEEP_RESETS = timedelta(days=7)
KEEP_SLOTS = timedelta(days=30)


def clean_up(session: Session, *, now: datetime) -> Document:
    """End study nobody touches any more and delete what is past its time; how many of each."""
    later = aliased(JobSlot)
    newest = select(func.max(later.slot_at)).where(later.job == JobSlot.job).correlate(JobSlot).scalar_subquery()
    return {
        "sessions_ended": end_stale(session, now=now),
        "attempts": _n(session, delete(SignInAttempt).where(SignInAttempt.at < now - KEEP_ATTEMPTS)),
        "resets": _n(session, delete(PasswordReset).where(PasswordReset.expires_at < now - KEEP_RESETS)),
        "slots": _n(session, delete(JobSlot).where(JobSlot.slot_at < now - KEEP_SLOTS, JobSlot.slot_at < newest)),
    }


def _n(session: Session, statement: Delete) -> int:
    gone: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        statement, execution_options={"synchronize_session": False}
    )
    return int(gone.rowcount)
