"""Measuring study: one live session a person, and signed beats whose order and number the server keeps.

The browser gets the signature of beat 1 when it opens a module, and of beat n + 1 in the answer to
beat n. A beat sent twice, or late, finds its number used and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.models import CourseModule
from content.terms import ModuleKind
from core.errors import Conflict, Invalid, NotFound
from learning.engine.codes import beat_signature, is_beat_signature
from learning.engine.evidence import Range, Stretch, accept_beat, accept_range
from learning.study.measure import MEASURED_KINDS, Measured, film_ms, measured
from learning.study.models import StudyInterval, StudySession
from learning.study.results import find_result, get_module, lock_own, require_studying

STALE_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class OpenStudy:
    """A module that is now measured: what the browser needs for its first beat."""

    session_id: int
    seq: int
    signature: str
    ended_elsewhere: bool  # another device was studying and has been stopped
    measured: Measured


@dataclass(frozen=True)
class Beat:
    """What became of a beat: whether this session still lives, what the next beat needs, what counts now."""

    is_live: bool
    seq: int
    signature: str
    measured: Measured


def open_session(
    session: Session, enrolment_id: int, module_id: int, *, person_id: int, device: str, secret: bytes, now: datetime
) -> OpenStudy:
    """Start measuring a module on this device; a session of the person anywhere else ends here."""
    enrolment = lock_own(session, enrolment_id, person_id=person_id)
    require_studying(enrolment)
    module = get_module(session, enrolment, module_id, *MEASURED_KINDS)
    if find_result(session, enrolment_id, module_id) is not None:
        raise Conflict("module_done", module=module.title)
    others = _end_live(session, person_id, now=now)
    # A clock of another server may run ahead: what it measured is not measured again.
    start = max([now, *(other.last_at for other in others)])
    study = StudySession(
        person_id=person_id, enrolment_id=enrolment_id, module_id=module_id, device=device[:64], started_at=start,
        last_at=start,
    )  # fmt: skip
    session.add(study)
    session.flush()
    return OpenStudy(
        study.id, 1, beat_signature(secret, session_id=study.id, seq=1),
        ended_elsewhere=any(other.device != study.device for other in others),
        measured=measured(session, enrolment_id, module),
    )  # fmt: skip


def _end_live(session: Session, person_id: int, *, now: datetime) -> Sequence[StudySession]:
    """End what the person has open; gives back only what was still in use a minute ago or less."""
    live = session.scalars(
        select(StudySession)
        .where(StudySession.person_id == person_id, StudySession.ended_at.is_(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for study in live:
        study.ended_at = max(now, study.last_at)
    session.flush()
    return [study for study in live if now - study.last_at <= timedelta(minutes=1)]


def take_interval(
    session: Session,
    session_id: int,
    *,
    person_id: int,
    seq: int,
    signature: str,
    claimed_ms: int,
    secret: bytes,
    now: datetime,
    played: Range | None = None,
) -> Beat:
    """Take one beat: the time since the last one that was visible and active, and for a film what was played."""
    if not is_beat_signature(secret, signature, session_id=session_id, seq=seq):
        raise Invalid("beat_not_signed")
    study = _lock_study(session, session_id, person_id=person_id)
    module = session.get_one(CourseModule, study.module_id)
    if study.ended_at is None and seq == study.last_seq + 1:
        _keep(session, study, module, accept_beat(last_at=study.last_at, claimed_ms=claimed_ms, now=now), played)
        study.last_seq, study.last_at = seq, max(study.last_at, now)
        session.flush()
    upcoming = study.last_seq + 1
    return Beat(
        study.ended_at is None, upcoming, beat_signature(secret, session_id=study.id, seq=upcoming),
        measured(session, study.enrolment_id, module),
    )  # fmt: skip


def _lock_study(session: Session, session_id: int, *, person_id: int) -> StudySession:
    found = session.scalar(
        select(StudySession)
        .where(StudySession.id == session_id, StudySession.person_id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("study_session_not_found", id=session_id)
    return found


def _keep(
    session: Session, study: StudySession, module: CourseModule, stretch: Stretch | None, played: Range | None
) -> None:
    """Keep the stretch; time in front of a film that does not play is not study."""
    media: Range | None = None
    if stretch is not None and module.kind is ModuleKind.VIDEO and played is not None:
        media = accept_range(stretch, from_ms=played[0], to_ms=played[1], length_ms=film_ms(module))
    if stretch is None or (module.kind is ModuleKind.VIDEO and media is None):
        return
    session.add(
        StudyInterval(
            study_session_id=study.id, person_id=study.person_id, enrolment_id=study.enrolment_id,
            module_id=study.module_id, seq=study.last_seq + 1, from_at=stretch.from_at, to_at=stretch.to_at,
            media_from_ms=media[0] if media else None, media_to_ms=media[1] if media else None,
        )
    )  # fmt: skip


def close_session(session: Session, session_id: int, *, person_id: int, now: datetime) -> None:
    """Stop measuring, because the page was left; a second time changes nothing."""
    study = _lock_study(session, session_id, person_id=person_id)
    if study.ended_at is None:
        study.ended_at = max(now, study.last_at)
        session.flush()


def end_stale(session: Session, *, now: datetime) -> int:
    """End sessions that nobody has touched for half an hour; how many there were."""
    ended = session.execute(
        update(StudySession)
        .where(StudySession.ended_at.is_(None), StudySession.last_at < now - STALE_AFTER)
        .values(ended_at=StudySession.last_at)
        .returning(StudySession.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())
