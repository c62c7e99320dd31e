"""What was measured on a module, and why not all of it counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import CourseModule
from content.terms import ModuleKind
from learning.engine.evidence import (
    SECOND_MS,
    Range,
    Stretch,
    counted_seconds,
    covered_ms,
    is_fully_watched,
    missing_ranges,
    union,
)
from learning.study.models import StudyInterval, StudySession

MEASURED_KINDS = (ModuleKind.READING, ModuleKind.VIDEO, ModuleKind.QUIZ)


@dataclass(frozen=True)
class Measured:
    """Seconds of one person on one module.

    counted: what would count now. active: visible, active time before the cap. open: how long the
    module stood open at all; what is open and not active was hidden, idle or offline. For a film also
    the ranges really played and those still missing, in milliseconds.
    """

    counted_seconds: int
    active_seconds: int
    open_seconds: int
    played: tuple[Range, ...] = ()
    missing: tuple[Range, ...] = ()
    is_fully_watched: bool = False


def film_ms(module: CourseModule) -> int:
    """Length of a video module's film: the sum of its scenes, else what the material says, else its nominal time."""
    scenes = module.material.get("scenes") or []
    seconds = sum(int(scene["seconds"]) for scene in scenes) or int(module.material.get("seconds") or module.seconds)
    return seconds * SECOND_MS


def measured(session: Session, enrolment_id: int, module: CourseModule) -> Measured:
    """All that was measured of an enrolment on a module, on whatever device."""
    rows = session.scalars(
        select(StudyInterval).where(StudyInterval.enrolment_id == enrolment_id, StudyInterval.module_id == module.id)
    ).all()
    stretches = [Stretch(row.from_at, row.to_at) for row in rows]
    active = counted_seconds(stretches, cap_seconds=10**9)
    opened = _open_seconds(session, enrolment_id, module.id)
    if module.kind is not ModuleKind.VIDEO:
        return Measured(min(active, module.seconds), active, max(active, opened))
    return _film_measured(module, rows, active=active, opened=opened)


def _film_measured(module: CourseModule, rows: Sequence[StudyInterval], *, active: int, opened: int) -> Measured:
    """A film counts the seconds really played, each once; watched in full it counts whole, never longer than it is."""
    length = film_ms(module)
    ranges = [(r.media_from_ms, r.media_to_ms) for r in rows if r.media_from_ms is not None and r.media_to_ms]
    is_full = is_fully_watched(ranges, length_ms=length)
    played = min(module.seconds, (length if is_full else covered_ms(ranges)) // SECOND_MS)
    return Measured(
        played, active, max(active, opened), tuple(union(ranges)), tuple(missing_ranges(ranges, length_ms=length)),
        is_full,
    )  # fmt: skip


def _open_seconds(session: Session, enrolment_id: int, module_id: int) -> int:
    rows = session.execute(
        select(StudySession.started_at, StudySession.last_at).where(
            StudySession.enrolment_id == enrolment_id, StudySession.module_id == module_id
        )
    )
    return sum(int((last_at - started_at).total_seconds()) for started_at, last_at in rows)
