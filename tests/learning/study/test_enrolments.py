"""Enrolling: what must be true first, one live enrolment, no clash, a seat, and leaving again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.models import CoursePrerequisite
from content.terms import CourseState, ModuleKind
from core.audit import AuditEntry
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from learning.study.enrolments import consequences_of, enrol, find_live, withdraw
from learning.study.models import Enrolment, Offering
from learning.study.modules import finish_reading
from learning.study.offerings import MeetingPlan, offerings_of, open_offering, open_seats
from learning.study.reads import continue_of, meetings_ahead
from learning.study.sessions import open_session, take_interval
from learning.terms import EnrolmentSource, EnrolmentState
from tests.conftest import NOW, World
from tests.learning.study.conftest import SECRET, Courses, make_course, make_offering, module, study

SELF = EnrolmentSource.SELF


def test_a_course_nobody_can_see_yet_cannot_be_begun(session: Session, world: World, courses: Courses):
    courses.online.state = CourseState.DRAFT
    with pytest.raises(NotFound):
        enrol(session, world.teacher.id, courses.online.id, source=SELF, now=NOW)


def test_a_retired_course_and_one_without_content_cannot_be_begun(session: Session, world: World, courses: Courses):
    courses.online.is_open = False
    with pytest.raises(Conflict, match="course_not_open_yet"):
        enrol(session, world.teacher.id, courses.online.id, source=SELF, now=NOW)
    courses.online.state, courses.online.retired_at = CourseState.RETIRED, NOW
    with pytest.raises(Conflict, match="course_retired"):
        enrol(session, world.teacher.id, courses.online.id, source=SELF, now=NOW)


def test_a_course_is_begun_once(session: Session, online: Enrolment, courses: Courses):
    with pytest.raises(Conflict, match="already_enrolled"):
        enrol(session, online.person_id, courses.online.id, source=SELF, now=NOW)


def test_what_must_be_complete_first_is_named(session: Session, world: World, online: Enrolment, courses: Courses):
    session.add(CoursePrerequisite(course_id=courses.school_based.id, required_id=courses.online.id))
    session.flush()
    with pytest.raises(Conflict) as refused:
        enrol(session, world.teacher.id, courses.school_based.id, source=SELF, now=NOW)
    assert refused.value.figures == {"courses": "倾听与反馈"}
    online.state, online.completed_at = EnrolmentState.COMPLETED, NOW
    session.flush()
    assert enrol(session, world.teacher.id, courses.school_based.id, source=SELF, now=NOW).id


def test_a_face_to_face_course_is_begun_in_a_run_of_it(
    session: Session, world: World, courses: Courses, offering: Offering
):
    with pytest.raises(Invalid, match="choose_an_offering"):
        enrol(session, world.teacher.id, courses.f2f.id, source=SELF, now=NOW)
    begun = enrol(session, world.teacher.id, courses.f2f.id, source=SELF, now=NOW, offering_id=offering.id)
    assert begun.seat_no == 1
    assert [meeting.starts_at for meeting, _course in meetings_ahead(session, world.teacher.id, now=NOW)] == [
        NOW + timedelta(days=1), NOW + timedelta(days=1, hours=4),
    ]  # fmt: skip


def test_a_run_is_open_to_the_people_it_is_for_and_to_nobody_else(
    session: Session, world: World, courses: Courses, offering: Offering
):
    with pytest.raises(NotFound):
        enrol(session, world.foreign_teacher.id, courses.f2f.id, source=SELF, now=NOW, offering_id=offering.id)
    assert offerings_of(session, courses.f2f.id, person_id=world.foreign_teacher.id, now=NOW) == []
    assert [run.n_left for run in offerings_of(session, courses.f2f.id, person_id=world.teacher.id, now=NOW)] == [2]
    assert open_seats(session, person_id=world.teacher.id, now=NOW) == {courses.f2f.id: (2, offering.starts_on)}


def test_a_run_that_has_begun_is_not_joined_any_more(
    session: Session, world: World, courses: Courses, offering: Offering
):
    with pytest.raises(Conflict, match="offering_begun_or_closed"):
        enrol(
            session, world.teacher.id, courses.f2f.id, source=SELF, now=NOW + timedelta(days=1),
            offering_id=offering.id,
        )  # fmt: skip


def test_when_the_seats_are_taken_the_next_one_is_told(
    session: Session, world: World, courses: Courses, offering: Offering
):
    for person in (world.teacher, world.colleague):
        enrol(session, person.id, courses.f2f.id, source=SELF, now=NOW, offering_id=offering.id)
    with pytest.raises(Conflict, match="no_seats_left"):
        enrol(session, world.mentor.id, courses.f2f.id, source=SELF, now=NOW, offering_id=offering.id)
    assert open_seats(session, person_id=world.mentor.id, now=NOW) == {}


def test_a_seat_given_back_goes_to_the_next_one(session: Session, world: World, courses: Courses, offering: Offering):
    offering.n_seats = 1
    first = enrol(session, world.teacher.id, courses.f2f.id, source=SELF, now=NOW, offering_id=offering.id)
    assert consequences_of(session, first).frees_seat
    withdraw(session, first.id, person_id=world.teacher.id, now=NOW)
    withdraw(session, first.id, person_id=world.teacher.id, now=NOW)
    second = enrol(session, world.colleague.id, courses.f2f.id, source=SELF, now=NOW, offering_id=offering.id)
    assert second.seat_no == 1
    withdrawn = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "enrolment.withdraw")
    assert session.scalar(withdrawn) == 1


def test_two_courses_that_meet_at_the_same_time_clash(
    session: Session, world: World, courses: Courses, offering: Offering
):
    other = make_course(
        session, world.provider, "KC-9", courses.f2f.mode, module(1, ModuleKind.F2F_SESSION, 3600), title="朗读工作坊"
    )
    touching = make_offering(session, other, world.county, first_at=NOW + timedelta(days=1, hours=3))
    inside = make_offering(session, other, world.county, first_at=NOW + timedelta(days=1, hours=2, minutes=59))
    enrol(session, world.teacher.id, courses.f2f.id, source=SELF, now=NOW, offering_id=offering.id)
    with pytest.raises(Conflict) as refused:
        enrol(session, world.teacher.id, other.id, source=SELF, now=NOW, offering_id=inside.id)
    assert refused.value.figures == {"course": "面批工作坊"}
    assert enrol(session, world.teacher.id, other.id, source=SELF, now=NOW, offering_id=touching.id).id


def test_whoever_comes_back_goes_on_where_they_left_so_nothing_counts_twice(
    session: Session, world: World, online: Enrolment, courses: Courses
):
    reading = courses.part(ModuleKind.READING)
    end = study(session, online, reading, seconds=600, start=NOW)
    finish_reading(session, online.id, reading.id, person_id=online.person_id, now=end)
    withdraw(session, online.id, person_id=online.person_id, now=end)
    assert find_live(session, online.person_id, courses.online.id) is None
    again = enrol(session, online.person_id, courses.online.id, source=SELF, now=end)
    assert again.id == online.id
    assert [row.n_done for row in continue_of(session, online.person_id)] == [1]


def test_leaving_a_course_stops_its_clock(session: Session, online: Enrolment, courses: Courses):
    opened = open_session(
        session, online.id, courses.part(ModuleKind.READING).id, person_id=online.person_id, device="d", secret=SECRET,
        now=NOW,
    )  # fmt: skip
    withdraw(session, online.id, person_id=online.person_id, now=NOW)
    beat = take_interval(
        session, opened.session_id, person_id=online.person_id, seq=1, signature=opened.signature, claimed_ms=9000,
        secret=SECRET, now=NOW + timedelta(seconds=9),
    )  # fmt: skip
    assert (beat.is_live, beat.measured.counted_seconds) == (False, 0)


def test_a_complete_course_is_not_left(session: Session, online: Enrolment):
    online.state, online.completed_at = EnrolmentState.COMPLETED, NOW
    session.flush()
    with pytest.raises(Conflict, match="enrolment_complete"):
        withdraw(session, online.id, person_id=online.person_id, now=NOW)


def test_nobody_leaves_for_somebody_else(session: Session, online: Enrolment, world: World):
    with pytest.raises(NotFound):
        withdraw(session, online.id, person_id=world.colleague.id, now=NOW)


def test_a_run_teaches_every_module_once_and_its_meetings_do_not_overlap(
    session: Session, world: World, courses: Courses
):
    first, second = courses.f2f.modules
    hour = timedelta(hours=1)

    def run(*plans: MeetingPlan) -> Offering:
        return open_offering(
            session, courses.f2f, organisation=world.county, meetings=plans, place="p", n_seats=5, now=NOW,
            by=world.actor(session, world.administrator),
        )  # fmt: skip

    with pytest.raises(Invalid, match="offering_teaches_each_module_once"):
        run(MeetingPlan(first.id, NOW, NOW + hour, "1"))
    with pytest.raises(Invalid, match="meetings_overlap"):
        run(MeetingPlan(first.id, NOW, NOW + 2 * hour, "1"), MeetingPlan(second.id, NOW + hour, NOW + 3 * hour, "1"))
    assert run(MeetingPlan(first.id, NOW, NOW + hour, "1"), MeetingPlan(second.id, NOW + hour, NOW + 3 * hour, "1")).id


def test_an_administrator_opens_runs_in_their_own_subtree_only(session: Session, world: World, courses: Courses):
    with pytest.raises(NotAllowed):
        open_offering(
            session, courses.f2f, organisation=world.county, meetings=[], place="p", n_seats=5, now=NOW,
            by=world.actor(session, world.foreign_administrator),
        )  # fmt: skip
