"""Deadlines as the policies give them, and who is reminded of what on which day."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy.orm import Session

from assessment.models import Campaign, Design, Release, Sitting
from assessment.terms import SittingState
from core.outbox import Notice
from core.people import SchoolLevel
from learning.credit.ledger import settle_enrolment
from learning.credit.profiles import load_rules
from learning.engine.days import ZONE
from learning.engine.deadlines import (
    ARRIVAL_NOTICE,
    CHOICE,
    DEADLINES,
    END_DOCUMENTS,
    FEBRUARY_FILING,
    N_END_DOCUMENTS,
    TIMETABLE,
    Anchored,
    Once,
    Yearly,
    are_bulletins_overdue,
    find_slot,
)
from learning.mentoring.pairs import end_pair, pair_up
from learning.reminders import RULES, hours_behind, submission_waiting, task_due, window_closing
from learning.study.enrolments import enrol
from learning.study.models import Submission
from learning.terms import EnrolmentSource, SubmissionState
from tests.conftest import NOW, World
from tests.learning.credit import conftest as credit_kit
from tests.learning.study.conftest import make_courses

RULES_FILE = Path(__file__).parents[2] / "learning" / "data" / "rules.yaml"


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def at(on: date, hour: int = 8) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=ZONE)


def told(notices: Sequence[Notice], rule: str) -> set[tuple[int, str]]:
    return {(notice.recipient_id, notice.due_slot) for notice in notices if notice.rule == rule}


# --- acceptance cases of requirements.md section 7, by name --------------------------------------


def test_yearly_filing_2021_2023_2024_is_due_05_31_02_28_and_02_29() -> None:
    assert [FEBRUARY_FILING.on(year) for year in (2021, 2023, 2024)] == [
        date(2021, 5, 31),
        date(2023, 2, 28),
        date(2024, 2, 29),
    ]


def test_arrival_notice_of_a_class_starting_2021_09_20_is_due_09_10_and_its_timetable_09_15() -> None:
    starts_on = date(2021, 9, 20)
    assert (ARRIVAL_NOTICE.on(starts_on), TIMETABLE.on(starts_on)) == (date(2021, 9, 10), date(2021, 9, 15))


def test_end_documents_of_a_class_ending_2021_10_31_are_three_due_2021_11_30() -> None:
    assert (N_END_DOCUMENTS, END_DOCUMENTS.on(date(2021, 10, 31))) == (3, date(2021, 11, 30))


def test_bulletins_2_of_3_at_class_end_are_overdue() -> None:
    ends_on = date(2021, 10, 31)
    assert are_bulletins_overdue(2, ends_on, on=ends_on)
    assert not are_bulletins_overdue(3, ends_on, on=ends_on)
    assert not are_bulletins_overdue(2, ends_on, on=date(2021, 10, 30))


def test_past_notice_imported_on_2021_08_16_brings_no_reminder_for_07_30_and_08_10() -> None:
    imported_at = at(date(2021, 8, 16), 9)
    for deadline_id in ("D01", "D02", "D07"):
        deadline = DEADLINES[deadline_id]
        assert isinstance(deadline.when, Once)
        due_on = deadline.when.day
        assert due_on in (date(2021, 7, 30), date(2021, 8, 10))
        fired = [
            find_slot(due_on, deadline.remind_days, known_at=imported_at, on=on)
            for on in days(date(2021, 7, 1), date(2022, 1, 1))
        ]
        assert not any(fired)


# --- slots ---------------------------------------------------------------------------------------


def test_the_table_says_what_rules_yaml_says() -> None:
    shipped = {row["id"]: row for row in yaml.safe_load(RULES_FILE.read_text("utf-8"))["deadlines"]}
    assert set(DEADLINES) == set(shipped)
    for deadline in DEADLINES.values():
        row = shipped[deadline.id]
        assert list(deadline.remind_days) == row.get("remind", [])
        assert deadline.source == row["source"]
        assert deadline.remind_evidence == CHOICE
        when = row["when"]
        if isinstance(deadline.when, Anchored):
            assert (deadline.when.anchor, deadline.when.offset_days, deadline.when.offset_years) == (
                when["anchor"], when.get("offset_days", 0), when.get("offset_years", 0),
            )  # fmt: skip
        elif isinstance(deadline.when, Once):
            assert deadline.when.day == (date.fromisoformat(when["fixed"]) if "fixed" in when else None)


def test_a_year_of_daily_runs_reminds_once_at_each_offset() -> None:
    due_on, offsets = date(2026, 12, 31), DEADLINES["D13"].remind_days
    slots = [
        (on, slot.name)
        for on in days(date(2026, 1, 1), date(2027, 2, 1))
        if (slot := find_slot(due_on, offsets, known_at=at(date(2025, 9, 1)), on=on)) and slot.on == on
    ]
    assert slots == [
        (date(2026, 10, 2), "2026-12-31#-90"),
        (date(2026, 12, 1), "2026-12-31#-30"),
        (date(2026, 12, 24), "2026-12-31#-7"),
    ]


def test_a_reminder_missed_by_a_standstill_comes_late_once_but_not_after_three_days() -> None:
    due_on, made_at = date(2026, 11, 30), at(date(2026, 11, 1))
    names = {
        on.day: slot.name if (slot := find_slot(due_on, (-7,), known_at=made_at, on=on)) else None
        for on in days(date(2026, 11, 22), date(2026, 11, 28))
    }
    assert names == {22: None, **dict.fromkeys(range(23, 27), "2026-11-30#-7"), 27: None, 28: None}


def test_what_was_made_after_the_slots_morning_is_not_reminded_in_it() -> None:
    due_on = date(2026, 11, 30)
    on = date(2026, 11, 27)
    assert find_slot(due_on, (-3, -1), known_at=at(on, 7), on=on) is not None
    assert find_slot(due_on, (-3, -1), known_at=at(on, 9), on=on + timedelta(days=1)) is None


def test_yearly_deadlines_fall_on_the_same_day_each_year() -> None:
    assert [Yearly(12, 31).on(year) for year in (2026, 2027)] == [date(2026, 12, 31), date(2027, 12, 31)]
    assert DEADLINES["D12"].when == Anchored("title_cycle_start", 0, 5)
    assert Anchored("title_cycle_start", 0, 5).on(date(2020, 2, 29)) == date(2025, 2, 28)


# --- who is told ---------------------------------------------------------------------------------


def make_campaign(session: Session, world: World, *, closes_at: datetime) -> Campaign:
    campaign = Campaign(title="秋季诊断", organisation_id=world.county.id, opens_at=NOW, closes_at=closes_at)
    session.add(campaign)
    session.flush()
    return campaign


def sit(session: Session, person_id: int, campaign: Campaign, state: SittingState) -> None:
    design = Design(code=f"D{person_id}", version=1, school_level=SchoolLevel.PRIMARY, spec={}, created_at=NOW)
    release = Release(code=f"R{person_id}", is_provisional=True, source="experts", created_at=NOW)
    session.add_all([design, release])
    session.flush()
    ended = None if state is SittingState.OPEN else NOW
    session.add(
        Sitting(
            person_id=person_id, campaign_id=campaign.id, design_id=design.id, release_id=release.id, seed=1,
            state=state, started_at=NOW, closed_at=ended,
        )
    )  # fmt: skip
    session.flush()


def test_teachers_of_the_subtree_who_have_not_closed_a_sitting_hear_7_3_and_1_days_before(
    session: Session, world: World
) -> None:
    campaign = make_campaign(session, world, closes_at=at(date(2026, 11, 30), 18))
    sit(session, world.colleague.id, campaign, SittingState.CLOSED)
    sit(session, world.mentor.id, campaign, SittingState.OPEN)  # begun is not finished
    heard: dict[date, set[int]] = {}
    for on in days(date(2026, 11, 20), date(2026, 12, 5)):
        for person_id, slot in told(window_closing(session, at(on)), "window.closing"):
            if slot.endswith(f"#{(on - date(2026, 11, 30)).days}"):
                heard.setdefault(on, set()).add(person_id)
    everybody = {world.teacher.id, world.mentor.id}  # not the foreign county, not those who only administer
    assert heard == dict.fromkeys((date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 29)), everybody)


def test_a_window_that_shuts_at_midnight_has_the_day_before_as_its_last(session: Session, world: World) -> None:
    make_campaign(session, world, closes_at=at(date(2026, 12, 1), 0))
    notices = window_closing(session, at(date(2026, 11, 29)))
    assert {notice.due_slot for notice in notices} == {"2026-11-30#-1"}
    assert {notice.figures["due_on"] for notice in notices} == {"2026-11-30"}


def test_whoever_joins_after_a_slot_is_not_told_of_it(session: Session, world: World) -> None:
    make_campaign(session, world, closes_at=at(date(2026, 11, 30), 18))
    world.teacher.joined_at = at(date(2026, 11, 24), 9)
    session.flush()
    assert world.teacher.id not in {one.recipient_id for one in window_closing(session, at(date(2026, 11, 24), 10))}
    assert world.teacher.id in {one.recipient_id for one in window_closing(session, at(date(2026, 11, 27)))}


def test_a_task_is_reminded_3_and_1_days_before_and_1_day_after_to_teacher_and_mentor(
    session: Session, world: World
) -> None:
    courses = make_courses(session, world.provider)
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 11, 16))
    enrolment = enrol(session, world.teacher.id, courses.online.id, source=EnrolmentSource.SELF, now=NOW)
    enrolment.due_on = date(2026, 11, 25)
    session.flush()
    exact = [
        (on.day, rule, told(task_due(session, at(on)), rule))
        for on in (date(2026, 11, 22), date(2026, 11, 24), date(2026, 11, 26))
        for rule in ("task.due", "task.due_apprentice")
    ]
    assert exact == [
        (22, "task.due", {(world.teacher.id, "2026-11-25#-3")}),
        (22, "task.due_apprentice", {(world.mentor.id, "2026-11-25#-3")}),
        (24, "task.due", {(world.teacher.id, "2026-11-25#-1")}),
        (24, "task.due_apprentice", {(world.mentor.id, "2026-11-25#-1")}),
        (26, "task.due", {(world.teacher.id, "2026-11-25#+1")}),
        (26, "task.due_apprentice", {(world.mentor.id, "2026-11-25#+1")}),
    ]


def hand_in(session: Session, world: World, *, submitted_at: datetime) -> Submission:
    courses = make_courses(session, world.provider)
    enrolment = enrol(session, world.teacher.id, courses.online.id, source=EnrolmentSource.SELF, now=NOW)
    enrolment.due_on = date(2026, 11, 25)
    task = courses.online.modules[-1]
    submission = Submission(
        enrolment_id=enrolment.id, module_id=task.id, client_token="t", body="教学反思", submitted_at=submitted_at
    )
    session.add(submission)
    session.flush()
    return submission


def test_work_handed_in_is_no_longer_due_and_work_sent_back_is_due_again(session: Session, world: World) -> None:
    submission = hand_in(session, world, submitted_at=NOW)
    assert task_due(session, at(date(2026, 11, 24))) == []
    submission.state, submission.reviewer_id, submission.reviewed_at = SubmissionState.RETURNED, world.mentor.id, NOW
    session.flush()
    assert told(task_due(session, at(date(2026, 11, 24))), "task.due") == {(world.teacher.id, "2026-11-25#-1")}


def test_work_that_a_colleague_handed_in_does_not_stand_for_mine(session: Session, world: World) -> None:
    submission = hand_in(session, world, submitted_at=NOW)
    course_id = submission.enrolment.course_id
    mine = enrol(session, world.colleague.id, course_id, source=EnrolmentSource.SELF, now=NOW)
    mine.due_on = date(2026, 11, 25)
    session.flush()
    assert told(task_due(session, at(date(2026, 11, 24))), "task.due") == {(world.colleague.id, "2026-11-25#-1")}


def test_a_mentor_hears_of_waiting_work_on_the_3rd_and_the_7th_day(session: Session, world: World) -> None:
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 11, 16))
    hand_in(session, world, submitted_at=NOW + timedelta(hours=1))  # 2026-11-16
    found = {on.day: told(submission_waiting(session, at(on)), "submission.waiting") for on in
             days(date(2026, 11, 18), date(2026, 11, 28))}  # fmt: skip
    third, seventh = {(world.mentor.id, "2026-11-16#+3")}, {(world.mentor.id, "2026-11-16#+7")}
    late = dict.fromkeys((20, 21, 22), third) | dict.fromkeys((24, 25, 26), seventh)  # made up for, written once
    assert found == {18: set(), 19: third, 23: seventh, **late, 27: set(), 28: set()}


def test_a_mentor_who_takes_over_later_hears_only_what_comes_after(session: Session, world: World) -> None:
    first = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 11, 16))
    hand_in(session, world, submitted_at=NOW + timedelta(hours=1))
    end_pair(session, first.id, on=date(2026, 11, 20))
    world.mentor.is_active = False
    session.flush()
    assert submission_waiting(session, at(date(2026, 11, 23))) == []


def test_the_short_year_is_told_to_teachers_and_its_count_to_the_school(session: Session, world: World) -> None:
    load_rules(session, now=NOW)
    met = credit_kit.make_course(session, world.provider, [2700 * 72])
    earned = credit_kit.study(session, world.mentor, met, at=datetime(2026, 5, 6, 2, tzinfo=UTC))
    settle_enrolment(session, earned.id, now=NOW)
    on = date(2026, 12, 24)
    notices = hours_behind(session, at(on))
    slot = "2026-12-31#-7"
    behind = {world.teacher.id, world.colleague.id, world.foreign_teacher.id}  # the mentor has 72 of 72
    assert told(notices, "hours.behind") == {(person_id, slot) for person_id in behind}
    own = next(notice for notice in notices if notice.recipient_id == world.teacher.id)
    assert own.is_mandatory
    assert (own.figures["has_hundredths"], own.figures["min_hundredths"], own.figures["short_hundredths"]) == (
        0, 7200, 7200,
    )  # fmt: skip
    summed = [notice for notice in notices if notice.rule == "hours.behind_school"]
    assert [(one.recipient_id, one.figures["n_people"]) for one in summed] == [(world.school_administrator.id, 1)]


@pytest.mark.parametrize(("on", "n_people"), [(date(2026, 11, 30), 0), (date(2026, 12, 1), 4), (date(2027, 1, 1), 0)])
def test_the_short_year_is_told_on_its_days_only(session: Session, world: World, on: date, n_people: int) -> None:
    load_rules(session, now=NOW)
    assert len(told(hours_behind(session, at(on)), "hours.behind")) == n_people


def test_people_brought_in_after_a_slot_are_not_told_their_year_is_short(session: Session, world: World) -> None:
    load_rules(session, now=NOW)
    world.teacher.joined_at = at(date(2026, 12, 24), 9)
    session.flush()
    assert world.teacher.id not in {one.recipient_id for one in hours_behind(session, at(date(2026, 12, 25)))}


def test_every_rule_serves_a_deadline_and_marks_its_offsets_as_our_choice() -> None:
    assert {rule.deadline_id for rule in RULES.values()} == {"D13", "D15", "D16", "D17"}
    assert {rule.offsets_evidence for rule in RULES.values()} == {CHOICE}
    assert [rule.id for rule in RULES.values() if rule.is_mandatory] == ["hours.behind"]
