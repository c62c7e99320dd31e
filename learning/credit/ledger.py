"""The ledger: proven hours become entries, once; an entry is taken back by another entry, never edited.

A unit of evidence has one name (``enrolment:81/online/3``: the third online unit of enrolment 81). It is
posted under every active profile at most once. Postings of one person are made one after another: the
person's row is locked (PostgreSQL), or the whole writing transaction waits its turn (SQLite).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access import Actor
from core.db import Base
from core.errors import NotFound
from core.people import Person
from learning.credit.evidence import Earned, evidence_of, f2f_days_taken, keys_posted
from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.profiles import active_profiles, rules_in
from learning.credit.reversals import repost, repost_enrolment, reverse, reverse_enrolment
from learning.engine.credit_rules import credit_steps
from learning.engine.hours import UNIT_HUNDREDTHS, within_day_cap
from learning.study.models import Enrolment
from learning.terms import EntryKind, SourceKind

__all__ = [
    "repost",
    "repost_enrolment",
    "reverse",
    "reverse_enrolment",
    "settle_due",
    "settle_enrolment",
    "settle_many",
]
CHUNK = 400


def settle_enrolment(
    session: Session, enrolment_id: int, *, now: datetime, by: Actor | None = None
) -> list[LedgerEntry]:
    """Post the whole units that an enrolment has proven and that do not stand yet; a second call posts nothing."""
    person_id = session.scalar(select(Enrolment.person_id).where(Enrolment.id == enrolment_id))
    if person_id is None:
        raise NotFound("enrolment_not_found", id=enrolment_id)
    _take_turn(session, [person_id])
    rows = _rows_due(session, [enrolment_id], now=now, by=by, as_completed=False)
    if not rows:
        return []
    entries = [LedgerEntry(**row) for row in rows]
    try:
        with session.begin_nested():
            session.add_all(entries)
    except IntegrityError:
        return []  # the same units were posted in the same moment
    return entries


def settle_many(
    session: Session,
    enrolment_ids: Sequence[int],
    *,
    now: datetime,
    by: Actor | None = None,
    as_completed: bool = False,
) -> int:
    """Settle many enrolments at once and say how many entries were posted.

    ``as_completed`` dates each posting at the completion that earned it: for bringing in a history.
    """
    n_posted = 0
    for start in range(0, len(enrolment_ids), CHUNK):
        chunk = enrolment_ids[start : start + CHUNK]
        _take_turn(session, session.scalars(select(Enrolment.person_id).where(Enrolment.id.in_(chunk))).all())
        rows = _rows_due(session, chunk, now=now, by=by, as_completed=as_completed)
        if rows:
            session.execute(insert(Base.metadata.tables[LedgerEntry.__tablename__]), rows)
            n_posted += len(rows)
    return n_posted


def settle_due(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Settle enrolments with results that an active profile has not seen yet (it was activated later); safe to run again."""
    due: dict[int, None] = {}
    for profile in active_profiles(session):
        due.update(dict.fromkeys(_unseen_by(session, profile, limit)))
    return settle_many(session, list(due)[:limit], now=now)


def _unseen_by(session: Session, profile: RuleProfile, limit: int) -> Sequence[int]:
    seen = (
        select(LedgerEntry.id)
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .where(
            LedgerEntry.source_kind == SourceKind.ENROLMENT, LedgerEntry.source_id == Enrolment.id,
            RuleProfile.code == profile.code,
        )
    )  # fmt: skip
    return session.scalars(
        select(Enrolment.id).where(Enrolment.results.any(), ~seen.exists()).order_by(Enrolment.id).limit(limit)
    ).all()


def _take_turn(session: Session, person_ids: Sequence[int]) -> None:
    """One posting at a time per person, in a fixed order so that two bulk runs cannot block each other."""
    wanted = sorted(set(person_ids))
    session.execute(
        select(Person.id).where(Person.id.in_(wanted)).order_by(Person.id).with_for_update(key_share=True)
    ).all()


def _rows_due(
    session: Session, enrolment_ids: Sequence[int], *, now: datetime, by: Actor | None, as_completed: bool
) -> list[dict[str, object]]:
    """Rows for every unit that is proven, not posted under the profile's code, and inside the day's cap."""
    earned = evidence_of(session, enrolment_ids)
    rows: list[dict[str, object]] = []
    for profile in active_profiles(session):
        rules = rules_in(profile)
        posted = keys_posted(session, enrolment_ids, profile.code)
        taken = f2f_days_taken(session, {item.person_id for item in earned}, profile.code)
        for item in earned:
            credit = credit_steps(rules, item.mode.value, [unit.is_practice for unit in item.units])
            fresh = [unit for unit in item.units if item.key(unit) not in posted]
            if item.is_capped_by_day:
                fresh = within_day_cap(fresh, taken[item.person_id], rules.hours_per_f2f_day)
                taken[item.person_id].update(unit.on for unit in fresh)
            rows += [
                _row(item, number=unit.number, profile=profile, credit=credit[unit.number - 1], now=now, by=by)
                | ({"posted_at": item.completed_at(unit)} if as_completed else {})
                for unit in fresh
            ]
    return rows


def _row(
    item: Earned, *, number: int, profile: RuleProfile, credit: int, now: datetime, by: Actor | None
) -> dict[str, object]:
    unit = item.units[number - 1]
    return {
        "person_id": item.person_id, "profile_id": profile.id, "kind": EntryKind.POST,
        "hours_hundredths": UNIT_HUNDREDTHS, "credit_hundredths": credit, "mode": item.mode, "family": item.family,
        "is_practice": unit.is_practice, "course_id": item.course_id, "earned_on": unit.on,
        "source_kind": SourceKind.ENROLMENT, "source_id": item.enrolment_id, "source_key": item.key(unit),
        "round_no": 1, "posted_at": now, "posted_by": by.person_id if by else None,
    }  # fmt: skip
