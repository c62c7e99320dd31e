"""Response functions against R mirt and against their own limits."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from assessment.engine.irt import (
    ItemParameters,
    category_information,
    category_probabilities,
    information,
    log_likelihood,
    probability,
)

Golden = Callable[[str], dict[str, Any]]


def test_information_of_published_graded_items_is_what_r_mirt_reports(golden_fit: Golden) -> None:
    fit = golden_fit("Science_GRM")
    items = fit["items_IRT"]
    boundaries = [[item["b1"], item["b2"], item["b3"]] for item in items]
    ours = category_information(fit["theta_grid"], [item["a"] for item in items], boundaries)
    np.testing.assert_allclose(ours.T, fit["iteminfo"], atol=1e-9)


def test_expected_score_of_published_graded_items_is_what_r_mirt_reports(golden_fit: Golden) -> None:
    fit = golden_fit("Science_GRM")
    items = fit["items_IRT"]
    boundaries = [[item["b1"], item["b2"], item["b3"]] for item in items]
    p = category_probabilities(fit["theta_grid"], [item["a"] for item in items], boundaries)
    expected = (p * np.arange(1, 5)[None, :, None]).sum(axis=(0, 1))  # the data are coded 1..4
    np.testing.assert_allclose(expected, fit["expected_test"], atol=1e-9)


def test_information_of_published_binary_items_is_what_r_mirt_reports(golden_fit: Golden) -> None:
    fit = golden_fit("LSAT7_2PL")
    a, b = (np.array([item[name] for item in fit["items_IRT"]]) for name in "ab")
    theta = np.array(fit["theta_grid"])[:, None]
    np.testing.assert_allclose(information(theta, a, b), fit["iteminfo"], atol=1e-9)
    np.testing.assert_allclose(probability(theta, a, b).sum(axis=1), fit["expected_test"], atol=1e-9)


def test_a_binary_item_is_a_graded_item_with_one_boundary() -> None:
    theta = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(category_probabilities(theta, [1.3], [[0.4]])[0, 1], probability(theta, 1.3, 0.4))
    np.testing.assert_allclose(category_information(theta, [1.3], [[0.4]])[0], information(theta, 1.3, 0.4))


def test_information_is_the_expected_squared_slope_of_the_log_likelihood() -> None:
    theta, step, a, b = np.linspace(-3, 3, 13), 1e-5, [1.4], [[-1.0, 0.2, 1.5]]
    slope = (log_likelihood(theta + step, a, b) - log_likelihood(theta - step, a, b)) / (2 * step)
    expected = (category_probabilities(theta, a, b) * slope**2).sum(axis=1)
    np.testing.assert_allclose(category_information(theta, a, b), expected, rtol=1e-6)


@pytest.mark.parametrize("a", [1e-3, 1.0, 1e3, 1e6])
def test_no_slope_and_no_ability_overflows_or_gives_nan(a: float) -> None:
    theta = np.array([-1e3, -6.0, 0.0, 1e-9, 6.0, 1e3])
    log_p = log_likelihood(theta, [a], [[-1.0, 0.0, np.inf]])
    assert not np.isnan(log_p).any()
    assert np.isneginf(log_p[0, 3]).all()
    assert np.isfinite(log_p[0, :3]).all()
    np.testing.assert_allclose(np.exp(log_p).sum(axis=1), 1.0, atol=1e-12)
    assert np.isfinite(category_information(theta, [a], [[-1.0, 0.0, np.inf]])).all()


def test_an_almost_impossible_answer_keeps_its_exact_log_probability() -> None:
    assert log_likelihood([-50.0], [2.0], [[0.0]])[0, 1, 0] == pytest.approx(-100.0, abs=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "domain", "message"),
    [
        ([1.0, 0.0], [[0.0], [0.0]], [0, 0], "item 'Q2': slope must be finite and positive"),
        ([1.0, np.nan], [[0.0], [0.0]], [0, 0], "item 'Q2': slope must be finite and positive"),
        ([1.0, 1.0], [[0.0], []], [0, 0], "item 'Q2': needs a finite boundary"),
        ([1.0, 1.0], [[0.0], [1.0, 1.0]], [0, 0], "item 'Q2': boundaries must be finite and rise"),
        ([1.0, 1.0], [[0.0], [np.nan, 1.0]], [0, 0], "item 'Q2': boundaries must be finite and rise"),
        ([1.0, 1.0], [[0.0], [0.0]], [0, -1], "item 'Q2': domain must be 0 or more"),
    ],
)
def test_a_bad_item_is_named(a: list[float], b: list[list[float]], domain: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ItemParameters.graded(a, b, domain, ["Q1", "Q2"])


def test_a_code_used_twice_is_named() -> None:
    with pytest.raises(ValueError, match="item 'Q1' appears twice"):
        ItemParameters.binary([1.0, 1.0], [0.0, 0.0], [0, 0], ["Q1", "Q1"])


def test_parameters_cannot_be_changed_afterwards() -> None:
    items = ItemParameters.binary([1.0], [0.0], [0])
    with pytest.raises(ValueError, match="read-only"):
        items.a[0] = 2.0
