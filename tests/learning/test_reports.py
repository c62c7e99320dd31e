"""What an administrator sees of a place: coverage, hours, who has not started, topics, campaigns."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from assessment.campaigns import open_campaign
from assessment.terms import SittingState
from content.terms import MandatoryTopic
from core.access import Role
from core.errors import NotFound
from core.people import CareerStage, Subject
from learning.mentoring.pairs import pair_up
from learning.reports.campaigns import campaign_progress
from learning.reports.hours import Tally, hours_report
from learning.reports.pairing import candidates_for, pairs_within, unpaired_within
from learning.reports.people import Sort, not_started, people_of
from learning.reports.roster import get_place, tops_of
from learning.reports.topics import topic_coverage
from learning.terms import EnrolmentState
from tests.conftest import World, make_person
from tests.learning.mentoring.building import make_course, make_enrolment, post_hours, sit, take_back

TODAY = date(2026, 11, 16)


def test_a_report_stands_inside_the_readers_subtree(session: Session, world: World) -> None:
    county = world.actor(session, world.administrator)
    place = get_place(session, county, None)
    assert place.organisation.id == world.county.id
    assert [one.name for one in place.trail] == ["青屏县"]
    assert [unit.code for unit in place.units] == ["S1", "S2"]
    assert [one.name for one in get_place(session, county, world.school.id).trail] == ["青屏县", "青屏县第一小学"]
    for outside in (world.city.id, world.foreign_school.id):
        with pytest.raises(NotFound):
            get_place(session, county, outside)


def test_an_auditor_reads_where_an_administrator_does_and_a_teacher_nowhere(session: Session, world: World) -> None:
    assert [top.code for top in tops_of(session, world.actor(session, world.auditor))] == ["X1"]
    with pytest.raises(NotFound):
        get_place(session, world.actor(session, world.teacher), None)


def test_coverage_counts_teachers_with_a_standing_credit_this_year(
    session: Session, world: World, now: datetime
) -> None:
    course = make_course(session, world.provider, "KC-1", now=now)
    post_hours(session, world.teacher, course, 72, on=date(2026, 3, 1))
    post_hours(session, world.mentor, course, 71, on=date(2026, 3, 1))
    (taken,) = post_hours(session, world.colleague, course, 1, on=date(2026, 3, 1))
    take_back(session, taken)
    post_hours(session, world.colleague, course, 9, on=date(2025, 12, 31))
    post_hours(session, world.foreign_teacher, course, 9, on=date(2026, 3, 1))
    report = hours_report(session, world.county, on=TODAY)
    assert report.min_hundredths == 7200
    assert report.total == Tally(n_people=3, n_covered=2, n_met=1, hours_hundredths=14300)
    assert report.total.coverage_ratio == pytest.approx(2 / 3)
    assert [(unit.organisation and unit.organisation.code, unit.tally.n_people) for unit in report.units] == [
        ("S1", 2), ("S2", 1)
    ]  # fmt: skip
    assert dict(report.by_month)[date(2026, 3, 1)] == 14300


def test_people_who_work_at_the_place_itself_stand_beside_its_units(session: Session, world: World) -> None:
    make_person(session, "T009", "吴十", world.county, Role.TEACHER)
    report = hours_report(session, world.county, on=TODAY)
    assert [unit.organisation and unit.organisation.code for unit in report.units] == ["S1", "S2", None]
    assert sum((unit.tally for unit in report.units), Tally()) == report.total


def test_only_active_teachers_stand_on_the_roster(session: Session, world: World) -> None:
    world.teacher.is_active = False
    session.flush()
    assert hours_report(session, world.county, on=TODAY).total.n_people == 2  # not the editor, not the officials


def test_who_has_not_started_is_listed_and_put_in_order(session: Session, world: World, now: datetime) -> None:
    course = make_course(session, world.provider, "KC-1", now=now)
    post_hours(session, world.mentor, course, 1, on=date(2026, 3, 1))
    sit(session, world.colleague, 0.0, at=now)
    make_enrolment(session, world.teacher, course, now=now)
    world.teacher.stage = CareerStage.EXPERT
    session.flush()
    listed = {
        sort: [row.name for row in not_started(session, world.county, sort=sort, page=1, on=TODAY).rows]
        for sort in Sort
    }
    assert listed == {
        Sort.NAME: ["林一", "周二"],
        Sort.SCHOOL: ["林一", "周二"],
        Sort.STAGE: ["周二", "林一"],
        Sort.SITTING: ["林一", "周二"],
    }
    first, second = not_started(session, world.county, sort=Sort.NAME, page=1, on=TODAY).rows
    assert (first.n_courses, first.sat_at, second.n_courses, second.sat_at) == (1, None, 0, now)


def test_a_long_list_comes_in_pages_and_a_page_beyond_the_end_is_the_last(session: Session, world: World) -> None:
    for place in range(30):
        make_person(session, f"N{place:03}", f"新{place}", world.school, Role.TEACHER)
    page = not_started(session, world.county, sort=Sort.NAME, page=99, on=TODAY)
    assert (page.n_found, page.page, page.n_pages, len(page.rows)) == (33, 2, 2, 8)


def test_the_whole_roster_is_ready_for_a_workbook(session: Session, world: World, now: datetime) -> None:
    course = make_course(session, world.provider, "KC-1", now=now)
    post_hours(session, world.teacher, course, 3, on=date(2026, 3, 1))
    assert [(row.name, row.school, row.hours_hundredths) for row in people_of(session, world.county, on=TODAY)] == [
        ("沈三", "青屏县第一小学", 0),
        ("林一", "青屏县第一小学", 300),
        ("周二", "青屏县河湾小学", 0),
    ]


def test_a_topic_is_covered_by_a_completed_course_whose_hours_stand(
    session: Session, world: World, now: datetime
) -> None:
    course = make_course(session, world.provider, "KC-1", MandatoryTopic.RULE_OF_LAW, MandatoryTopic.ECOLOGY, now=now)
    for person, state in ((world.teacher, EnrolmentState.COMPLETED), (world.mentor, EnrolmentState.ENROLLED)):
        enrolment = make_enrolment(session, person, course, now=now)
        enrolment.state = state
        enrolment.completed_at = now if state is EnrolmentState.COMPLETED else None
        session.flush()
        post_hours(session, person, course, 1, on=date(2026, 3, 1), source_id=enrolment.id)
    covered = {row.topic: (row.n_covered, row.n_people) for row in topic_coverage(session, world.county, on=TODAY)}
    assert list(covered) == list(MandatoryTopic)
    assert covered[MandatoryTopic.RULE_OF_LAW] == covered[MandatoryTopic.ECOLOGY] == (1, 3)
    assert covered[MandatoryTopic.IT] == (0, 3)


def test_a_campaign_shows_whom_it_asks_and_who_has_finished(session: Session, world: World, now: datetime) -> None:
    actor = world.actor(session, world.administrator)
    campaign = open_campaign(
        session, world.county, "秋季诊断", opens_at=now - timedelta(days=3), closes_at=now + timedelta(days=10),
        by=actor, now=now,
    )  # fmt: skip
    sit(session, world.teacher, 0.0, at=now, campaign_id=campaign.id)
    sit(session, world.mentor, 0.0, at=now, state=SittingState.OPEN, campaign_id=campaign.id)
    sit(session, world.colleague, 0.0, at=now - timedelta(days=60))
    (row,) = campaign_progress(session, actor)
    assert (row.n_asked, row.n_done, row.n_under_way) == (3, 1, 1)
    assert campaign_progress(session, world.actor(session, world.foreign_administrator)) == []


def test_a_mentor_of_the_same_school_comes_to_mind_first_then_of_the_same_subject(
    session: Session, world: World
) -> None:
    make_person(session, "M002", "钱一", world.other_school, Role.TEACHER, Role.MENTOR, subject=Subject.MATH)
    make_person(session, "M003", "钱二", world.other_school, Role.TEACHER, Role.MENTOR, subject=Subject.ART)
    make_person(session, "M004", "钱三", world.foreign_school, Role.TEACHER, Role.MENTOR)
    person, found = candidates_for(session, world.actor(session, world.administrator), world.teacher.id, on=TODAY)
    assert person is world.teacher
    assert [candidate.name for candidate in found] == ["沈三", "钱一", "钱二"]
    assert [candidate.is_same_school for candidate in found] == [True, False, False]
    with pytest.raises(NotFound):
        candidates_for(session, world.actor(session, world.foreign_administrator), world.teacher.id, on=TODAY)


def test_novices_without_a_mentor_are_listed_until_they_are_paired(session: Session, world: World) -> None:
    novice = make_person(session, "N001", "新一", world.school, Role.TEACHER, stage=CareerStage.NOVICE)
    actor = world.actor(session, world.administrator)
    assert [row.name for row in unpaired_within(session, actor, on=TODAY)] == ["新一"]
    pair_up(session, world.mentor.id, novice.id, on=TODAY)
    assert unpaired_within(session, actor, on=TODAY) == []
    assert [(row.mentor, row.apprentice) for row in pairs_within(session, actor, on=TODAY)] == [("沈三", "新一")]
    assert pairs_within(session, world.actor(session, world.foreign_administrator), on=TODAY) == []
