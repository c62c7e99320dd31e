import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from recommender.engine.needs import chance_below, expected_gap, level_logits, nearness

logits = st.floats(-4, 4)
spreads = st.floats(0.05, 2)


@given(logits, spreads, logits)
def test_expected_gap_is_the_integral_of_the_missing_distance_over_the_belief(
    mean: float, sd: float, target: float
) -> None:
    low = min(mean - 12 * sd, target - 1)
    numeric, _ = integrate.quad(
        lambda x: (target - x) * stats.norm.pdf(x, mean, sd),
        low,
        target,
        points=[mean] if low < mean < target else None,
    )
    assert float(expected_gap(mean, sd, target)) == pytest.approx(numeric, abs=1e-6)


def test_half_of_the_normal_density_is_the_gap_at_the_target_itself() -> None:
    assert float(expected_gap(0.5, 1.0, 0.5)) == pytest.approx(1 / np.sqrt(2 * np.pi))


def test_somebody_surely_above_the_target_has_no_need() -> None:
    assert float(expected_gap(2.0, 0.0, 1.0)) == 0.0


def test_the_less_is_known_the_more_need_remains_at_the_same_estimate() -> None:
    sure, unsure = expected_gap([0.5, 0.5], [0.2, 0.9], 0.5)
    assert unsure > sure


def test_a_negative_spread_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        expected_gap(0.0, -0.1, 1.0)


def test_chance_of_being_below_is_the_normal_distribution() -> None:
    assert float(chance_below(0.0, 1.0, 1.96)) == pytest.approx(0.975, abs=1e-3)


@given(logits, spreads, st.sampled_from([1, 2, 3, 4, 5]))
def test_nearness_is_the_bell_averaged_over_the_belief(mean: float, sd: float, level: int) -> None:
    course = float(level_logits(level))
    numeric, _ = integrate.quad(
        lambda x: np.exp(-((course - x - 0.4) ** 2) / (2 * 0.8**2)) * stats.norm.pdf(x, mean, sd),
        mean - 10 * sd, mean + 10 * sd, points=[mean], limit=200,
    )  # fmt: skip
    assert float(nearness(mean, sd, course)) == pytest.approx(numeric, abs=1e-6)


def test_a_course_slightly_above_the_ability_meets_it_best() -> None:
    at_level_three = nearness(0.0, 0.3, level_logits([1, 2, 3, 4, 5]))
    assert at_level_three.argmax() in (2, 3)
    assert at_level_three[3] == pytest.approx(at_level_three[2])  # half a level above lies between the two
    assert at_level_three[3] > at_level_three[1]


def test_levels_one_to_five_lie_evenly_around_the_middle_of_the_scale() -> None:
    assert level_logits([1, 2, 3, 4, 5]) == pytest.approx([-1.6, -0.8, 0.0, 0.8, 1.6])
