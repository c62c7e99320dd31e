from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Course
from content.terms import Competency, DeliveryMode, FacetKind, MandatoryTopic
from core.errors import Conflict, NotFound
from recommender.gather import prepare_catalogue
from recommender.models import Pick
from recommender.picks import (
    Circumstances,
    bring_back,
    is_renewed_since,
    picks_of,
    put_aside,
    put_aside_of,
    recommend,
    take,
)
from recommender.terms import PickState, PutAsideReason
from tests.conftest import NOW, World
from tests.recommender.conftest import make_course, result

WEAK_IN_DIGITAL = {"teaching": (1.2, 0.3), "digital": (-1.0, 0.3), "evaluation": (1.0, 0.3), "classroom": (1.0, 0.3)}
Courses = dict[str, Course]


def run(session: Session, world: World, **circumstances: object) -> list[Pick]:
    facts = Circumstances(**circumstances)  # type: ignore[arg-type]
    return recommend(session, world.teacher, result(**WEAK_IN_DIGITAL), facts, now=NOW)


def test_a_list_is_kept_with_scores_reasons_and_the_weights_it_was_made_with(
    session: Session, world: World, courses: Courses
) -> None:
    offered = run(session, world)
    first = offered[0]
    assert first.course_id == courses["D"].id
    assert [pick.rank for pick in offered] == [1, 2, 3, 4]
    assert first.reasons[0]["kind"] == "gap"
    assert first.reasons[0]["domain"] == "digital"
    assert first.score == pytest.approx(sum(reason["weight"] for reason in first.reasons))
    assert (first.model_version, first.is_personalised, first.run_no) == ("default-1", True, 1)


def test_nothing_outside_the_slice_is_ever_offered(session: Session, world: World, courses: Courses) -> None:
    assert courses["senior"].id not in {pick.course_id for pick in run(session, world)}


def test_a_new_run_replaces_what_was_still_on_offer_and_nothing_else(
    session: Session, world: World, courses: Courses
) -> None:
    first = run(session, world)
    take(session, world.teacher.id, first[0].id, now=NOW)
    second = run(session, world, live_course_ids=frozenset({first[0].course_id}))
    session.expire_all()
    assert {pick.run_no for pick in second} == {2}
    assert [pick.id for pick in picks_of(session, world.teacher.id)] == [pick.id for pick in second]
    assert [pick.state for pick in first] == [PickState.TAKEN, *[PickState.REPLACED] * 3]


def test_the_same_facts_give_the_same_list(session: Session, world: World, courses: Courses) -> None:
    def seen() -> list[tuple[int, float]]:
        return [(pick.course_id, pick.score) for pick in run(session, world)]

    assert seen() == seen()


def test_taking_twice_is_harmless(session: Session, world: World, courses: Courses) -> None:
    pick = run(session, world)[0]
    take(session, world.teacher.id, pick.id, now=NOW)
    take(session, world.teacher.id, pick.id, now=NOW + timedelta(minutes=1))
    assert (pick.state, pick.decided_at) == (PickState.TAKEN, NOW)


def test_taking_from_an_older_list_takes_the_same_course_in_the_present_one(
    session: Session, world: World, courses: Courses
) -> None:
    old, new = run(session, world)[0], run(session, world)[0]
    taken = take(session, world.teacher.id, old.id, now=NOW)
    assert (taken.id, taken.state) == (new.id, PickState.TAKEN)


def test_what_fell_off_the_list_cannot_be_taken_unseen(session: Session, world: World, courses: Courses) -> None:
    old = run(session, world)[0]
    run(session, world, done_course_ids=frozenset({old.course_id}))
    session.expire_all()
    with pytest.raises(Conflict, match="pick_is_replaced"):
        take(session, world.teacher.id, old.id, now=NOW)


def test_what_was_put_aside_stays_out_of_the_next_list_until_it_is_brought_back(
    session: Session, world: World, courses: Courses
) -> None:
    pick = run(session, world)[0]
    put_aside(session, world.teacher.id, pick.id, reason=PutAsideReason.NOT_MY_NEED, now=NOW)
    assert pick.course_id not in {other.course_id for other in run(session, world)}
    assert [kept.id for kept in put_aside_of(session, world.teacher.id)] == [pick.id]
    bring_back(session, world.teacher.id, pick.id)
    assert pick.id in {other.id for other in picks_of(session, world.teacher.id)}
    assert pick.course_id in {other.course_id for other in run(session, world)}


def test_having_no_time_keeps_a_course_out_for_ninety_days(session: Session, world: World, courses: Courses) -> None:
    pick = run(session, world)[0]
    put_aside(session, world.teacher.id, pick.id, reason=PutAsideReason.NO_TIME, now=NOW)
    profile = result(**WEAK_IN_DIGITAL)
    for days, comes_back in [(89, False), (90, True)]:
        later = recommend(session, world.teacher, profile, Circumstances(), now=NOW + timedelta(days=days))
        assert (pick.course_id in {other.course_id for other in later}) is comes_back


def test_preferring_another_mode_lowers_that_mode_in_the_next_list(session: Session, world: World) -> None:
    for n, (one, other) in enumerate([("T1", "T2"), ("T3", "T4"), ("A1", "A2")]):
        make_course(session, world, f"KC-S{n}", mode=DeliveryMode.SCHOOL_BASED, competency=Competency(one))
        make_course(session, world, f"KC-T{n}", competency=Competency(other))
    first = next(pick for pick in run(session, world) if pick.course.mode is DeliveryMode.SCHOOL_BASED)
    put_aside(session, world.teacher.id, first.id, reason=PutAsideReason.PREFER_OTHER_MODE, now=NOW)
    modes = [pick.course.mode for pick in run(session, world)]
    assert modes == [DeliveryMode.ONLINE] * 3 + [DeliveryMode.SCHOOL_BASED] * 2


def test_a_taken_course_cannot_be_put_aside(session: Session, world: World, courses: Courses) -> None:
    pick = take(session, world.teacher.id, run(session, world)[0].id, now=NOW)
    with pytest.raises(Conflict, match="pick_is_taken"):
        put_aside(session, world.teacher.id, pick.id, reason=PutAsideReason.NO_TIME, now=NOW)


def test_somebody_elses_recommendation_does_not_exist(session: Session, world: World, courses: Courses) -> None:
    pick = run(session, world)[0]
    with pytest.raises(NotFound):
        take(session, world.colleague.id, pick.id, now=NOW)
    with pytest.raises(NotFound):
        put_aside(session, world.colleague.id, pick.id, reason=PutAsideReason.NO_TIME, now=NOW)


def test_acceptance_recommendation_opt_out(session: Session, world: World, courses: Courses) -> None:
    """Requirements, section 7: a teacher switches personalisation off -> a non-personal list."""
    ecology = make_course(session, world, "KC-ECO", facets=((FacetKind.TOPIC, "ecology"),))
    for person in (world.teacher, world.colleague):
        person.is_personalised = False
    popular = {courses["A"].id: 40}
    weak = recommend(
        session, world.teacher, result(teaching=(-2.0, 0.2)),
        Circumstances(short_units=40, missing_topics=frozenset({MandatoryTopic.ECOLOGY}), n_takers=popular), now=NOW,
    )  # fmt: skip
    strong = recommend(session, world.colleague, result(teaching=(2.0, 0.2)), Circumstances(n_takers=popular), now=NOW)
    assert [(p.course_id, p.score, p.reasons) for p in weak] == [(p.course_id, p.score, p.reasons) for p in strong]
    assert [pick.course_id for pick in weak[:2]] == [ecology.id, courses["A"].id]
    assert {reason["kind"] for pick in weak for reason in pick.reasons} <= {"fits_stage", "mandatory_topic", "popular"}
    assert {(pick.is_personalised, pick.model_version) for pick in weak} == {(False, "not-personal-1")}


def test_before_the_first_diagnostic_no_gap_is_claimed(session: Session, world: World, courses: Courses) -> None:
    offered = recommend(session, world.teacher, None, Circumstances(short_units=10), now=NOW)
    assert offered
    assert not {reason["kind"] for pick in offered for reason in pick.reasons} & {"gap", "level_fit"}


def test_fifty_decisions_move_the_weights_and_the_version_says_so(
    session: Session, world: World, courses: Courses
) -> None:
    assert prepare_catalogue(session).weights.version == "default-1"
    for n in range(50):
        session.add(
            Pick(
                person_id=world.colleague.id, course_id=courses["T"].id, run_no=n + 1, rank=1, score=1.0,
                reasons=[{"kind": "popular" if n % 2 else "gap", "weight": 0.3, "value": 1.0}], model_version="default-1",
                is_personalised=True, offered_at=NOW, state=PickState.TAKEN if n % 2 else PickState.PUT_ASIDE,
                decided_at=NOW, put_aside_reason=None if n % 2 else PutAsideReason.NOT_MY_NEED,
            )
        )  # fmt: skip
    session.flush()
    assert run(session, world)[0].model_version == "learned-50"


def test_a_changed_course_is_seen_at_once(session: Session, world: World, courses: Courses) -> None:
    before = prepare_catalogue(session)
    assert prepare_catalogue(session).table is before.table
    courses["T"].title = "新的题目"
    session.flush()
    assert prepare_catalogue(session).table is not before.table


def test_it_is_known_whether_a_list_is_newer_than_a_sitting(session: Session, world: World, courses: Courses) -> None:
    assert not is_renewed_since(session, world.teacher.id, NOW)
    run(session, world)
    assert is_renewed_since(session, world.teacher.id, NOW)
    assert not is_renewed_since(session, world.teacher.id, NOW + timedelta(seconds=1))
    assert session.scalars(select(Pick.offered_at)).first() == NOW
