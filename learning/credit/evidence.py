"""What an enrolment has proven: results of modules as whole units by mode, each with its name and its day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
            ModuleResult.enrolment_id, Enrolment.person_id, Course.id, Course.family, Course.is_practice,
            CourseModule.id, CourseModule.kind, CourseModule.is_practice, CourseModule.seconds,
            ModuleResult.counted_seconds, ModuleResult.completed_at,
        )
        .join(Enrolment, Enrolment.id == ModuleResult.enrolment_id)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseModule, CourseModule.id == ModuleResult.module_id)
        .where(ModuleResult.enrolment_id.in_(enrolment_ids))
        .order_by(ModuleResult.enrolment_id, ModuleResult.id)
    ).all()  # fmt: skip
    days = {**_meeting_days(session, enrolment_ids), **_declared_days(session, enrolment_ids)}
    by_module = _practice_by_module(session, {row[2] for row in rows})
    pieces: dict[tuple[int, DeliveryMode], list[Piece]] = defaultdict(list)
    facts: dict[tuple[int, DeliveryMode], tuple[int, int, ContentFamily]] = {}
    completed: dict[tuple[int, DeliveryMode], dict[date, datetime]] = defaultdict(dict)
    for (
        enrolment_id,
        person_id,
        course_id,
        family,
        all_practice,
        module_id,
        kind,
        is_practice,
        limit,
        seconds,
        at,
    ) in rows:
        place = (enrolment_id, mode_of(kind))
        on = days.get((enrolment_id, module_id), local_day(at))
        practice = is_practice if course_id in by_module else all_practice
        pieces[place].append(Piece(min(seconds, limit), on, practice))
        facts[place] = (person_id, course_id, family)
        completed[place][on] = at
    return [
        Earned(place[0], *facts[place], place[1], units_of(parts), completed[place]) for place, parts in pieces.items()
    ]


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


def _practice_by_module(session: Session, course_ids: Iterable[int]) -> set[int]:
    """Courses that say practice module by module; in the others the course's own flag speaks for all its modules."""
    return set(
        session.scalars(
            select(CourseModule.course_id).where(
                CourseModule.course_id.in_(sorted(set(course_ids))), CourseModule.is_practice
            )
        )
    )


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
