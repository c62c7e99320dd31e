"""Being there: a code that turns every fifteen seconds, a roll, and what counts when the meeting is over."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.errors import Conflict, NotFound
from core.people import Person
from learning.credit.models import LedgerEntry
from learning.study.attendance import (
    call_roll,
    check_in,
    get_meeting_led,
    is_open,
    meetings_led,
    roll_of,
    rotating_code,
    settle_meetings,
)
from learning.study.enrolments import enrol
from learning.study.models import Enrolment, Meeting, ModuleResult, Offering
from learning.terms import EnrolmentSource, EnrolmentState, Presence, RollMethod
from tests.conftest import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def seated(session: Session, world: World, offering: Offering, now: datetime) -> Enrolment:
    return enrol(
        session, world.teacher.id, offering.course_id, source=EnrolmentSource.SELF, now=now, offering_id=offering.id
    )


@pytest.fixture
def meeting(offering: Offering) -> Meeting:
    return offering.meetings[0]


def _come(session: Session, person: Person, meeting: Meeting, at: datetime):
    return check_in(session, person.id, code=rotating_code(meeting, now=at).digits, now=at)


def test_the_code_is_valid_from_half_an_hour_before_until_the_end(meeting: Meeting):
    opens, ends = meeting.starts_at - 30 * MINUTE, meeting.ends_at
    second = timedelta(seconds=1)
    assert [is_open(meeting, at) for at in (opens - second, opens, ends, ends + second)] == [False, True, True, False]
    with pytest.raises(Conflict):
        rotating_code(meeting, now=ends + second)


def test_a_code_lives_for_its_step_and_the_next_one(
    session: Session, world: World, seated: Enrolment, meeting: Meeting
):
    start = meeting.starts_at
    shown = rotating_code(meeting, now=start)
    assert shown.seconds_left == 15
    assert len(shown.digits) == 6
    assert check_in(session, world.teacher.id, code=shown.digits, now=start + timedelta(seconds=30)) is None
    found = check_in(session, world.teacher.id, code=shown.digits, now=start + timedelta(seconds=29))
    assert found is not None
    assert (found.presence, found.method) == (Presence.PRESENT, RollMethod.ROTATING_CODE)


def test_the_word_in_the_qr_code_works_like_the_digits(
    session: Session, world: World, seated: Enrolment, meeting: Meeting
):
    shown = rotating_code(meeting, now=meeting.starts_at)
    assert check_in(session, world.teacher.id, code=shown.token, now=meeting.starts_at) is not None


def test_ten_minutes_are_still_in_time_and_then_it_is_late(
    session: Session, world: World, seated: Enrolment, meeting: Meeting
):
    late = _come(session, world.teacher, meeting, meeting.starts_at + 10 * MINUTE + timedelta(seconds=1))
    assert late is not None
    assert late.presence is Presence.LATE


def test_checking_in_twice_is_checking_in_once(session: Session, world: World, seated: Enrolment, meeting: Meeting):
    first = _come(session, world.teacher, meeting, meeting.starts_at)
    again = _come(session, world.teacher, meeting, meeting.starts_at + 40 * MINUTE)
    assert first is not None
    assert again is not None
    assert (again.id, again.presence) == (first.id, Presence.PRESENT)


def test_a_code_is_good_only_for_those_who_hold_a_seat(
    session: Session, world: World, seated: Enrolment, meeting: Meeting
):
    assert _come(session, world.colleague, meeting, meeting.starts_at) is None


def test_codes_cannot_be_guessed_one_after_another(session: Session, world: World, seated: Enrolment, meeting: Meeting):
    start = meeting.starts_at
    right = rotating_code(meeting, now=start).digits
    wrong = "000000" if right != "000000" else "000001"
    for _try in range(5):
        assert check_in(session, world.teacher.id, code=wrong, now=start) is None
    with pytest.raises(Conflict, match="too_many_wrong_codes"):
        check_in(session, world.teacher.id, code=right, now=start)
    assert _come(session, world.teacher, meeting, start + 11 * MINUTE) is not None


def test_presence_counts_when_the_meeting_is_over_and_only_once(
    session: Session, world: World, seated: Enrolment, meeting: Meeting
):
    _come(session, world.teacher, meeting, meeting.starts_at)
    assert settle_meetings(session, now=meeting.ends_at - MINUTE) == 0
    assert settle_meetings(session, now=meeting.ends_at) == 1
    assert settle_meetings(session, now=meeting.ends_at) == 0
    result = session.scalars(select(ModuleResult)).one()
    assert (result.counted_seconds, result.completed_at) == (10800, meeting.ends_at)
    assert {entry.hours_hundredths for entry in session.scalars(select(LedgerEntry))} == {100}
    assert len(session.scalars(select(LedgerEntry)).all()) == 2 * 4  # 10,800 s = 4 units, in two profiles


def test_the_trainer_calls_the_roll_and_only_those_who_stayed_get_their_hours(
    session: Session, world: World, offering: Offering, seated: Enrolment, meeting: Meeting, now: datetime
):
    other = enrol(
        session, world.colleague.id, offering.course_id, source=EnrolmentSource.SELF, now=now, offering_id=offering.id
    )
    trainer = world.actor(session, world.editor)
    presences = {world.teacher.id: Presence.LATE, world.colleague.id: Presence.LEFT_EARLY}
    assert call_roll(session, meeting.id, by=trainer, presences=presences, now=meeting.ends_at) == 2
    assert [(row.person.id, row.is_counted) for row in roll_of(session, meeting)] == [
        (world.teacher.id, True), (world.colleague.id, False),
    ]  # fmt: skip
    assert other.state is EnrolmentState.ENROLLED


def test_a_correction_is_on_record_with_what_it_was(
    session: Session, world: World, seated: Enrolment, meeting: Meeting
):
    _come(session, world.teacher, meeting, meeting.starts_at)
    trainer = world.actor(session, world.editor)
    during = meeting.starts_at + 60 * MINUTE
    call_roll(session, meeting.id, by=trainer, presences={world.teacher.id: Presence.LEFT_EARLY}, now=during)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.correct")).one()
    assert (entry.actor_id, entry.detail["was"], entry.detail["becomes"]) == (
        trainer.person_id,
        "present",
        "left_early",
    )
    assert settle_meetings(session, now=meeting.ends_at) == 0


def test_who_was_absent_at_the_roll_and_comes_after_is_late(
    session: Session, world: World, seated: Enrolment, meeting: Meeting
):
    trainer = world.actor(session, world.editor)
    call_roll(session, meeting.id, by=trainer, presences={world.teacher.id: Presence.ABSENT}, now=meeting.starts_at)
    came = _come(session, world.teacher, meeting, meeting.starts_at + MINUTE)
    assert came is not None
    assert came.presence is Presence.LATE


def test_presence_that_counted_already_is_not_taken_back_by_the_roll(
    session: Session, world: World, seated: Enrolment, meeting: Meeting
):
    trainer = world.actor(session, world.editor)
    call_roll(session, meeting.id, by=trainer, presences={world.teacher.id: Presence.PRESENT}, now=meeting.ends_at)
    with pytest.raises(Conflict, match="presence_counted_already"):
        call_roll(session, meeting.id, by=trainer, presences={world.teacher.id: Presence.ABSENT}, now=meeting.ends_at)


def test_the_meeting_is_led_by_its_trainer_and_the_administrators_above_it(
    session: Session, world: World, meeting: Meeting
):
    for person in (world.editor, world.administrator):
        assert get_meeting_led(session, meeting.id, by=world.actor(session, person)).id == meeting.id
    for person in (world.teacher, world.school_administrator, world.foreign_administrator, world.auditor):
        with pytest.raises(NotFound):
            get_meeting_led(session, meeting.id, by=world.actor(session, person))
    assert len(meetings_led(session, by=world.actor(session, world.editor), since=meeting.starts_at)) == 2


def test_nobody_without_a_seat_is_put_on_the_roll(session: Session, world: World, seated: Enrolment, meeting: Meeting):
    with pytest.raises(NotFound):
        call_roll(
            session, meeting.id, by=world.actor(session, world.editor), now=meeting.starts_at,
            presences={world.foreign_teacher.id: Presence.PRESENT},
        )  # fmt: skip


def test_both_meetings_attended_complete_the_course(
    session: Session, world: World, offering: Offering, seated: Enrolment
):
    trainer = world.actor(session, world.editor)
    for meeting in offering.meetings:
        call_roll(session, meeting.id, by=trainer, presences={world.teacher.id: Presence.PRESENT}, now=meeting.ends_at)
    assert seated.state is EnrolmentState.COMPLETED
