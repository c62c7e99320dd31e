"""What an enrolment has proven: results of modules as whole units by mode, each with its name and its day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.models import Course, CourseModule
from content.terms import ContentFamily, DeliveryMode, ModuleKind
from learning.credit.models import LedgerEntry, RuleProfile
from learning.engine.days import ZONE, local_day
from learning.engine.hours import Piece, Unit, units_of
from learning.study.models import Attendance, Declaration, Enrolment, Meeting, ModuleResult
from learning.terms import DeclarationState, EntryKind, Presence, SourceKind

MODE_OF = {ModuleKind.F2F_SESSION: DeliveryMode.F2F, ModuleKind.SCHOOL_ACTIVITY: DeliveryMode.SCHOOL_BASED}


@dataclass(frozen=True)
class Earned:
    """The whole units of one enrolment in one mode."""

    enrolment_id: int
    person_id: int
    course_id: int
    family: ContentFamily
    mode: DeliveryMode
    units: Sequence[Unit]
    completed: dict[date, datetime]  # last completion on each day

    @property
    def is_capped_by_day(self) -> bool:
        """Only presence in a room is capped by the day."""
        return self.mode is DeliveryMode.F2F

    def key(self, unit: Unit) -> str:
        """The name of a unit of evidence."""
        return source_key(self.enrolment_id, self.mode, unit.number)

    def completed_at(self, unit: Unit) -> datetime:
        """When the evidence for a unit was complete."""
        return self.completed[unit.on]


class _Part(NamedTuple):
    """How a module's time counts: its mode, whether it is practice, and the most it can give."""

    mode: DeliveryMode
    is_practice: bool
    limit: int


def source_key(enrolment_id: int, mode: DeliveryMode, number: int) -> str:
    """The name of the n-th unit of an enrolment in one mode."""
    return f"enrolment:{enrolment_id}/{mode.value}/{number}"


def mode_of(kind: ModuleKind) -> DeliveryMode:
    """The mode in which a module's time counts: what is read, watched or worked on alone is online."""
    return MODE_OF.get(kind, DeliveryMode.ONLINE)


def evidence_of(session: Session, enrolment_ids: Sequence[int]) -> list[Earned]:
    """Units that enrolments have proven so far, in the order of enrolments."""
    rows = session.execute(
        select(
            ModuleResult.enrolment_id, Enrolment.person_id, Enrolment.course_id, ModuleResult.module_id,
            ModuleResult.counted_seconds, ModuleResult.completed_at,
        )
        .join(Enrolment, Enrolment.id == ModuleResult.enrolment_id)
        .where(ModuleResult.enrolment_id.in_(enrolment_ids))
        .order_by(ModuleResult.enrolment_id, ModuleResult.id)
    ).all()  # fmt: skip
    families, parts = _taught(session, {row.course_id for row in rows})
    days = {**_meeting_days(session, enrolment_ids), **_declared_days(session, enrolment_ids)}
    day_of = lru_cache(maxsize=None)(local_day)
    pieces: dict[tuple[int, DeliveryMode], list[Piece]] = defaultdict(list)
    facts: dict[tuple[int, DeliveryMode], tuple[int, int, ContentFamily]] = {}
    completed: dict[tuple[int, DeliveryMode], dict[date, datetime]] = defaultdict(dict)
    for enrolment_id, person_id, course_id, module_id, seconds, at in rows:
        part = parts[module_id]
        place = (enrolment_id, part.mode)
        on = days.get((enrolment_id, module_id)) or day_of(at)
        pieces[place].append(Piece(min(seconds, part.limit), on, part.is_practice))
        facts[place] = (person_id, course_id, families[course_id])
        completed[place][on] = at
    return [
        Earned(place[0], *facts[place], place[1], units_of(done), completed[place]) for place, done in pieces.items()
    ]


def _taught(session: Session, course_ids: set[int]) -> tuple[dict[int, ContentFamily], dict[int, _Part]]:
    """Families of courses, and how each of their modules counts.

    A course may say practice module by module; where it does not, its own flag speaks for all its modules.
    """
    courses = {
        course_id: (family, is_practice)
        for course_id, family, is_practice in session.execute(
            select(Course.id, Course.family, Course.is_practice).where(Course.id.in_(course_ids))
        )
    }
    modules = session.execute(
        select(
            CourseModule.id, CourseModule.course_id, CourseModule.kind, CourseModule.is_practice, CourseModule.seconds
        ).where(CourseModule.course_id.in_(course_ids))
    ).all()
    by_module = {row.course_id for row in modules if row.is_practice}
    parts = {
        row.id: _Part(
            mode_of(row.kind),
            row.is_practice if row.course_id in by_module else courses[row.course_id][1],
            row.seconds,
        )
        for row in modules
    }
    return {course_id: family for course_id, (family, _) in courses.items()}, parts


def keys_posted(session: Session, enrolment_ids: Sequence[int], profile_code: str) -> set[str]:
    """Names of units posted at any time under any version of a profile, taken back or not."""
    return set(
        session.scalars(
            select(LedgerEntry.source_key)
            .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
            .where(
                LedgerEntry.source_kind == SourceKind.ENROLMENT, LedgerEntry.source_id.in_(enrolment_ids),
                LedgerEntry.kind == EntryKind.POST, RuleProfile.code == profile_code,
            )
        )
    )  # fmt: skip


def f2f_days_taken(session: Session, person_ids: Iterable[int], profile_code: str) -> dict[int, Counter[date]]:
    """Face-to-face units that stand on each person's days under a profile, over all courses."""
    taken: dict[int, Counter[date]] = defaultdict(Counter)
    counted = session.execute(
        select(LedgerEntry.person_id, LedgerEntry.earned_on, func.sum(LedgerEntry.hours_hundredths))
        .join(RuleProfile, RuleProfile.id == LedgerEntry.profile_id)
        .where(
            LedgerEntry.person_id.in_(sorted(set(person_ids))), LedgerEntry.mode == DeliveryMode.F2F,
            RuleProfile.code == profile_code,
        )
        .group_by(LedgerEntry.person_id, LedgerEntry.earned_on)
    )  # fmt: skip
    for person_id, on, hundredths in counted:
        taken[person_id][on] = hundredths // 100
    return taken


def _meeting_days(session: Session, enrolment_ids: Sequence[int]) -> dict[tuple[int, int], date]:
    """The day a face-to-face module belongs to is the day of the meeting, whenever the roll was called."""
    attended = session.execute(
        select(Enrolment.id, Meeting.module_id, Meeting.starts_at)
        .join(Meeting, Meeting.offering_id == Enrolment.offering_id)
        .join(Attendance, (Attendance.meeting_id == Meeting.id) & (Attendance.person_id == Enrolment.person_id))
        .where(Enrolment.id.in_(enrolment_ids), Attendance.presence != Presence.ABSENT)
        .order_by(Meeting.starts_at)
    )
    return {
        (enrolment_id, module_id): starts_at.astimezone(ZONE).date() for enrolment_id, module_id, starts_at in attended
    }


def _declared_days(session: Session, enrolment_ids: Sequence[int]) -> dict[tuple[int, int], date]:
    """A school-based activity belongs to the day it was done, whenever the school verified it."""
    verified = session.execute(
        select(Declaration.enrolment_id, Declaration.module_id, Declaration.done_on)
        .where(Declaration.enrolment_id.in_(enrolment_ids), Declaration.state == DeclarationState.VERIFIED)
        .order_by(Declaration.done_on)
    )
    return {(enrolment_id, module_id): done_on for enrolment_id, module_id, done_on in verified}
