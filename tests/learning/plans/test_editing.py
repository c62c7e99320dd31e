from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Course
from content.terms import CourseState, DeliveryMode
from core.audit import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from learning.mentoring.pairs import pair_up
from learning.plans.editing import (
    add_course,
    confirm,
    cycle_years,
    drop_entry,
    entries_in,
    move_entry,
    plan_of,
    quarter_of,
    set_goal,
)
from learning.plans.history import versions_of
from learning.plans.models import Plan
from learning.study.models import Meeting, Offering
from learning.terms import PlanState
from tests.conftest import NOW, World
from tests.recommender.conftest import make_course

YEAR = 2026


@pytest.fixture
def course(session: Session, world: World) -> Course:
    return make_course(session, world, "KC-001")


@pytest.fixture
def other(session: Session, world: World) -> Course:
    return make_course(session, world, "KC-002")


def confirmed(session: Session, world: World, *courses: Course) -> Plan:
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    for one in courses:
        add_course(session, world.teacher.id, one.id, year=YEAR, now=NOW)
    plan = plan_of(session, world.teacher.id, YEAR)
    assert plan is not None
    return confirm(session, plan.id, by=world.actor(session, world.mentor), now=NOW)


def standing(session: Session, world: World) -> list[tuple[str, int]]:
    return [(entry.course.code, entry.quarter) for entry in entries_in(plan_of(session, world.teacher.id, YEAR))]


def test_before_the_first_course_there_is_no_plan(session: Session, world: World) -> None:
    assert plan_of(session, world.teacher.id, YEAR) is None


def test_a_course_falls_into_the_quarter_of_today(session: Session, world: World, course: Course) -> None:
    assert add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW).quarter == 4  # 16 November


def test_a_course_with_a_run_falls_into_the_quarter_the_run_begins(session: Session, world: World) -> None:
    meeting = make_course(session, world, "KC-F", mode=DeliveryMode.F2F)
    starts = NOW + timedelta(days=100)  # 24 February
    session.add(
        Offering(
            course_id=meeting.id, organisation_id=world.county.id, starts_on=starts.date(), ends_on=starts.date(),
            place="县教师发展中心", n_seats=30,
            meetings=[Meeting(module_id=meeting.modules[0].id, starts_at=starts, ends_at=starts + timedelta(hours=2), room="1", secret="s")],
        )
    )  # fmt: skip
    session.flush()
    assert add_course(session, world.teacher.id, meeting.id, year=2027, now=NOW).quarter == 1


def test_planning_a_course_twice_plans_it_once(session: Session, world: World, course: Course) -> None:
    first = add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW, quarter=2)
    again = add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW, quarter=3)
    assert (again.id, again.quarter) == (first.id, 2)


def test_a_course_is_moved_dropped_and_brought_back(session: Session, world: World, course: Course) -> None:
    entry = add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW, quarter=2)
    move_entry(session, world.teacher.id, entry.id, quarter=3, now=NOW)
    assert standing(session, world) == [("KC-001", 3)]
    drop_entry(session, world.teacher.id, entry.id, now=NOW)
    drop_entry(session, world.teacher.id, entry.id, now=NOW)
    assert standing(session, world) == []
    add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW)
    assert standing(session, world) == [("KC-001", 3)]


def test_there_are_four_quarters(session: Session, world: World, course: Course) -> None:
    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 9, 10, 12)] == [1, 1, 2, 3, 4, 4]
    with pytest.raises(Invalid, match="quarter_is_one_to_four"):
        add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW, quarter=5)


def test_only_published_courses_are_planned(session: Session, world: World) -> None:
    draft = make_course(session, world, "KC-D", state=CourseState.DRAFT)
    with pytest.raises(NotFound):
        add_course(session, world.teacher.id, draft.id, year=YEAR, now=NOW)


def test_the_cycle_runs_from_2026_to_2030(session: Session, world: World, course: Course) -> None:
    assert cycle_years(session, world.teacher.id, on=date(2026, 11, 16)) == (2026, 2030)
    add_course(session, world.teacher.id, course.id, year=2030, now=NOW)
    plan = plan_of(session, world.teacher.id, 2030)
    assert plan is not None
    assert plan.cycle_start_year == 2026
    for outside in (2025, 2031):
        with pytest.raises(Invalid, match="plan_year_outside_cycle"):
            add_course(session, world.teacher.id, course.id, year=outside, now=NOW)


def test_a_goal_is_kept_trimmed_and_not_too_long(session: Session, world: World) -> None:
    assert set_goal(session, world.teacher.id, "  学会用评价改进教学 ", year=YEAR, now=NOW).goal == "学会用评价改进教学"
    with pytest.raises(Invalid, match="goal_too_long"):
        set_goal(session, world.teacher.id, "长" * 501, year=YEAR, now=NOW)


def test_a_mentor_confirms_and_the_act_is_on_record(session: Session, world: World, course: Course) -> None:
    plan = confirmed(session, world, course)
    assert (plan.state, plan.confirmed_by, plan.confirmed_at) == (PlanState.CONFIRMED, world.mentor.id, NOW)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.confirm")).one()
    assert (entry.actor_id, entry.subject_id, entry.organisation_id) == (world.mentor.id, plan.id, world.school.id)
    confirm(session, plan.id, by=world.actor(session, world.mentor), now=NOW)
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.confirm")).all()) == 1


def test_nobody_but_the_mentor_of_the_day_sees_a_plan_to_confirm(
    session: Session, world: World, course: Course
) -> None:
    plan = confirmed(session, world, course)
    for stranger in (world.colleague, world.administrator, world.teacher):
        with pytest.raises(NotFound):
            confirm(session, plan.id, by=world.actor(session, stranger), now=NOW)


def test_an_empty_plan_is_not_confirmed(session: Session, world: World) -> None:
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    plan = set_goal(session, world.teacher.id, "目标", year=YEAR, now=NOW)
    with pytest.raises(Invalid, match="plan_is_empty"):
        confirm(session, plan.id, by=world.actor(session, world.mentor), now=NOW)


def test_editing_a_confirmed_plan_begins_a_new_draft_and_leaves_the_confirmed_one_as_it_was(
    session: Session, world: World, course: Course, other: Course
) -> None:
    plan = confirmed(session, world, course)
    shown = entries_in(plan)[0].id
    add_course(session, world.teacher.id, other.id, year=YEAR, now=NOW, quarter=1)
    moved = move_entry(session, world.teacher.id, shown, quarter=2, now=NOW)  # the page showed the confirmed version
    assert moved.id != shown
    draft = plan_of(session, world.teacher.id, YEAR)
    assert draft is not None
    assert (draft.version, draft.state) == (2, PlanState.DRAFT)
    assert standing(session, world) == [("KC-002", 1), ("KC-001", 2)]
    assert [(e.course.code, e.quarter) for e in entries_in(session.get(Plan, plan.id))] == [("KC-001", 4)]


def test_an_edit_that_changes_nothing_leaves_the_confirmation(session: Session, world: World, course: Course) -> None:
    plan = confirmed(session, world, course)
    move_entry(session, world.teacher.id, entries_in(plan)[0].id, quarter=4, now=NOW)
    add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW)
    set_goal(session, world.teacher.id, "", year=YEAR, now=NOW)
    in_force = plan_of(session, world.teacher.id, YEAR)
    assert in_force is not None
    assert in_force.id == plan.id


def test_a_mentor_cannot_confirm_a_version_that_was_edited_meanwhile(
    session: Session, world: World, course: Course, other: Course
) -> None:
    plan = confirmed(session, world, course)
    add_course(session, world.teacher.id, other.id, year=YEAR, now=NOW)
    with pytest.raises(Conflict, match="plan_has_a_newer_version"):
        confirm(session, plan.id, by=world.actor(session, world.mentor), now=NOW)


def test_versions_tell_what_was_added_dropped_and_moved(
    session: Session, world: World, course: Course, other: Course
) -> None:
    third = make_course(session, world, "KC-003")
    plan = confirmed(session, world, course, other)
    kept, gone = entries_in(plan)
    move_entry(session, world.teacher.id, kept.id, quarter=1, now=NOW)
    drop_entry(session, world.teacher.id, gone.id, now=NOW)
    add_course(session, world.teacher.id, third.id, year=YEAR, now=NOW)
    newest, oldest = versions_of(session, world.teacher.id, YEAR)
    assert [entry.course.code for entry in newest.added] == ["KC-003"]
    assert [entry.course.code for entry in newest.dropped] == ["KC-002"]
    assert [(m.course.code, m.from_quarter, m.to_quarter) for m in newest.moved] == [("KC-001", 4, 1)]
    assert (oldest.is_first, oldest.mentor_name, newest.mentor_name) == (True, "沈三", None)


def test_somebody_elses_entry_does_not_exist(session: Session, world: World, course: Course) -> None:
    entry = add_course(session, world.teacher.id, course.id, year=YEAR, now=NOW)
    with pytest.raises(NotFound):
        move_entry(session, world.colleague.id, entry.id, quarter=1, now=NOW)
    with pytest.raises(NotFound):
        drop_entry(session, world.colleague.id, entry.id, now=NOW)
