"""Taking hours back and giving them back: an administrator's acts, with a reason, audited and told to the teacher.

A unit rests on one piece of evidence, so it is taken back under every profile it was posted under. What was
taken back returns only by the explicit act of posting it anew (``round_no`` rises), never by settling again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from content.models import Course
from content.terms import DeliveryMode
from core.access import Actor, Role, people_within
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.outbox import tell
from core.people import Person, workplace
from learning.credit.certificates import reinstate, revoke
from learning.credit.models import LedgerEntry
from learning.credit.profiles import rules_in
from learning.terms import EntryKind, SourceKind

MIN_REASON, MAX_REASON = 4, 500


def reverse(session: Session, entry_id: int, *, by: Actor, reason: str, now: datetime) -> list[LedgerEntry]:
    """Take one unit back, under every profile it stands in; the teacher is told why."""
    entry = _get_post(session, entry_id, by)
    _lock(session, entry.person_id)
    standing = _standing(session, entry, only_key=True)
    if not standing:
        raise Conflict("already_reversed", entry=entry.id)
    return _take_back(session, standing, by=by, reason=_checked(reason), now=now)


def reverse_enrolment(
    session: Session, enrolment_id: int, *, by: Actor, reason: str, now: datetime
) -> list[LedgerEntry]:
    """Take back all that a course gave to a person; one act, one message."""
    entry = _first_of(session, enrolment_id, by)
    _lock(session, entry.person_id)
    standing = _standing(session, entry, only_key=False)
    if not standing:
        raise Conflict("already_reversed", entry=entry.id)
    return _take_back(session, standing, by=by, reason=_checked(reason), now=now)


def repost(session: Session, entry_id: int, *, by: Actor, reason: str, now: datetime) -> list[LedgerEntry]:
    """Give a unit back that was taken, under every profile it was taken from; the day's cap holds again."""
    entry = _get_post(session, entry_id, by)
    _lock(session, entry.person_id)
    return _give_back(session, _taken(session, entry, only_key=True), entry, by=by, reason=_checked(reason), now=now)


def repost_enrolment(
    session: Session, enrolment_id: int, *, by: Actor, reason: str, now: datetime
) -> list[LedgerEntry]:
    """Give back all that was taken from a course."""
    entry = _first_of(session, enrolment_id, by)
    _lock(session, entry.person_id)
    return _give_back(session, _taken(session, entry, only_key=False), entry, by=by, reason=_checked(reason), now=now)


def _get_post(session: Session, entry_id: int, by: Actor) -> LedgerEntry:
    """A post of somebody else in the administrator's subtree, or NotFound."""
    found = session.scalar(
        select(LedgerEntry).join(Person, Person.id == LedgerEntry.person_id).where(
            LedgerEntry.id == entry_id, LedgerEntry.kind == EntryKind.POST, people_within(by, Role.ADMINISTRATOR),
            Person.id != by.person_id,
        )
    )  # fmt: skip
    if found is None:
        raise NotFound("entry_not_found", id=entry_id)
    return found


def _first_of(session: Session, enrolment_id: int, by: Actor) -> LedgerEntry:
    found = session.scalar(
        select(LedgerEntry).join(Person, Person.id == LedgerEntry.person_id).where(
            LedgerEntry.source_kind == SourceKind.ENROLMENT, LedgerEntry.source_id == enrolment_id,
            LedgerEntry.kind == EntryKind.POST, people_within(by, Role.ADMINISTRATOR), Person.id != by.person_id,
        ).order_by(LedgerEntry.id).limit(1)
    )  # fmt: skip
    if found is None:
        raise NotFound("entry_not_found", id=enrolment_id)
    return found


def _lock(session: Session, person_id: int) -> None:
    """Acts on one person's account wait for each other, as postings do."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)).one()


def _checked(reason: str) -> str:
    cleaned = reason.strip()
    if not MIN_REASON <= len(cleaned) <= MAX_REASON:
        raise Invalid("reason_length", least=MIN_REASON, most=MAX_REASON)
    return cleaned


def _of_same_source(entry: LedgerEntry, *, only_key: bool) -> list[object]:
    same = [LedgerEntry.source_kind == entry.source_kind, LedgerEntry.source_id == entry.source_id]
    return [*same, LedgerEntry.kind == EntryKind.POST, *([LedgerEntry.source_key == entry.source_key] * only_key)]


def _standing(session: Session, entry: LedgerEntry, *, only_key: bool) -> Sequence[LedgerEntry]:
    """Posts of the same evidence that nobody took back."""
    takes = aliased(LedgerEntry)
    return session.scalars(
        select(LedgerEntry)
        .where(*_of_same_source(entry, only_key=only_key), ~exists().where(takes.reverses_id == LedgerEntry.id))  # type: ignore[arg-type]
        .order_by(LedgerEntry.id)
    ).all()


def _taken(session: Session, entry: LedgerEntry, *, only_key: bool) -> list[LedgerEntry]:
    """The last post of every unit of the same evidence, where it was taken back and not given back since."""
    takes, later = aliased(LedgerEntry), aliased(LedgerEntry)
    is_last = ~exists().where(
        later.profile_id == LedgerEntry.profile_id, later.source_key == LedgerEntry.source_key,
        later.kind == EntryKind.POST, later.round_no > LedgerEntry.round_no,
    )  # fmt: skip
    return list(
        session.scalars(
            select(LedgerEntry)
            .where(
                *_of_same_source(entry, only_key=only_key),  # type: ignore[arg-type]
                exists().where(takes.reverses_id == LedgerEntry.id), is_last,
            )
            .order_by(LedgerEntry.id)
        )
    )  # fmt: skip


def _take_back(
    session: Session, posts: Sequence[LedgerEntry], *, by: Actor, reason: str, now: datetime
) -> list[LedgerEntry]:
    entries = [_copy(post, EntryKind.REVERSE, sign=-1, by=by, reason=reason, now=now) for post in posts]
    _append(session, entries, posts[0])
    revoke(session, posts[0].source_id, reason=reason, now=now)
    _note(session, "ledger.reverse", entries, posts[0], by=by, reason=reason, now=now)
    _tell_teacher(session, "credit.reversed", entries, posts[0], reason=reason, now=now)
    return entries


def _give_back(
    session: Session, taken: Sequence[LedgerEntry], entry: LedgerEntry, *, by: Actor, reason: str, now: datetime
) -> list[LedgerEntry]:
    if not taken:
        raise Conflict("not_reversed", entry=entry.id)
    entries: list[LedgerEntry] = []
    for post in taken:
        _check_day(session, post, entries)
        entries.append(_copy(post, EntryKind.POST, sign=1, by=by, reason=reason, now=now))
    _append(session, entries, entry)
    if not _taken(session, entry, only_key=False):
        reinstate(session, entry.source_id)
    _note(session, "ledger.repost", entries, entry, by=by, reason=reason, now=now)
    _tell_teacher(session, "credit.reposted", entries, entry, reason=reason, now=now)
    return entries


def _copy(post: LedgerEntry, kind: EntryKind, *, sign: int, by: Actor, reason: str, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        person_id=post.person_id, profile_id=post.profile_id, kind=kind,
        hours_hundredths=sign * post.hours_hundredths, credit_hundredths=sign * post.credit_hundredths,
        mode=post.mode, family=post.family, is_practice=post.is_practice, course_id=post.course_id,
        earned_on=post.earned_on, source_kind=post.source_kind, source_id=post.source_id, source_key=post.source_key,
        round_no=post.round_no + (1 if kind is EntryKind.POST else 0),
        reverses_id=post.id if kind is EntryKind.REVERSE else None,
        reason=reason, posted_at=now, posted_by=by.person_id,
    )  # fmt: skip


def _append(session: Session, entries: Sequence[LedgerEntry], entry: LedgerEntry) -> None:
    try:
        with session.begin_nested():
            session.add_all(entries)
    except IntegrityError as race:
        raise Conflict("ledger_moved_on", entry=entry.id) from race


def _check_day(session: Session, post: LedgerEntry, coming: Sequence[LedgerEntry]) -> None:
    """Refuse a face-to-face unit whose day was filled by others meanwhile."""
    cap = rules_in(post.profile).hours_per_f2f_day
    if post.mode is not DeliveryMode.F2F or cap is None:
        return
    stands = session.scalar(
        select(func.coalesce(func.sum(LedgerEntry.hours_hundredths), 0)).where(
            LedgerEntry.person_id == post.person_id, LedgerEntry.profile_id == post.profile_id,
            LedgerEntry.mode == DeliveryMode.F2F, LedgerEntry.earned_on == post.earned_on,
        )
    )  # fmt: skip
    stands = (stands or 0) + sum(
        entry.hours_hundredths
        for entry in coming
        if (entry.profile_id, entry.earned_on) == (post.profile_id, post.earned_on)
    )
    if stands + post.hours_hundredths > 100 * cap:
        raise Conflict("day_is_full", on=post.earned_on.isoformat(), cap=cap)


def _note(
    session: Session, action: str, entries: Sequence[LedgerEntry], entry: LedgerEntry, *, by: Actor, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    place = workplace(session, entry.person_id)
    record(
        session, action, actor=by, subject_kind="ledger_entry", subject_id=entry.id, now=now,
        organisation_id=place.id if place else None, person_id=entry.person_id, reason=reason,
        entries=[done.id for done in entries], source_keys=sorted({done.source_key for done in entries}),
    )  # fmt: skip


def _tell_teacher(
    session: Session, rule: str, entries: Sequence[LedgerEntry], entry: LedgerEntry, *, reason: str, now: datetime
) -> None:
    course = session.get_one(Course, entry.course_id)
    tell(
        session, rule, recipient_id=entry.person_id, subject_kind="ledger_entry", subject_id=entry.id,
        due_slot=f"entry-{entries[0].id}", link=f"/credit/entry/{entry.id}", now=now, is_mandatory=True,
        course=course.title, n_units=len({done.source_key for done in entries}), reason=reason,
    )  # fmt: skip
