"""Hand-made catalogues small enough to reckon by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.engine.features import CourseFacts, build_table
from recommender.engine.learned import default_weights, learn_weights
from recommender.engine.ranking import Ranked, recommend_courses
from recommender.engine.scoring import KINDS, PLACE, Belief, Learner, Refusal
from recommender.terms import PutAsideReason, ReasonKind

TARGETS = dict.fromkeys(["ethics", "teaching", "evaluation", "classroom", "digital"], 0.5)


def course(number: int, **changes: object) -> CourseFacts:
    plain = CourseFacts(
        id=number, code=f"KC-{number:03}", title=f"课程{number}", text=f"课程{number}：教学改进第{number}讲", mode="online",
        units=6, practice_units=0, is_open=True, competencies=(("T1", "teaching", 3),),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def learner(**changes: object) -> Learner:
    plain = Learner(
        stage="qualified", school_level="primary", subjects=("math", "science"), targets=TARGETS,
        beliefs={name: Belief(0.0, 0.4, -0.5, 0.5, True) for name in TARGETS},
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def ranked(courses: list[CourseFacts], who: Learner) -> list[Ranked]:
    return recommend_courses(build_table(courses), who, default_weights().values)


def ids(found: list[Ranked]) -> list[int]:
    return [one.course_id for one in found]


def kinds(one: Ranked) -> set[str]:
    return {reason["kind"] for reason in one.reasons}


def test_the_domain_with_the_larger_gap_comes_first() -> None:
    beliefs = {"teaching": Belief(0.6, 0.3, 0.2, 1.0, True), "digital": Belief(-0.9, 0.3, -1.3, -0.5, True)}
    courses = [course(1), course(2, competencies=(("D3", "digital", 2),))]
    found = ranked(courses, learner(beliefs=beliefs))
    assert ids(found) == [2, 1]
    gap = found[0].reasons[0]
    assert (gap["kind"], gap["domain"]) == ("gap", "digital")
    assert gap["gap_logits"] == pytest.approx(1.4, abs=0.01)  # 0.5 - (-0.9), practically certain
    assert gap["p_below"] > 0.99


def test_a_domain_that_was_not_measured_is_believed_as_before_any_answer() -> None:
    found = ranked([course(1, competencies=(("D3", "digital", 3),))], learner(beliefs={"teaching": Belief(0, 0.3)}))
    gap = next(reason for reason in found[0].reasons if reason["kind"] == "gap")
    assert gap["gap_logits"] == pytest.approx(0.698, abs=0.001)  # E max(0, 0.5 - x), x standard normal, by tables
    assert gap["is_measured"] is False


def test_among_courses_of_one_domain_the_one_slightly_above_the_ability_wins() -> None:
    courses = [course(level, competencies=((f"T{min(level, 4)}", "teaching", level),)) for level in (1, 2, 3, 4, 5)]
    found = ranked(courses, learner(beliefs={"teaching": Belief(-0.8, 0.3, -1.2, -0.4, True)}))
    assert set(ids(found)[:2]) == {2, 3}  # the ability stands at level 2


@given(st.permutations(range(1, 13)), st.integers(0, 40), st.booleans())
def test_the_score_is_always_the_sum_of_the_parts_that_are_shown(
    order: list[int], short_units: int, is_personalised: bool
) -> None:
    courses = [
        course(
            n,
            units=n,
            practice_units=n // 2,
            topics=frozenset({"ethics"} if n % 3 else ()),
            mode=("online", "f2f")[n % 2],
        )
        for n in order
    ]
    who = learner(
        short_units=short_units, short_practice_units=short_units / 2, missing_topics=frozenset({"ethics"}),
        suggested={3: "沈三"}, n_takers={n: 5 * n for n in order}, seats={2: (4, "2026-12-01")},
        refusals=(Refusal(5, PutAsideReason.NO_TIME, "f2f", True, True), Refusal(7, PutAsideReason.NOT_MY_NEED, "f2f", True, True)),
        is_personalised=is_personalised,
    )  # fmt: skip
    found = ranked(courses, who)
    assert found
    for one in found:
        assert one.score == pytest.approx(sum(reason["weight"] for reason in one.reasons), abs=1e-9)
    assert ids(found) == ids(ranked(list(reversed(courses)), who))


def test_nobody_is_sent_outside_their_stage_section_or_subject() -> None:
    courses = [
        course(1), course(2, stages=frozenset({"expert"})), course(3, school_levels=frozenset({"senior"})),
        course(4, subjects=frozenset({"english"})), course(5, subjects=frozenset({"science"})),
        course(6, stages=frozenset({"qualified"}), school_levels=frozenset({"primary"}), subjects=frozenset({"math"})),
    ]  # fmt: skip
    assert set(ids(ranked(courses, learner()))) == {1, 5, 6}


def test_somebody_without_a_stage_or_subject_sees_only_what_is_for_all() -> None:
    courses = [course(1), course(2, stages=frozenset({"expert"})), course(3, subjects=frozenset({"math"}))]
    assert ids(ranked(courses, learner(stage=None, school_level=None, subjects=()))) == [1]


def test_the_main_subject_weighs_more_than_a_second_one() -> None:
    courses = [course(1, subjects=frozenset({"science"})), course(2, subjects=frozenset({"math"}))]
    assert ids(ranked(courses, learner())) == [2, 1]


def test_what_cannot_be_begun_now_is_not_offered() -> None:
    courses = [
        course(1, is_open=False), course(2, is_open=False, mode="f2f"), course(3, is_open=False, mode="f2f"),
        course(4, is_open=False, mode="school_based"), course(5, requires=frozenset({99})),
        course(6, requires=frozenset({98})),
    ]  # fmt: skip
    who = learner(seats={2: (0, "2026-12-01"), 3: (1, "2026-12-01")}, done=frozenset({98}))
    assert set(ids(ranked(courses, who))) == {3, 4, 6}


def test_what_is_done_under_way_or_put_aside_is_not_offered_again() -> None:
    barred = Refusal(3, PutAsideReason.NO_TIME, "online", is_barred=True, is_recent=True)
    waited = Refusal(4, PutAsideReason.NO_TIME, "online", is_barred=False, is_recent=False)
    who = learner(done=frozenset({1}), live=frozenset({2}), refusals=(barred, waited))
    assert set(ids(ranked([course(n) for n in range(1, 6)], who))) == {4, 5}


def test_at_most_two_of_one_competency_stand_among_the_first_six() -> None:
    near = [course(n, competencies=(("T1", "teaching", 3),)) for n in range(1, 7)]
    others = [
        course(10 + n, competencies=((name, domain, 5),), units=1)
        for n, (name, domain) in enumerate(
            [("E1", "ethics"), ("A1", "evaluation"), ("C1", "classroom"), ("D1", "digital")]
        )
    ]
    found = ranked(near + others, learner())
    assert sum(course_id < 10 for course_id in ids(found)[:6]) == 2
    assert len(found) == 10


def test_six_places_are_filled_even_where_one_competency_is_all_there_is() -> None:
    assert len(ranked([course(n) for n in range(1, 7)], learner())) == 6


def test_equal_courses_keep_the_order_of_their_codes() -> None:
    twins = [course(n, text="同样的文字", competencies=()) for n in (3, 1, 2)]
    assert ids(ranked(twins, learner())) == [1, 2, 3]


def test_a_missing_mandatory_topic_and_missing_hours_are_reasons() -> None:
    found = ranked(
        [course(1, topics=frozenset({"ecology"}), units=8, practice_units=4)],
        learner(missing_topics=frozenset({"ecology"}), short_units=30, short_practice_units=3),
    )
    assert {"mandatory_topic", "hours_needed", "practice_needed"} <= kinds(found[0])


def test_no_hours_are_asked_for_once_they_are_full() -> None:
    assert not {"hours_needed", "practice_needed"} & kinds(ranked([course(1, practice_units=6)], learner())[0])


def test_how_many_chose_a_course_is_not_said_of_fewer_than_ten() -> None:
    found = {one.course_id: kinds(one) for one in ranked([course(1), course(2)], learner(n_takers={1: 9, 2: 10}))}
    assert "popular" not in found[1]
    assert "popular" in found[2]


def test_having_no_time_lowers_long_courses_and_says_so() -> None:
    refusals = (Refusal(9, PutAsideReason.NO_TIME, "online", True, True),) * 2
    courses = [course(1, units=16, text="甲" * 9), course(2, units=2, text="乙" * 9)]
    found = ranked(courses, learner(refusals=refusals))
    assert ids(found) == [2, 1]
    against = next(reason for reason in found[1].reasons if reason["kind"] == "too_long_now")
    assert against["weight"] < -0.9


def test_preferring_another_mode_lowers_that_mode_only() -> None:
    refusals = (Refusal(9, PutAsideReason.PREFER_OTHER_MODE, "f2f", True, True),)
    courses = [course(1, mode="f2f"), course(2, mode="school_based")]
    found = ranked(courses, learner(refusals=refusals))
    assert ids(found) == [2, 1]
    assert "mode_you_avoid" in kinds(found[1])
    assert "mode_you_avoid" not in kinds(found[0])


def test_what_resembles_an_unwanted_course_sinks_and_what_resembles_a_chosen_one_rises() -> None:
    words = {"作业": "分层作业设计与讲评的案例研修", "安全": "校园安全演练组织与应急处置流程"}
    courses = [
        course(1, text=words["作业"] + "一", title="作业一"), course(2, text=words["安全"] + "一"),
        course(3, text=words["作业"] + "二"), course(4, text=words["安全"] + "二"), course(5, text="诗词吟诵与朗读教学"),
    ]  # fmt: skip
    who = learner(done=frozenset({1}), refusals=(Refusal(2, PutAsideReason.NOT_MY_NEED, "online", True, True),))
    found = ranked(courses, who)
    assert ids(found) == [3, 5, 4]
    like = next(reason for reason in found[0].reasons if reason["kind"] == "like_your_courses")
    assert like["title"] == "作业一"


def test_without_personalisation_only_stage_topics_and_popularity_count() -> None:
    courses = [
        course(n, topics=frozenset({"ecology"} if n == 2 else ()), stages=frozenset({"qualified"} if n == 3 else ()))
        for n in range(1, 5)
    ]
    who = learner(
        is_personalised=False, short_units=20, suggested={1: "沈三"}, n_takers={4: 50},
        beliefs={name: Belief(-2.0, 0.2, -2.3, -1.7, True) for name in TARGETS},
    )  # fmt: skip
    found = ranked(courses, who)
    assert set().union(*(kinds(one) for one in found)) == {"mandatory_topic", "fits_stage", "popular"}
    assert ids(found) == [2, 3, 4, 1]


def decisions(n: int) -> tuple[np.ndarray, np.ndarray]:
    """People who take whatever fits their subject and nothing else."""
    rng = np.random.default_rng(5)
    parts = np.zeros((n, len(KINDS)))
    parts[:, PLACE[ReasonKind.FITS_SUBJECT]] = rng.random(n) < 0.5
    parts[:, PLACE[ReasonKind.GAP]] = rng.random(n)
    return parts, parts[:, PLACE[ReasonKind.FITS_SUBJECT]] > 0


def test_fewer_than_fifty_decisions_teach_nothing() -> None:
    assert learn_weights(*decisions(49)).version == "default-1"
    assert (learn_weights(*decisions(49)).values == default_weights().values).all()


def test_decisions_move_the_weights_towards_what_people_take_but_never_wholly() -> None:
    some, many = learn_weights(*decisions(50)), learn_weights(*decisions(2000))
    subject, gap = PLACE[ReasonKind.FITS_SUBJECT], PLACE[ReasonKind.GAP]
    default = default_weights().values
    assert default[subject] < some.values[subject] < many.values[subject]
    assert 0 < many.values[gap] < some.values[gap] < default[gap]
    assert (some.version, many.version) == ("learned-50", "learned-2000")


def test_a_reason_never_changes_its_direction_through_learning() -> None:
    parts, is_taken = decisions(500)
    assert (learn_weights(parts, ~is_taken).values >= 0).all()


def test_an_empty_catalogue_recommends_nothing() -> None:
    assert ranked([], learner()) == []
