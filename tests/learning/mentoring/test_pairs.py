"""Who may guide whom, from when to when, and what follows for what a mentor sees."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role, give_role
from core.audit import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from core.outbox import inbox_of
from core.people import Person, move_post
from learning.mentoring.models import Pair
from learning.mentoring.pairs import (
    apprentices_of,
    apprentices_within,
    end_pair,
    end_within,
    find_mentor,
    get_own_apprentice,
    is_mentor_of,
    n_apprentices_in_year,
    pair_up,
    pair_within,
)
from tests.conftest import World, make_person

TODAY = date(2026, 11, 16)


def test_a_mentor_sees_only_their_own_present_apprentices(session: Session, world: World) -> None:
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    assert [person.id for person in apprentices_of(session, world.mentor.id, on=TODAY)] == [world.teacher.id]
    assert find_mentor(session, world.teacher.id, on=TODAY) is world.mentor
    with pytest.raises(NotFound):
        get_own_apprentice(session, world.mentor.id, world.colleague.id, on=TODAY)


def test_the_condition_stands_inside_a_query_that_joins_posts_itself(session: Session, world: World) -> None:
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    found = session.scalars(
        select(Person).join(Person.posts).join(Pair, Pair.apprentice_id == Person.id)
        .where(apprentices_within(world.mentor.id, TODAY))
    ).all()  # fmt: skip
    assert found == [world.teacher]


def test_a_pair_begins_on_its_first_day_and_ends_with_its_last(session: Session, world: World) -> None:
    pair = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    end_pair(session, pair.id, on=date(2026, 10, 31))
    seen = [is_mentor_of(session, world.mentor.id, world.teacher.id, on=on) for on in (
        date(2026, 8, 31), date(2026, 9, 1), date(2026, 10, 31), date(2026, 11, 1)
    )]  # fmt: skip
    assert seen == [False, True, True, False]


def test_nobody_mentors_themselves(session: Session, world: World) -> None:
    with pytest.raises(Invalid, match="nobody_mentors_themselves"):
        pair_up(session, world.mentor.id, world.mentor.id, on=TODAY)


def test_only_a_person_with_the_mentor_role_can_guide(session: Session, world: World) -> None:
    with pytest.raises(Invalid, match="mentor_role_missing"):
        pair_up(session, world.colleague.id, world.teacher.id, on=TODAY)


def test_people_who_left_are_not_paired(session: Session, world: World) -> None:
    world.teacher.is_active = False
    with pytest.raises(Invalid, match="pair_needs_active_people"):
        pair_up(session, world.mentor.id, world.teacher.id, on=TODAY)


def test_a_pair_lies_inside_the_posts_of_both(session: Session, world: World) -> None:
    with pytest.raises(Invalid, match="pair_outside_post"):
        pair_up(session, world.mentor.id, world.teacher.id, on=date(2021, 8, 31))  # posts begin on 1 September


def test_a_mentor_whose_apprentice_left_service_sees_them_no_more(session: Session, world: World) -> None:
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    world.teacher.posts[0].ended_on = date(2026, 11, 15)
    session.flush()
    assert not is_mentor_of(session, world.mentor.id, world.teacher.id, on=TODAY)


def test_a_pair_survives_a_move_to_another_school(session: Session, world: World) -> None:
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    move_post(session, world.teacher, world.other_school, on=TODAY)
    assert is_mentor_of(session, world.mentor.id, world.teacher.id, on=TODAY)


def test_an_apprentice_has_one_mentor_at_a_time(session: Session, world: World) -> None:
    give_role(session, world.colleague.id, Role.MENTOR, world.other_school, by=None, now=datetime.now(UTC))
    first = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    with pytest.raises(Conflict, match="apprentice_has_a_mentor"):
        pair_up(session, world.colleague.id, world.teacher.id, on=TODAY)
    end_pair(session, first.id, on=TODAY)
    with pytest.raises(Conflict, match="apprentice_has_a_mentor"):
        pair_up(session, world.colleague.id, world.teacher.id, on=TODAY)  # the last day belongs to the first
    pair_up(session, world.colleague.id, world.teacher.id, on=date(2026, 11, 17))
    assert find_mentor(session, world.teacher.id, on=date(2026, 11, 17)) is world.colleague


def test_pairing_the_same_two_again_changes_nothing(session: Session, world: World) -> None:
    first = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    assert pair_up(session, world.mentor.id, world.teacher.id, on=TODAY) is first


def test_a_pair_ends_once_and_not_before_it_began(session: Session, world: World) -> None:
    pair = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    with pytest.raises(Invalid, match="pair_ends_before_it_starts"):
        end_pair(session, pair.id, on=date(2026, 8, 31))
    end_pair(session, pair.id, on=TODAY)
    with pytest.raises(Conflict, match="pair_has_ended"):
        end_pair(session, pair.id, on=TODAY)


def test_a_title_holder_with_two_distinct_apprentices_has_not_reached_three(session: Session, world: World) -> None:
    people = [make_person(session, f"N{place}", f"新{place}", world.school, Role.TEACHER) for place in range(3)]
    first = pair_up(session, world.mentor.id, people[0].id, on=date(2026, 1, 10))
    end_pair(session, first.id, on=date(2026, 5, 1))
    pair_up(session, world.mentor.id, people[0].id, on=date(2026, 9, 1))  # the same person counts once
    pair_up(session, world.mentor.id, people[1].id, on=date(2025, 3, 1))  # still running in 2026
    assert n_apprentices_in_year(session, world.mentor.id, 2026) == 2
    assert n_apprentices_in_year(session, world.mentor.id, 2025) == 1


def test_an_administrator_pairs_people_of_their_own_subtree_only(session: Session, world: World, now: datetime) -> None:
    own = world.actor(session, world.administrator)
    foreign = world.actor(session, world.foreign_administrator)
    with pytest.raises(NotFound):
        pair_within(session, foreign, mentor_id=world.mentor.id, apprentice_id=world.teacher.id, on=TODAY, now=now)
    for _twice in range(2):
        pair = pair_within(session, own, mentor_id=world.mentor.id, apprentice_id=world.teacher.id, on=TODAY, now=now)
    assert [message.rule for message in inbox_of(session, world.teacher.id)] == ["mentor.guided"]
    assert [message.rule for message in inbox_of(session, world.mentor.id)] == ["mentor.paired"]
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == pair.id)).all()
    assert acts == ["pair.open"]


def test_an_auditor_pairs_nobody(session: Session, world: World, now: datetime) -> None:
    with pytest.raises(NotFound):
        pair_within(
            session, world.actor(session, world.auditor), mentor_id=world.mentor.id, apprentice_id=world.teacher.id,
            on=TODAY, now=now,
        )  # fmt: skip


def test_ending_a_pair_is_on_record_and_stays_inside_the_subtree(session: Session, world: World, now: datetime) -> None:
    pair = pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    with pytest.raises(NotFound):
        end_within(session, world.actor(session, world.foreign_administrator), pair.id, on=TODAY, now=now)
    end_within(session, world.actor(session, world.administrator), pair.id, on=TODAY, now=now)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "pair.end")).one()
    assert (entry.actor_id, entry.organisation_id) == (world.administrator.id, world.school.id)
