"""Being there: a rotating code on the trainer's page, a roll, and corrections that are on record.

present | late -> the meeting's module is done once the meeting has ended; left early | absent do not count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from content.models import CourseModule
from core.access import Actor, Role, organisations_within
from core.audit import AuditEntry, record
from core.errors import Conflict, NotFound
from core.people import Organisation, Person
from learning.engine.codes import STEP_SECONDS, digits, is_current, step_of, token
from learning.study.models import Attendance, Enrolment, Meeting, ModuleResult, Offering
from learning.study.results import lock_own, take_turn, write_result
from learning.terms import EnrolmentState, OfferingState, Presence, RollMethod

OPENS_BEFORE = timedelta(minutes=30)
LATE_AFTER = timedelta(minutes=10)  # CHOICE: who comes later than this is late
MOST_WRONG_CODES, WRONG_WITHIN = 5, timedelta(minutes=10)
COUNTS = (Presence.PRESENT, Presence.LATE)


@dataclass(frozen=True)
class Code:
    """What the trainer's page shows now: six digits to type, a word for the QR code, and how long both stay."""

    digits: str
    token: str
    seconds_left: int


@dataclass(frozen=True)
class RollRow:
    """One enrolled person on the roll of a meeting; None means nobody has said anything yet."""

    person: Person
    attendance: Attendance | None
    is_counted: bool


def is_open(meeting: Meeting, now: datetime) -> bool:
    """Whether the code of a meeting is valid now: from half an hour before it starts until it ends."""
    return meeting.starts_at - OPENS_BEFORE <= now <= meeting.ends_at


def rotating_code(meeting: Meeting, *, now: datetime) -> Code:
    """The code of this step of fifteen seconds."""
    if not is_open(meeting, now):
        raise Conflict("code_not_open", starts_at=meeting.starts_at.isoformat())
    secret, step = meeting.secret.encode(), step_of(now)
    left = (step + 1) * STEP_SECONDS - int(now.timestamp())
    return Code(digits(secret, step), token(secret, step), left)


def get_meeting_led(session: Session, meeting_id: int, *, by: Actor) -> Meeting:
    """A meeting the actor trains, or of an organisation they administer; NotFound for anybody else's.

    Nobody leads a session they attend: they would see its code and mark themselves present.
    """
    found = session.scalar(
        select(Meeting)
        .join(Meeting.offering)
        .join(Offering.organisation)
        .join(Offering.course)
        .where(
            Meeting.id == meeting_id,
            _is_led_by(by),
        )
        .options(contains_eager(Meeting.offering).contains_eager(Offering.course), joinedload(Meeting.module))
    )
    if found is None:
        raise NotFound("meeting_not_found", id=meeting_id)
    return found


def _is_led_by(by: Actor) -> ColumnElement[bool]:
    """Condition on Offering beside its Organisation: the actor leads it and has no seat in it."""
    seat = select(Enrolment.id).where(
        Enrolment.offering_id == Offering.id, Enrolment.person_id == by.person_id,
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )  # fmt: skip
    leads = or_(Offering.trainer_id == by.person_id, organisations_within(by, Role.ADMINISTRATOR))
    return and_(leads, ~exists(seat.correlate(Offering)))


def meetings_led(session: Session, *, by: Actor, since: datetime) -> Sequence[Meeting]:
    """Meetings the actor trains or administers that end after a moment, the soonest first."""
    return session.scalars(
        select(Meeting)
        .join(Meeting.offering)
        .join(Organisation, Organisation.id == Offering.organisation_id)
        .where(
            _is_led_by(by), Offering.state == OfferingState.PLANNED, Meeting.ends_at >= since,
        )
        .options(contains_eager(Meeting.offering).joinedload(Offering.course), joinedload(Meeting.module))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(100)
    ).all()  # fmt: skip


def check_in(session: Session, person_id: int, *, code: str, now: datetime) -> Attendance | None:
    """Record that the person is there, by the digits they typed or the word in the QR code.

    None says that the code fits none of their meetings now; the try is kept, so that nobody can guess.
    """
    take_turn(session, person_id)  # guesses sent at once are counted one after the other
    word = "".join(code.split())
    since = now - WRONG_WITHIN
    wrong = select(func.count()).where(
        AuditEntry.action == "attendance.wrong_code", AuditEntry.subject_id == person_id, AuditEntry.at > since
    )
    if (session.scalar(wrong) or 0) >= MOST_WRONG_CODES:
        raise Conflict("too_many_wrong_codes", minutes=WRONG_WITHIN // timedelta(minutes=1))
    for meeting, enrolment in _open_meetings(session, person_id, now):
        if is_current(meeting.secret.encode(), word, now=now):
            lock_own(session, enrolment.id, person_id=person_id)
            return _note_presence(session, meeting, person_id, now=now)
    record(session, "attendance.wrong_code", actor=None, subject_kind="person", subject_id=person_id, now=now)
    return None


def _open_meetings(session: Session, person_id: int, now: datetime) -> Sequence[tuple[Meeting, Enrolment]]:
    rows = session.execute(
        select(Meeting, Enrolment)
        .join(Enrolment, Enrolment.offering_id == Meeting.offering_id)
        .join(Offering, (Offering.id == Meeting.offering_id) & (Offering.state != OfferingState.CANCELLED))
        .where(
            Enrolment.person_id == person_id, Enrolment.state != EnrolmentState.WITHDRAWN,
            Meeting.starts_at <= now + OPENS_BEFORE, Meeting.ends_at >= now,
        )
    )  # fmt: skip
    return rows.all()


def _note_presence(session: Session, meeting: Meeting, person_id: int, *, now: datetime) -> Attendance:
    is_late = now > meeting.starts_at + LATE_AFTER
    known = find_attendance(session, meeting.id, person_id)
    if known is None:
        known = Attendance(
            meeting_id=meeting.id, person_id=person_id, presence=Presence.LATE if is_late else Presence.PRESENT,
            method=RollMethod.ROTATING_CODE, at=now,
        )  # fmt: skip
        session.add(known)
    elif known.presence is Presence.ABSENT:  # came after the roll was called
        record(
            session, "attendance.correct", actor=None, subject_kind="attendance", subject_id=known.id, now=now,
            person_id=person_id, was=known.presence.value, becomes=Presence.LATE.value,
        )  # fmt: skip
        known.presence, known.method, known.at = Presence.LATE, RollMethod.ROTATING_CODE, now
    session.flush()
    return known


def find_attendance(session: Session, meeting_id: int, person_id: int) -> Attendance | None:
    """What is known of a person at a meeting."""
    return session.scalar(
        select(Attendance).where(Attendance.meeting_id == meeting_id, Attendance.person_id == person_id)
    )


def meeting_of(
    session: Session, enrolment: Enrolment, module: CourseModule
) -> tuple[Meeting | None, Attendance | None]:
    """When and where an enrolled person is taught a module, and what is known of their presence."""
    meeting = session.scalar(
        select(Meeting)
        .where(Meeting.offering_id == enrolment.offering_id, Meeting.module_id == module.id)
        .options(joinedload(Meeting.offering))
    )
    return meeting, find_attendance(session, meeting.id, enrolment.person_id) if meeting else None


def roll_of(session: Session, meeting: Meeting) -> list[RollRow]:
    """Everybody enrolled for a meeting, by name, with what is known of their presence."""
    rows = session.execute(
        select(Person, Attendance, ModuleResult.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Attendance, (Attendance.person_id == Person.id) & (Attendance.meeting_id == meeting.id))
        .outerjoin(
            ModuleResult,
            (ModuleResult.enrolment_id == Enrolment.id) & (ModuleResult.module_id == meeting.module_id),
        )
        .where(Enrolment.offering_id == meeting.offering_id, Enrolment.state != EnrolmentState.WITHDRAWN)
        .order_by(Person.name_sort, Person.id)
    )
    return [RollRow(person, attendance, result_id is not None) for person, attendance, result_id in rows]


def call_roll(session: Session, meeting_id: int, *, by: Actor, presences: Mapping[int, Presence], now: datetime) -> int:
    """Note who was there; every change of an earlier note is on record. After the end, presence counts at once."""
    meeting = get_meeting_led(session, meeting_id, by=by)
    if now < meeting.starts_at - OPENS_BEFORE:
        raise Conflict("roll_before_meeting", starts_at=meeting.starts_at.isoformat())
    enrolled = _enrolled(session, meeting)
    n_changed = 0
    for person_id in sorted(presences):
        if person_id not in enrolled:
            raise NotFound("person_not_found", id=person_id)
        n_changed += _set_presence(session, meeting, person_id, presences[person_id], by=by, now=now)
    session.flush()
    if now >= meeting.ends_at:
        settle_meeting(session, meeting, now=now)
    return n_changed


def _enrolled(session: Session, meeting: Meeting) -> Mapping[int, int]:
    """Enrolment by person of those who hold a seat."""
    rows = session.execute(
        select(Enrolment.person_id, Enrolment.id).where(
            Enrolment.offering_id == meeting.offering_id, Enrolment.state != EnrolmentState.WITHDRAWN
        )
    )
    return dict(rows.all())


def _set_presence(
    session: Session, meeting: Meeting, person_id: int, presence: Presence, *, by: Actor, now: datetime
) -> bool:
    known = find_attendance(session, meeting.id, person_id)
    if known is not None and known.presence is presence:
        return False
    if known is not None and presence not in COUNTS and _is_counted(session, meeting, person_id):
        raise Conflict("presence_counted_already", person_id=person_id)
    if known is None:
        session.add(
            Attendance(
                meeting_id=meeting.id, person_id=person_id, presence=presence, method=RollMethod.ROLL, at=now,
                recorded_by=by.person_id,
            )
        )  # fmt: skip
        return True
    record(
        session, "attendance.correct", actor=by, subject_kind="attendance", subject_id=known.id, now=now,
        person_id=person_id, was=known.presence.value, becomes=presence.value,
    )  # fmt: skip
    known.presence, known.method, known.at, known.recorded_by = presence, RollMethod.ROLL, now, by.person_id
    return True


def _is_counted(session: Session, meeting: Meeting, person_id: int) -> bool:
    counted = (
        select(ModuleResult.id)
        .join(Enrolment, Enrolment.id == ModuleResult.enrolment_id)
        .where(
            Enrolment.offering_id == meeting.offering_id, Enrolment.person_id == person_id,
            ModuleResult.module_id == meeting.module_id,
        )
    )  # fmt: skip
    return session.scalar(counted) is not None


def settle_meeting(session: Session, meeting: Meeting, *, now: datetime) -> int:
    """Give everybody who was there their module result, once the meeting has ended; a second time changes nothing."""
    if now < meeting.ends_at:
        return 0
    planned = int((meeting.ends_at - meeting.starts_at).total_seconds())
    rows = session.execute(
        select(Enrolment.id, Enrolment.person_id)
        .join(Attendance, Attendance.person_id == Enrolment.person_id)
        .outerjoin(
            ModuleResult,
            (ModuleResult.enrolment_id == Enrolment.id) & (ModuleResult.module_id == meeting.module_id),
        )
        .where(
            Attendance.meeting_id == meeting.id, Attendance.presence.in_(COUNTS), ModuleResult.id.is_(None),
            Enrolment.offering_id == meeting.offering_id, Enrolment.state == EnrolmentState.ENROLLED,
        )
        .order_by(Enrolment.person_id)
    ).all()  # fmt: skip
    for enrolment_id, person_id in rows:
        enrolment = lock_own(session, enrolment_id, person_id=person_id)
        write_result(session, enrolment, meeting.module, counted_seconds=planned, completed_at=meeting.ends_at, now=now)
    return len(rows)


def settle_meetings(session: Session, *, now: datetime, within: timedelta = timedelta(days=14)) -> int:
    """Settle every meeting that ended lately; for the schedule. Safe to run twice."""
    ended = session.scalars(
        select(Meeting)
        .join(Meeting.offering)
        .where(Meeting.ends_at <= now, Meeting.ends_at > now - within, Offering.state != OfferingState.CANCELLED)
        .options(joinedload(Meeting.module))
        .order_by(Meeting.ends_at, Meeting.id)
    ).all()
    return sum(settle_meeting(session, meeting, now=now) for meeting in ended)
