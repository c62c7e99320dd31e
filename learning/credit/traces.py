"""From a credit back to the events: the rule version, the modules, the measured time, presence, declarations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from content.models import Course, CourseModule
from core.access import READERS, Actor, people_within
from core.errors import NotFound
from core.people import Person
from learning.credit.evidence import evidence_of, mode_of
from learning.credit.models import Certificate, LedgerEntry, RuleProfile
from learning.engine.hours import UNIT_SECONDS
from learning.study.models import Attendance, Declaration, Enrolment, Meeting, ModuleResult, StudyInterval
from learning.terms import EntryKind, Presence, RollMethod


@dataclass(frozen=True)
class Event:
    """A module that was done, and how its time was proven."""

    module: CourseModule
    completed_at: datetime
    counted_seconds: int
    is_of_this_mode: bool
    n_intervals: int
    measured_seconds: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class Presences:
    """A person at a meeting, as it was established."""

    module_title: str
    starts_at: datetime
    ends_at: datetime
    presence: Presence
    method: RollMethod


@dataclass(frozen=True)
class UnitRow:
    """One unit of the same evidence: where it stands in this account."""

    entry: LedgerEntry
    reversal: LedgerEntry | None

    @property
    def number(self) -> int:
        """The unit's place among those of its course and mode."""
        return int(self.entry.source_key.rsplit("/", 1)[-1])


@dataclass(frozen=True)
class Trace:
    """All that stands behind one entry."""

    entry: LedgerEntry
    person: Person
    profile: RuleProfile
    course: Course
    enrolment: Enrolment
    units: Sequence[UnitRow]
    events: Sequence[Event]
    presences: Sequence[Presences]
    declarations: Sequence[Declaration]
    certificate: Certificate | None
    n_uncounted: int  # whole units of the same evidence beyond the day's cap
    carried_seconds: int

    @property
    def standing_hundredths(self) -> int:
        """Hours of the same evidence that stand."""
        return sum(row.entry.hours_hundredths for row in self.units if row.reversal is None)


def trace_of(session: Session, entry_id: int, *, by: Actor) -> Trace:
    """The trace of an entry of one's own account, or of an account in the reader's subtree."""
    entry = session.scalar(
        select(LedgerEntry)
        .join(Person, Person.id == LedgerEntry.person_id)
        .options(joinedload(LedgerEntry.profile), joinedload(LedgerEntry.person))
        .where(LedgerEntry.id == entry_id, or_(LedgerEntry.person_id == by.person_id, people_within(by, *READERS)))
    )
    if entry is None:
        raise NotFound("entry_not_found", id=entry_id)
    enrolment = session.get_one(Enrolment, entry.source_id)
    events = _events(session, enrolment, entry)
    units = _units(session, entry)
    earned = [item for item in evidence_of(session, [enrolment.id]) if item.mode is entry.mode]
    keys = {row.entry.source_key for row in units}
    seconds = sum(event.counted_seconds for event in events if event.is_of_this_mode)
    return Trace(
        entry=entry, person=entry.person, profile=entry.profile, course=session.get_one(Course, entry.course_id),
        enrolment=enrolment, units=units, events=events, presences=_presences(session, enrolment),
        declarations=_declarations(session, enrolment.id),
        certificate=session.scalar(select(Certificate).where(Certificate.enrolment_id == enrolment.id)),
        n_uncounted=sum(item.key(unit) not in keys for item in earned for unit in item.units),
        carried_seconds=seconds % UNIT_SECONDS,
    )  # fmt: skip


def _units(session: Session, entry: LedgerEntry) -> list[UnitRow]:
    """All posts of the same evidence and mode in the same account, with what took them back."""
    same = select(LedgerEntry).where(
        LedgerEntry.person_id == entry.person_id, LedgerEntry.profile_id == entry.profile_id,
        LedgerEntry.source_kind == entry.source_kind, LedgerEntry.source_id == entry.source_id,
        LedgerEntry.mode == entry.mode,
    )  # fmt: skip
    entries = session.scalars(same.order_by(LedgerEntry.id)).all()
    taken = {found.reverses_id: found for found in entries if found.reverses_id is not None}
    posts = [UnitRow(found, taken.get(found.id)) for found in entries if found.kind is EntryKind.POST]
    return sorted(posts, key=lambda row: (row.number, row.entry.round_no))


def _events(session: Session, enrolment: Enrolment, entry: LedgerEntry) -> list[Event]:
    spent: dict[int, tuple[int, int, datetime, datetime]] = {}
    for module_id, from_at, to_at in session.execute(
        select(StudyInterval.module_id, StudyInterval.from_at, StudyInterval.to_at)
        .where(StudyInterval.enrolment_id == enrolment.id).order_by(StudyInterval.from_at)
    ):  # fmt: skip
        n, seconds, first, last = spent.get(module_id, (0, 0, from_at, to_at))
        spent[module_id] = (n + 1, seconds + int((to_at - from_at).total_seconds()), first, max(last, to_at))
    rows = session.execute(
        select(CourseModule, ModuleResult.completed_at, ModuleResult.counted_seconds)
        .join(ModuleResult, ModuleResult.module_id == CourseModule.id)
        .where(ModuleResult.enrolment_id == enrolment.id).order_by(CourseModule.ordinal)
    ).all()  # fmt: skip
    return [
        Event(
            module, at, min(counted, module.seconds), mode_of(module.kind) is entry.mode,
            *(spent.get(module.id) or (0, 0, None, None)),
        )
        for module, at, counted in rows
    ]  # fmt: skip


def _presences(session: Session, enrolment: Enrolment) -> list[Presences]:
    if enrolment.offering_id is None:
        return []
    rows = session.execute(
        select(CourseModule.title, Meeting.starts_at, Meeting.ends_at, Attendance.presence, Attendance.method)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .join(CourseModule, CourseModule.id == Meeting.module_id)
        .where(Meeting.offering_id == enrolment.offering_id, Attendance.person_id == enrolment.person_id)
        .order_by(Meeting.starts_at)
    )
    return [Presences(*row) for row in rows]


def _declarations(session: Session, enrolment_id: int) -> Sequence[Declaration]:
    return session.scalars(
        select(Declaration).options(joinedload(Declaration.module))
        .where(Declaration.enrolment_id == enrolment_id).order_by(Declaration.declared_at)
    ).all()  # fmt: skip
