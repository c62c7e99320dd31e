"""Taking the diagnostic, as a teacher lives it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessment.campaigns import open_campaign
from assessment.designs import active_design, spec_of
from assessment.engine.stopping import StopReason
from assessment.estimates import find_profile, get_own_profile, profiles_of
from assessment.models import Answer, Estimate, Question, Sitting
from assessment.replay import replay
from assessment.sittings import (
    Step,
    current_question,
    days_to_wait,
    end_expired,
    find_open_sitting,
    leave,
    past_sittings,
    start_sitting,
    submit_answer,
)
from assessment.terms import EndReason, SittingState
from content.models import Item
from content.terms import Domain, ItemState
from core.errors import Conflict, Invalid, NotFound
from core.people import SchoolLevel

Answerer = Callable[[Question], int]
Sit = Callable[..., Sitting]
Act = Callable[..., Step]
pytestmark = pytest.mark.usefixtures("bank")


def test_a_sitting_asks_fifteen_to_twenty_five_questions_with_three_or_more_in_every_domain(
    session: Session, world, sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    sitting = sit(world.teacher.id, right_answer, now=now)
    profile = find_profile(session, world.teacher.id)
    assert profile is not None
    counts = [profile.by_domain[domain].n_items for domain in Domain]
    assert 15 <= sum(counts) <= 25
    assert min(counts) >= 3
    assert sitting.state is SittingState.CLOSED
    assert all(estimate.is_measured for estimate in profile.by_domain.values())


def test_who_answers_all_right_stands_higher_than_who_answers_all_wrong(
    session: Session, world, sit: Sit, right_answer: Answerer, wrong_answer: Answerer, now: datetime
) -> None:
    sit(world.teacher.id, right_answer, now=now)
    sit(world.colleague.id, wrong_answer, now=now)
    high, low = (find_profile(session, person.id) for person in (world.teacher, world.colleague))
    assert high is not None
    assert low is not None
    for domain in Domain:
        assert high.by_domain[domain].low_logits > low.by_domain[domain].high_logits


def test_only_items_in_use_and_for_the_school_level_are_given(
    session: Session, world, bank: list[Item], sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    for item in bank[::2]:
        item.state = ItemState.RETIRED
    sitting = sit(world.teacher.id, right_answer, now=now)
    given = session.scalars(select(Item).join(Question).where(Question.sitting_id == sitting.id)).all()
    assert all(item.state is ItemState.OPERATIONAL for item in given)
    assert all(not item.school_levels or "primary" in item.school_levels for item in given)


def test_starting_again_goes_on_with_the_sitting_under_way(
    session: Session, world, answer: Act, now: datetime, right_answer: Answerer
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    answer(sitting, right_answer, now=now)
    waiting = current_question(session, sitting)
    again = start_sitting(session, world.teacher.id, now=now + timedelta(days=2))
    assert again.id == sitting.id
    assert current_question(session, again) is waiting
    assert waiting is not None
    assert waiting.ordinal == 2


def test_the_same_client_token_twice_leaves_one_answer_and_the_present_question(
    session: Session, world, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    question = current_question(session, sitting)
    assert question is not None

    def click() -> Step:
        return submit_answer(
            session, world.teacher.id, question_token=question.token, shown_position=1,
            client_token="double-click", now=now,
        )  # fmt: skip

    first, second = click(), click()
    assert first.next_question is second.next_question
    assert (first.was_answered, second.was_answered) == (False, True)
    assert session.scalar(select(func.count()).select_from(Answer)) == 1


def test_a_stale_question_from_another_tab_changes_nothing_and_leads_to_the_present_one(
    session: Session, world, answer: Act, right_answer: Answerer, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    stale = current_question(session, sitting)
    assert stale is not None
    answer(sitting, right_answer, now=now)
    kept = session.scalars(select(Answer)).one().option_index
    step = submit_answer(
        session, world.teacher.id, question_token=stale.token, shown_position=3, client_token="other-tab", now=now
    )
    assert step.was_answered
    assert step.next_question is current_question(session, sitting)
    assert session.scalars(select(Answer)).one().option_index == kept


def test_nobody_answers_a_question_of_somebody_else(session: Session, world, now: datetime) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    question = current_question(session, sitting)
    assert question is not None
    with pytest.raises(NotFound):
        submit_answer(
            session, world.colleague.id, question_token=question.token, shown_position=0,
            client_token="not-mine-at-all", now=now,
        )  # fmt: skip


@pytest.mark.parametrize("position", [-1, 4])
def test_an_option_that_was_not_shown_is_refused(session: Session, world, now: datetime, position: int) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    question = current_question(session, sitting)
    assert question is not None
    with pytest.raises(Invalid):
        submit_answer(
            session, world.teacher.id, question_token=question.token, shown_position=position,
            client_token="some-token", now=now,
        )  # fmt: skip


def test_options_stand_in_an_order_that_differs_from_question_to_question(
    session: Session, world, sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    sitting = sit(world.teacher.id, right_answer, now=now)
    orders = [question.option_order for question in sitting.questions]
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)
    assert len({tuple(order) for order in orders}) > 5


@pytest.mark.parametrize("seed", range(4))
def test_replaying_the_answers_gives_the_same_questions_and_the_same_figures(
    session: Session, world, sit: Sit, now: datetime, seed: int
) -> None:
    turn = iter(range(100))
    sitting = sit(world.teacher.id, lambda question: (next(turn) * 7 + seed) % 4, now=now)
    again = replay(session, sitting.id)
    assert again.is_same_sequence
    assert again.is_same_end
    assert again.largest_difference_logits <= 1e-9


def test_an_answer_cannot_be_changed_afterwards(
    session: Session, world, answer: Act, right_answer: Answerer, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    answer(sitting, right_answer, now=now)
    session.scalars(select(Answer)).one().category = 0
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_replay_notices_another_seed(
    session: Session, world, sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    sitting = sit(world.teacher.id, right_answer, now=now)
    sitting.seed += 1
    session.flush()
    again = replay(session, sitting.id)
    assert not again.is_same_sequence
    assert not again.is_faithful


def test_a_replay_notices_an_end_that_does_not_follow(
    session: Session, world, answer: Act, right_answer: Answerer, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    for _ in range(5):
        answer(sitting, right_answer, now=now)
    leave(session, world.teacher.id, now=now)
    sitting.state, sitting.stop_reason = SittingState.CLOSED, EndReason.PRECISION_REACHED
    session.flush()
    assert not replay(session, sitting.id).is_same_end


def test_a_replay_notices_an_estimate_that_does_not_follow(
    session: Session, world, answer: Act, right_answer: Answerer, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    for _ in range(3):
        answer(sitting, right_answer, now=now)
    sitting.state, sitting.closed_at, sitting.stop_reason = SittingState.LEFT, now, EndReason.ENDED_EARLY
    session.add_all(
        Estimate(
            sitting_id=sitting.id, domain=domain, eap_logits=0.0, sd_logits=1.0, low_logits=-1.0, high_logits=1.0,
            n_items=0,
        )
        for domain in Domain
    )  # fmt: skip
    session.flush()
    assert replay(session, sitting.id).largest_difference_logits > 0.01


def test_an_item_retired_later_does_not_disturb_the_replay(
    session: Session, world, sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    sitting = sit(world.teacher.id, right_answer, now=now)
    for item in session.scalars(select(Item).limit(100)):
        item.state = ItemState.RETIRED
    session.flush()
    assert replay(session, sitting.id).is_faithful


def test_leaving_early_keeps_what_was_measured_and_says_what_was_not(
    session: Session, world, answer: Act, right_answer: Answerer, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    for _ in range(4):
        answer(sitting, right_answer, now=now)
    left = leave(session, world.teacher.id, now=now)
    assert left is sitting
    assert (sitting.state, sitting.stop_reason) == (SittingState.LEFT, EndReason.ENDED_EARLY)
    profile = get_own_profile(session, sitting.id, person_id=world.teacher.id)
    assert sum(estimate.n_items for estimate in profile.by_domain.values()) == 4
    assert profile.measured == {}
    assert find_profile(session, world.teacher.id) is None
    assert replay(session, sitting.id).is_faithful


def test_leaving_without_an_answer_leaves_no_estimate(session: Session, world, now: datetime) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    leave(session, world.teacher.id, now=now)
    assert session.scalar(select(func.count()).select_from(Estimate)) == 0
    assert get_own_profile(session, sitting.id, person_id=world.teacher.id).by_domain == {}


def test_leaving_twice_is_harmless(session: Session, world, now: datetime) -> None:
    start_sitting(session, world.teacher.id, now=now)
    assert leave(session, world.teacher.id, now=now) is not None
    assert leave(session, world.teacher.id, now=now) is None


def test_the_next_sitting_waits_thirty_days(
    session: Session, world, sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    first = sit(world.teacher.id, right_answer, now=now)
    assert first.closed_at is not None
    with pytest.raises(Conflict, match="sitting_too_soon"):
        start_sitting(session, world.teacher.id, now=first.closed_at + timedelta(days=29, hours=23))
    assert days_to_wait(session, world.teacher.id, now=first.closed_at + timedelta(days=29)) == 1
    assert start_sitting(session, world.teacher.id, now=first.closed_at + timedelta(days=30)).id != first.id


def test_a_sitting_that_measured_nothing_makes_nobody_wait(session: Session, world, now: datetime) -> None:
    start_sitting(session, world.teacher.id, now=now)
    leave(session, world.teacher.id, now=now)
    assert start_sitting(session, world.teacher.id, now=now).state is SittingState.OPEN


def test_a_campaign_lifts_the_wait_once(
    session: Session, world, sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    sit(world.teacher.id, right_answer, now=now)
    by = world.actor(session, world.administrator)
    later = now + timedelta(days=3)
    campaign = open_campaign(
        session, world.county, "秋季诊断", opens_at=now, closes_at=now + timedelta(days=10), by=by, now=now
    )
    asked = sit(world.teacher.id, right_answer, now=later)
    assert asked.campaign_id == campaign.id
    with pytest.raises(Conflict, match="sitting_too_soon"):
        start_sitting(session, world.teacher.id, now=later + timedelta(days=1))


def test_a_campaign_of_another_county_asks_nobody_here(session: Session, world, now: datetime) -> None:
    by = world.actor(session, world.foreign_administrator)
    campaign = open_campaign(
        session, world.foreign_county, "邻县诊断", opens_at=now, closes_at=now + timedelta(days=9), by=by, now=now
    )
    assert start_sitting(session, world.teacher.id, now=now).campaign_id is None
    with pytest.raises(NotFound):
        start_sitting(session, world.colleague.id, now=now, campaign_id=campaign.id)


def test_questions_of_the_last_two_sittings_do_not_come_again(
    session: Session, world, sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    sittings = [sit(world.teacher.id, right_answer, now=now + timedelta(days=40 * number)) for number in range(3)]
    given = [{question.item_id for question in sitting.questions} for sitting in sittings]
    assert not given[0] & given[1]
    assert not given[2] & (given[0] | given[1])
    assert all(replay(session, sitting.id).is_faithful for sitting in sittings)


def test_a_sitting_open_for_seven_days_is_ended_and_keeps_its_estimate(
    session: Session, world, answer: Act, right_answer: Answerer, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    answer(sitting, right_answer, now=now)
    assert end_expired(session, now=now + timedelta(days=6, hours=23)) == []
    assert end_expired(session, now=now + timedelta(days=7)) == [sitting]
    assert end_expired(session, now=now + timedelta(days=7)) == []
    assert (sitting.state, sitting.stop_reason) == (SittingState.LEFT, EndReason.LEFT_OPEN)
    assert len(profiles_of(session, world.teacher.id)) == 1


def test_a_sitting_ends_when_its_campaign_closes(session: Session, world, now: datetime) -> None:
    by = world.actor(session, world.administrator)
    open_campaign(session, world.county, "一日诊断", opens_at=now, closes_at=now + timedelta(days=1), by=by, now=now)
    sitting = start_sitting(session, world.teacher.id, now=now)
    assert end_expired(session, now=now + timedelta(days=1)) == [sitting]
    assert sitting.stop_reason is EndReason.WINDOW_SHUT


def test_an_answer_that_comes_after_the_close_is_not_taken(session: Session, world, now: datetime) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    question = current_question(session, sitting)
    assert question is not None
    step = submit_answer(
        session, world.teacher.id, question_token=question.token, shown_position=0, client_token="much-too-late",
        now=now + timedelta(days=8),
    )  # fmt: skip
    assert step.is_finished
    assert session.scalar(select(func.count()).select_from(Answer)) == 0
    assert find_open_sitting(session, world.teacher.id) is None


def test_the_time_of_an_answer_is_taken_by_the_server(
    session: Session, world, answer: Act, right_answer: Answerer, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    answer(sitting, right_answer, now=now + timedelta(seconds=73))
    assert session.scalars(select(Answer)).one().seconds == 73


def test_somebody_without_a_school_level_is_told_so(session: Session, world, now: datetime) -> None:
    world.teacher.school_level = None
    with pytest.raises(Conflict, match="person_without_school_level"):
        start_sitting(session, world.teacher.id, now=now)


def test_history_counts_the_answers_of_each_ended_sitting(
    session: Session, world, answer: Act, sit: Sit, right_answer: Answerer, now: datetime
) -> None:
    first = start_sitting(session, world.teacher.id, now=now)
    answer(first, right_answer, now=now)
    leave(session, world.teacher.id, now=now)
    second = sit(world.teacher.id, right_answer, now=now + timedelta(days=1))
    past = past_sittings(session, world.teacher.id)
    assert [(one.sitting.id, one.n_answers) for one in past] == [(second.id, len(second.questions)), (first.id, 1)]


def test_every_reason_of_the_engine_has_a_word_here() -> None:
    assert {reason.value for reason in StopReason} <= {reason.value for reason in EndReason}


def test_an_item_that_comes_into_use_gets_expert_parameters_with_the_next_sitting(
    session: Session, world, bank: list[Item], now: datetime
) -> None:
    late = bank[0]
    late.state = ItemState.DRAFT
    first = start_sitting(session, world.colleague.id, now=now)
    late.state = ItemState.OPERATIONAL
    second = start_sitting(session, world.teacher.id, now=now)
    assert late.id not in first.pool
    assert late.id in second.pool
    assert first.release_id != second.release_id


def test_the_shipped_blueprint_wants_what_the_policy_of_the_platform_says(
    session: Session, world, now: datetime
) -> None:
    start_sitting(session, world.teacher.id, now=now)
    spec = spec_of(active_design(session, SchoolLevel.PRIMARY))
    assert (spec.minimum_length, spec.maximum_length, spec.target_sd_logits, spec.n_best) == (15, 25, 0.60, 5)
    assert [plan.minimum_items for plan in spec.domains] == [3] * 5
