from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.models import Estimate, Sitting
from assessment.sittings import Step, current_question, start_sitting
from content.models import Course, Item
from content.terms import Competency, CourseState, DeliveryMode, Domain, ItemState, MandatoryTopic
from core.errors import Conflict
from learning import journey
from learning.credit.profiles import load_rules
from learning.mentoring.pairs import pair_up
from learning.mentoring.suggestions import suggest_course
from learning.plans.editing import entries_in, plan_of
from learning.study.enrolments import enrol
from learning.study.models import Enrolment
from learning.terms import EnrolmentSource
from recommender.models import Pick
from recommender.picks import picks_of
from recommender.terms import PickState, PutAsideReason
from tests.conftest import NOW, World
from tests.recommender.conftest import courses, make_course  # noqa: F401

Courses = dict[str, Course]


@pytest.fixture(autouse=True)
def rules(session: Session) -> None:
    load_rules(session, now=NOW)


def bank(session: Session) -> None:
    """Twelve easy-to-hard items a domain."""
    for competency in Competency:
        for level in (1, 2, 3, 4, 5):
            session.add(
                Item(
                    code=f"{competency}-{level}", state=ItemState.OPERATIONAL, competency=competency, school_levels=[],
                    expert_level=level, stem="题干", options=["甲", "乙", "丙", "丁"], key_index=0, rationale="理由",
                )
            )  # fmt: skip
    session.flush()


def answer(session: Session, world: World, sitting: Sitting, *, n: int) -> Step:
    question = current_question(session, sitting)
    assert question is not None
    return journey.finish_answer(
        session, world.teacher.id, question_token=question.token, shown_position=0, client_token=f"client-token-{n:04}",
        now=NOW + timedelta(minutes=n),
    )  # fmt: skip


def n_runs(session: Session, world: World) -> int:
    return session.scalar(select(func.max(Pick.run_no)).where(Pick.person_id == world.teacher.id)) or 0


def test_the_last_answer_of_a_sitting_brings_recommendations_once(
    session: Session,
    world: World,
    courses: Courses,  # noqa: F811
) -> None:
    bank(session)
    sitting = start_sitting(session, world.teacher.id, now=NOW)
    n, step = 0, None
    while step is None or not step.is_finished:
        assert n_runs(session, world) == 0
        n += 1
        token = current_question(session, sitting).token  # type: ignore[union-attr]
        step = answer(session, world, sitting, n=n)
    assert n_runs(session, world) == 1
    assert session.scalar(select(func.count()).select_from(Estimate)) == len(Domain)
    again = journey.finish_answer(
        session, world.teacher.id, question_token=token, shown_position=0, client_token=f"client-token-{n:04}",
        now=NOW + timedelta(hours=2),
    )  # fmt: skip
    assert again.is_finished
    assert n_runs(session, world) == 1
    assert "gap" in {reason["kind"] for pick in picks_of(session, world.teacher.id) for reason in pick.reasons}


def test_a_diagnostic_that_was_left_still_brings_a_list(session: Session, world: World, courses: Courses) -> None:  # noqa: F811
    bank(session)
    answer(session, world, start_sitting(session, world.teacher.id, now=NOW), n=1)
    journey.leave_sitting(session, world.teacher.id, now=NOW + timedelta(minutes=5))
    assert n_runs(session, world) == 1
    assert journey.leave_sitting(session, world.teacher.id, now=NOW + timedelta(minutes=6)) is None
    assert n_runs(session, world) == 1


def test_circumstances_are_read_from_the_record(session: Session, world: World, courses: Courses) -> None:  # noqa: F811
    pair_up(session, world.mentor.id, world.teacher.id, on=date(2026, 9, 1))
    suggest_course(session, world.mentor.id, world.teacher.id, courses["A"].id, reason="", now=NOW)
    session.add(
        Enrolment(person_id=world.teacher.id, course_id=courses["T"].id, source=EnrolmentSource.SELF, enrolled_at=NOW)
    )
    session.flush()
    found = journey.circumstances_of(session, world.teacher.id, now=NOW)
    assert (found.short_units, found.short_practice_units) == (72, 36)  # Henan: 72 a year, half of it practice
    assert found.missing_topics == frozenset(MandatoryTopic)
    assert found.live_course_ids == {courses["T"].id}
    assert found.suggested == {courses["A"].id: "沈三"}
    assert found.n_takers == {courses["T"].id: 1}
    assert picks_first(session, world) == courses["A"].id


def picks_first(session: Session, world: World) -> int:
    return journey.renew_picks(session, world.teacher.id, now=NOW)[0].course_id


def test_taking_a_recommendation_plans_it_and_enrolling_from_it_begins_it_once(
    session: Session,
    world: World,
    courses: Courses,  # noqa: F811
) -> None:
    pick = journey.renew_picks(session, world.teacher.id, now=NOW)[0]
    journey.take_pick(session, world.teacher.id, pick.id, now=NOW)
    journey.take_pick(session, world.teacher.id, pick.id, now=NOW)
    assert [entry.course_id for entry in entries_in(plan_of(session, world.teacher.id, 2026))] == [pick.course_id]
    first = journey.enrol_from_pick(session, world.teacher.id, pick.id, now=NOW)
    assert journey.enrol_from_pick(session, world.teacher.id, pick.id, now=NOW).id == first.id
    assert (first.source, pick.state) == (EnrolmentSource.RECOMMENDED, PickState.TAKEN)


def test_a_course_that_cannot_be_joined_leaves_the_recommendation_to_be_decided_again(
    session: Session,
    world: World,
    courses: Courses,  # noqa: F811
) -> None:
    pick = journey.renew_picks(session, world.teacher.id, now=NOW)[0]
    pick.course.is_open = False
    with pytest.raises(Conflict, match="course_not_open_yet"):
        journey.enrol_from_pick(session, world.teacher.id, pick.id, now=NOW)


def test_putting_aside_renews_the_list_without_that_course(session: Session, world: World, courses: Courses) -> None:  # noqa: F811
    pick = journey.renew_picks(session, world.teacher.id, now=NOW)[0]
    journey.put_aside_pick(session, world.teacher.id, pick.id, reason=PutAsideReason.NO_TIME, now=NOW)
    assert pick.course_id not in {other.course_id for other in picks_of(session, world.teacher.id)}
    assert n_runs(session, world) == 2


def test_what_was_begun_elsewhere_or_retired_is_no_longer_on_offer(
    session: Session,
    world: World,
    courses: Courses,  # noqa: F811
) -> None:
    first, second, *rest = journey.renew_picks(session, world.teacher.id, now=NOW)
    enrol(session, world.teacher.id, first.course_id, source=EnrolmentSource.SELF, now=NOW)
    second.course.state, second.course.retired_at = CourseState.RETIRED, NOW
    session.flush()
    assert [pick.id for pick in journey.picks_on_offer(session, world.teacher.id)] == [pick.id for pick in rest]


def test_switching_personalisation_off_replaces_the_personal_list_at_once(
    session: Session,
    world: World,
    courses: Courses,  # noqa: F811
) -> None:
    journey.renew_picks(session, world.teacher.id, now=NOW)
    journey.choose_personalisation(
        session, world.teacher.id, is_wanted=False, by=world.actor(session, world.teacher), now=NOW
    )
    assert {pick.is_personalised for pick in picks_of(session, world.teacher.id)} == {False}


def test_a_hundred_and_seventy_courses_are_ranked_for_many_from_one_ground(session: Session, world: World) -> None:
    for n in range(170):
        make_course(
            session, world, f"KC-{n:03}", competency=list(Competency)[n % 21], level=n % 5 + 1,
            mode=DeliveryMode.SCHOOL_BASED if n % 3 else DeliveryMode.ONLINE, title=f"第{n}讲{list(Competency)[n % 21]}",
        )  # fmt: skip
    ground = journey.prepare_ground(session)
    assert replace(ground, n_takers={}).catalogue is ground.catalogue
    for person in (world.teacher, world.colleague, world.mentor):
        assert len(journey.renew_picks(session, person.id, now=NOW, ground=ground)) == 12
