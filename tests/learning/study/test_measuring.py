"""Study time is what the server's clock allows of what the browser claims."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.terms import ModuleKind
from core.errors import Conflict, Invalid, NotFound
from learning.study.measure import measured
from learning.study.models import Enrolment, StudyInterval, StudySession
from learning.study.modules import finish_reading
from learning.study.sessions import close_session, end_stale, open_session, take_interval
from tests.conftest import NOW, World
from tests.learning.study.conftest import SECRET, Courses, study


def _open(session: Session, enrolment: Enrolment, courses: Courses, kind: ModuleKind, device: str = "laptop"):
    return open_session(
        session, enrolment.id, courses.part(kind).id, person_id=enrolment.person_id, device=device, secret=SECRET,
        now=NOW,
    )  # fmt: skip


def _beat(
    session: Session, opened, enrolment: Enrolment, *, after: int, claimed: int, seq=None, signature=None, played=None
):
    return take_interval(
        session, opened.session_id, person_id=enrolment.person_id, seq=seq or opened.seq,
        signature=signature or opened.signature, claimed_ms=claimed * 1000, secret=SECRET,
        now=NOW + timedelta(seconds=after), played=played,
    )  # fmt: skip


def test_a_beat_counts_no_more_than_the_time_that_passed(session: Session, online: Enrolment, courses: Courses):
    opened = _open(session, online, courses, ModuleKind.READING)
    assert _beat(session, opened, online, after=10, claimed=50).measured.counted_seconds == 10


def test_the_browser_can_only_shorten_what_counts(session: Session, online: Enrolment, courses: Courses):
    opened = _open(session, online, courses, ModuleKind.READING)
    beat = _beat(session, opened, online, after=50, claimed=20)
    assert (beat.measured.counted_seconds, beat.measured.open_seconds) == (20, 50)


def test_one_beat_is_at_most_a_minute_however_long_the_silence(session: Session, online: Enrolment, courses: Courses):
    opened = _open(session, online, courses, ModuleKind.READING)
    assert _beat(session, opened, online, after=3600, claimed=3600).measured.counted_seconds == 60


def test_a_beat_sent_twice_changes_nothing_and_tells_the_next_number(
    session: Session, online: Enrolment, courses: Courses
):
    opened = _open(session, online, courses, ModuleKind.READING)
    first = _beat(session, opened, online, after=15, claimed=15)
    again = _beat(session, opened, online, after=30, claimed=15)
    assert (again.seq, again.signature) == (first.seq, first.signature)
    assert again.measured.counted_seconds == 15


def test_an_old_beat_arriving_late_changes_nothing(session: Session, online: Enrolment, courses: Courses):
    opened = _open(session, online, courses, ModuleKind.READING)
    first = _beat(session, opened, online, after=15, claimed=15)
    _beat(session, opened, online, after=30, claimed=15, seq=first.seq, signature=first.signature)
    late = _beat(session, opened, online, after=45, claimed=15)
    assert late.measured.counted_seconds == 30


def test_a_beat_nobody_signed_is_refused(session: Session, online: Enrolment, courses: Courses):
    opened = _open(session, online, courses, ModuleKind.READING)
    with pytest.raises(Invalid, match="beat_not_signed"):
        _beat(session, opened, online, after=15, claimed=15, seq=2)


def test_a_beat_of_somebody_else_finds_no_session(session: Session, online: Enrolment, courses: Courses, world: World):
    opened = _open(session, online, courses, ModuleKind.READING)
    with pytest.raises(NotFound):
        take_interval(
            session, opened.session_id, person_id=world.colleague.id, seq=1, signature=opened.signature,
            claimed_ms=15000, secret=SECRET, now=NOW + timedelta(seconds=15),
        )  # fmt: skip


def test_opening_on_a_second_device_ends_the_first_and_says_so(session: Session, online: Enrolment, courses: Courses):
    laptop = _open(session, online, courses, ModuleKind.READING)
    phone = _open(session, online, courses, ModuleKind.QUIZ, device="phone")
    assert (laptop.ended_elsewhere, phone.ended_elsewhere) == (False, True)
    assert not _beat(session, laptop, online, after=15, claimed=15).is_live
    live = select(func.count()).select_from(StudySession).where(StudySession.ended_at.is_(None))
    assert session.scalar(live) == 1
    assert session.scalar(select(func.count()).select_from(StudyInterval)) == 0


def test_reloading_the_page_on_the_same_device_is_not_another_device(
    session: Session, online: Enrolment, courses: Courses
):
    _open(session, online, courses, ModuleKind.READING)
    assert not _open(session, online, courses, ModuleKind.READING).ended_elsewhere


def test_time_is_added_up_over_devices_and_capped_by_the_module(session: Session, online: Enrolment, courses: Courses):
    reading = courses.part(ModuleKind.READING)
    end = study(session, online, reading, seconds=400, start=NOW)
    study(session, online, reading, seconds=400, start=end, device="phone")
    found = measured(session, online.id, reading)
    assert (found.active_seconds, found.counted_seconds) == (800, 600)


def test_a_film_counts_what_was_played_once_and_never_faster_than_one_and_a_half(
    session: Session, online: Enrolment, courses: Courses
):
    film = courses.part(ModuleKind.VIDEO)
    opened = _open(session, online, courses, ModuleKind.VIDEO)
    first = _beat(session, opened, online, after=10, claimed=10, played=(0, 60_000))
    assert first.measured.played == ((45_000, 60_000),)
    study(session, online, film, seconds=60, start=NOW + timedelta(seconds=20))
    assert measured(session, online.id, film).counted_seconds == 60


def test_time_before_a_film_that_does_not_play_is_not_study(session: Session, online: Enrolment, courses: Courses):
    opened = _open(session, online, courses, ModuleKind.VIDEO)
    beat = _beat(session, opened, online, after=15, claimed=15)
    assert (beat.measured.counted_seconds, beat.seq) == (0, 2)


def test_a_page_that_was_left_measures_nothing_more(session: Session, online: Enrolment, courses: Courses):
    opened = _open(session, online, courses, ModuleKind.READING)
    close_session(session, opened.session_id, person_id=online.person_id, now=NOW)
    close_session(session, opened.session_id, person_id=online.person_id, now=NOW)
    assert not _beat(session, opened, online, after=15, claimed=15).is_live


def test_a_session_nobody_touched_for_half_an_hour_is_ended(session: Session, online: Enrolment, courses: Courses):
    _open(session, online, courses, ModuleKind.READING)
    assert end_stale(session, now=NOW + timedelta(minutes=29)) == 0
    assert end_stale(session, now=NOW + timedelta(minutes=31)) == 1
    assert end_stale(session, now=NOW + timedelta(minutes=31)) == 0


def test_a_task_is_not_measured_by_the_clock(session: Session, online: Enrolment, courses: Courses):
    with pytest.raises(NotFound):
        _open(session, online, courses, ModuleKind.TASK)


def test_a_module_that_is_done_is_not_measured_again(session: Session, online: Enrolment, courses: Courses):
    reading = courses.part(ModuleKind.READING)
    end = study(session, online, reading, seconds=300, start=NOW)
    finish_reading(session, online.id, reading.id, person_id=online.person_id, now=end)
    with pytest.raises(Conflict, match="module_done"):
        _open(session, online, courses, ModuleKind.READING)
