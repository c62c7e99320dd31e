"""What a mentor sees first, and that it costs the same however many apprentices there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from assessment.terms import SittingState
from content.terms import Domain
from core.access import Role
from core.people import Person
from learning.engine.attention import Standing, next_step, urgency
from learning.mentoring.desk import desk
from learning.mentoring.notes import write_note
from learning.mentoring.pairs import end_pair, pair_up
from learning.terms import NextStep, PlanState
from tests.conftest import World, make_person
from tests.learning.mentoring.building import hand_in, make_course, make_plan, post_hours, sit, take_back

AGES_AGO = date(2022, 9, 1)


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _apprentice(session: Session, world: World, place: int, *, on: date = AGES_AGO) -> Person:
    person = make_person(session, f"N{place:03}", f"新{place}", world.school, Role.TEACHER)
    pair_up(session, world.mentor.id, person.id, on=on)
    return person


def test_one_row_tells_the_whole_state_at_a_glance(session: Session, world: World, now: datetime) -> None:
    person = _apprentice(session, world, 1)
    course = make_course(session, world.provider, "KC-1", now=now)
    sit(session, person, {Domain.ETHICS: -1.0, Domain.DIGITAL: 0.5}, at=now - timedelta(days=40))
    sit(session, person, 0.2, at=now - timedelta(days=10))
    sit(session, person, {}, at=now - timedelta(days=1), state=SittingState.OPEN)
    entry = post_hours(session, person, course, 12, on=date(2026, 3, 1))[0]
    take_back(session, entry)
    post_hours(session, person, course, 9, on=date(2025, 3, 1))  # last year does not count
    post_hours(session, person, course, 5, on=date(2026, 3, 1), code="CN-DEFAULT")  # nor the other profile
    hand_in(session, person, course, at=now - timedelta(days=9))
    hand_in(session, person, course, at=now - timedelta(days=2))
    make_plan(session, person, course, year=2026, confirmed_by=world.mentor.id, now=now)
    make_plan(session, person, course, year=2026, version=2, now=now)
    (row,) = desk(session, world.mentor.id, now=now)
    assert (row.person_id, row.school) == (person.id, "青屏县第一小学")
    assert row.sat_on == date(2026, 11, 6)
    assert {domain: band.eap_logits for domain, band in row.bands.items()} == dict.fromkeys(Domain, 0.2)
    assert (row.hours_hundredths, row.min_hundredths) == (1100, 7200)  # Henan asks for 72 a year
    assert (row.n_waiting, row.waiting_days, row.contact_days) == (2, 9, None)
    assert (row.plan_state, row.n_plan_entries) == (PlanState.DRAFT, 1)
    assert row.next_step is NextStep.REVIEW_TASK


def test_a_note_or_a_review_counts_as_contact(session: Session, world: World, now: datetime) -> None:
    person = _apprentice(session, world, 1)
    pair_up(session, world.mentor.id, person.id, on=AGES_AGO)
    (row,) = desk(session, world.mentor.id, now=now)
    assert (row.contact_days, row.next_step) == (None, NextStep.MAKE_CONTACT)
    write_note(session, person.id, pair_id=row.pair_id, body="老师好", client_token="k", now=now - timedelta(days=3))
    (row,) = desk(session, world.mentor.id, now=now)
    assert row.contact_days == 3
    assert row.next_step is not NextStep.MAKE_CONTACT


def test_who_waits_longest_comes_first_and_who_left_is_gone(session: Session, world: World, now: datetime) -> None:
    course = make_course(session, world.provider, "KC-1", now=now)
    quiet, fresh, long_waiting, left = (_apprentice(session, world, place) for place in range(4))
    hand_in(session, fresh, course, at=now - timedelta(days=1))
    hand_in(session, long_waiting, course, at=now - timedelta(days=8))
    left.is_active = False
    session.flush()
    shown = [row.person_id for row in desk(session, world.mentor.id, now=now)]
    assert shown == [long_waiting.id, fresh.id, quiet.id]


def test_an_ended_pair_leaves_the_desk(session: Session, world: World, now: datetime) -> None:
    pair = pair_up(session, world.mentor.id, world.teacher.id, on=AGES_AGO)
    end_pair(session, pair.id, on=date(2026, 11, 15))
    assert desk(session, world.mentor.id, now=now) == []


def test_the_desk_asks_the_database_as_often_for_twelve_apprentices_as_for_two(
    session: Session, world: World, now: datetime
) -> None:
    course = make_course(session, world.provider, "KC-1", now=now)
    asked = []
    for places in (range(2), range(2, 12)):
        for place in places:
            person = _apprentice(session, world, place)
            sit(session, person, 0.0, at=now - timedelta(days=5))
            hand_in(session, person, course, at=now - timedelta(days=place))
            make_plan(session, person, course, year=2026, now=now)
        session.flush()
        session.expire_all()
        with counting(session) as statements:
            desk(session, world.mentor.id, now=now)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 9


CALM = Standing(
    waiting_days=None, silent_days=3, has_sitting=True, has_plan=True, is_plan_open=False, hours_hundredths=7200,
    min_hundredths=7200, year_ratio=0.9,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({}, NextStep.KEEP_GOING),
        ({"waiting_days": 0, "silent_days": 99}, NextStep.REVIEW_TASK),
        ({"silent_days": 29}, NextStep.KEEP_GOING),
        ({"silent_days": 30}, NextStep.MAKE_CONTACT),
        ({"is_plan_open": True}, NextStep.CONFIRM_PLAN),
        ({"hours_hundredths": 1000}, NextStep.SPEED_UP_HOURS),
        ({"hours_hundredths": 1000, "min_hundredths": None}, NextStep.KEEP_GOING),
        ({"has_sitting": False}, NextStep.TAKE_DIAGNOSTIC),
        ({"has_plan": False}, NextStep.MAKE_PLAN),
    ],
)
def test_the_next_step_follows_a_fixed_order(change: dict[str, object], step: NextStep) -> None:
    assert next_step(Standing(**{**vars(CALM), **change})) is step  # type: ignore[arg-type]


def test_within_one_reason_the_most_pressing_comes_first() -> None:
    two, nine = (Standing(**{**vars(CALM), "waiting_days": days}) for days in (2, 9))
    assert urgency(nine) < urgency(two) < urgency(CALM)
