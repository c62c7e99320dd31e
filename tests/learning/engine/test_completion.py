"""Passing, reading enough, and being done."""

from fractions import Fraction

import pytest

from learning.engine.completion import is_course_done, is_passed, reading_needs_seconds, score_hundredths


@pytest.mark.parametrize(("right", "of", "score"), [(0, 5, 0), (3, 5, 6000), (2, 3, 6666), (5, 5, 10000)])
def test_a_score_is_the_share_of_right_answers_rounded_down(right: int, of: int, score: int) -> None:
    assert score_hundredths([1] * right + [0] * (of - right), [1] * of) == score


def test_fifty_nine_and_a_half_fails_and_sixty_passes() -> None:
    assert [is_passed(score) for score in (5950, 5999, 6000)] == [False, False, True]


def test_a_quiz_without_questions_or_with_too_few_choices_is_a_mistake_of_ours() -> None:
    for choices, keys in (([], []), ([1], [1, 2])):
        with pytest.raises(ValueError, match="choices for"):
            score_hundredths(choices, keys)


def test_a_reading_needs_three_tenths_of_its_time_or_the_share_its_course_says() -> None:
    assert reading_needs_seconds(601) == 181  # 180.3, rounded up
    assert reading_needs_seconds(600, Fraction(1)) == 600
    assert reading_needs_seconds(600, Fraction(0)) == 0
    with pytest.raises(ValueError, match="a share lies between"):
        reading_needs_seconds(600, Fraction(11, 10))


def test_a_course_is_done_when_each_of_its_modules_is() -> None:
    assert is_course_done([1, 2], [1, 2, 9])
    assert not is_course_done([1, 2], [1, 9])
    assert not is_course_done([], [])
