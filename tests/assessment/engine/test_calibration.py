"""Calibration against R mirt, against numeric derivatives, and with data nobody should trust."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from assessment.engine.calibration import Calibration, UnusableReason, fit_2pl
from assessment.engine.em import Expectation, SlopePrior, expect
from assessment.engine.louis import observed_information
from assessment.engine.responses import Patterns, fold, read_responses

Floats = npt.NDArray[np.float64]
Data = Callable[[str], Floats]
Golden = Callable[[str], dict[str, Any]]

# R mirt 1.47, 2PL, TOL 1e-8: kept here so that one golden test runs on any machine
LSAT7_SLOPES = np.array([0.9875459, 1.0808371, 1.7074776, 0.7649899, 0.7356727])
LSAT7_DIFFICULTIES = np.array([-1.8792601, -0.7475405, -1.0572356, -0.6353023, -2.5207644])
LSAT7_LOGLIK = -2658.8051136


def _simulated(n: int, n_items: int, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Answers (n, n_items) and the slopes, difficulties and abilities behind them."""
    rng = np.random.default_rng(seed)
    a, b, theta = rng.lognormal(0.1, 0.3, n_items), rng.normal(size=n_items), rng.normal(size=n)
    right = rng.random((n, n_items)) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))
    return right.astype(np.float64), a, b, theta


def _expect_at(patterns: Patterns, at: Floats, prior: SlopePrior | None = None) -> Expectation:
    """E-step at slopes and intercepts in one vector."""
    slopes, intercepts = np.split(at, 2)
    return expect(patterns, slopes, intercepts, prior)


def _column(result: Calibration, name: str) -> Floats:
    return np.array([getattr(item, name) for item in result.items])


def test_lsat7_gives_the_estimates_of_r_mirt_on_any_machine(golden_data: Data) -> None:
    result = fit_2pl(golden_data("LSAT7"))
    assert result.converged
    np.testing.assert_allclose(_column(result, "a"), LSAT7_SLOPES, atol=1e-5)
    np.testing.assert_allclose(_column(result, "b"), LSAT7_DIFFICULTIES, atol=1e-5)
    assert result.loglik == pytest.approx(LSAT7_LOGLIK, abs=1e-5)


@pytest.mark.parametrize("name", ["LSAT7", "LSAT6", "FractionSubtraction"])
def test_published_data_give_the_estimates_and_errors_of_r_mirt(
    name: str, golden_data: Data, golden_fit: Golden, golden_persons: Data
) -> None:
    expected, result = golden_fit(f"{name}_2PL"), fit_2pl(golden_data(name))
    rows = expected["params_with_SE"]
    errors = {key: np.array([row["SE"] for row in rows if row["name"] == key], dtype=float) for key in ("a1", "d")}
    m = len(result.items)
    for key in ("a", "b"):
        np.testing.assert_allclose(_column(result, key), [row[key] for row in expected["items_IRT"]], atol=1e-5)
    np.testing.assert_allclose(_column(result, "se_a"), errors["a1"], rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.diag(result.covariance))[m:], errors["d"], rtol=1e-5)
    assert result.loglik == pytest.approx(expected["logLik"], abs=1e-6)
    persons = golden_persons(f"{name}_2PL")
    np.testing.assert_allclose(np.stack([result.eap, result.sd], axis=1), persons, atol=1e-4)


def test_the_error_of_a_difficulty_follows_from_the_covariance_r_mirt_reports(
    golden_data: Data, golden_fit: Golden
) -> None:
    expected, result = golden_fit("LSAT7_2PL"), fit_2pl(golden_data("LSAT7"))
    covariance = np.array(expected["vcov"])
    for i, row in enumerate(expected["items_slope_intercept"]):
        toward = np.array([row["d"] / row["a1"] ** 2, -1 / row["a1"]])
        block = covariance[2 * i : 2 * i + 2, 2 * i : 2 * i + 2]
        assert result.items[i].se_b == pytest.approx(np.sqrt(toward @ block @ toward), rel=1e-5)


@pytest.mark.parametrize("blank_ratio", [0.0, 0.3])
@pytest.mark.parametrize("prior", [None, SlopePrior(0.0, 0.5)])
def test_the_observed_information_is_the_derivative_of_the_gradient(
    blank_ratio: float, prior: SlopePrior | None
) -> None:
    right, a, b, _ = _simulated(200, 6, 2)
    right[np.random.default_rng(1).random(right.shape) < blank_ratio] = np.nan
    patterns, at, step = fold(read_responses(right)), np.concatenate([a, -a * b]), 1e-5
    numeric = np.empty((12, 12))
    for column in range(12):
        nudge = step * (np.arange(12) == column)
        ahead, behind = (_expect_at(patterns, at + side * nudge, prior).gradient for side in (1, -1))
        numeric[:, column] = (behind - ahead) / (2 * step)
    np.testing.assert_allclose(observed_information(_expect_at(patterns, at, prior)), numeric, atol=2e-6)


@pytest.mark.parametrize("blank_ratio", [0.0, 0.3])
def test_the_gradient_is_the_derivative_of_the_likelihood(blank_ratio: float) -> None:
    right, a, b, _ = _simulated(100, 4, 3)
    right[np.random.default_rng(1).random(right.shape) < blank_ratio] = np.nan
    patterns, at, step = fold(read_responses(right)), np.concatenate([a, -a * b]), 1e-5
    gradient = _expect_at(patterns, at).gradient
    for column in range(8):
        nudge = step * (np.arange(8) == column)
        ahead, behind = (_expect_at(patterns, at + side * nudge).loglik for side in (1, -1))
        assert gradient[column] == pytest.approx((ahead - behind) / (2 * step), abs=1e-5)


def test_true_parameters_lie_within_their_errors_as_often_as_they_should() -> None:
    right, a, b, theta = _simulated(4000, 40, 4)
    result = fit_2pl(right)
    z = np.concatenate(
        [(_column(result, "a") - a) / _column(result, "se_a"), (_column(result, "b") - b) / _column(result, "se_b")]
    )
    assert 0.88 < (np.abs(z) < 1.96).mean() <= 1.0
    assert np.corrcoef(result.eap, theta)[0, 1] > 0.9


def test_blanks_at_random_lose_precision_but_not_the_estimates() -> None:
    right, a, b, _ = _simulated(4000, 30, 5)
    right[np.random.default_rng(6).random(right.shape) < 0.4] = np.nan
    result = fit_2pl(right)
    assert result.converged
    assert np.abs((_column(result, "a") - a) / _column(result, "se_a")).max() < 4
    assert np.abs((_column(result, "b") - b) / _column(result, "se_b")).max() < 4
    assert [item.n for item in result.items] == (~np.isnan(right)).sum(axis=0).tolist()


def test_the_short_cut_for_many_blank_rows_ends_at_the_same_maximum(monkeypatch: pytest.MonkeyPatch) -> None:
    right, _, _, _ = _simulated(1500, 10, 7)
    monkeypatch.setattr("assessment.engine.maximum.LARGE_WORK", 0)
    right[np.random.default_rng(6).random(right.shape) < 0.4] = np.nan
    quick = fit_2pl(right, tolerance=1e-8)
    monkeypatch.setattr("assessment.engine.maximum.ROWS_PER_PARAMETER", np.inf)
    exact = fit_2pl(right, tolerance=1e-8)
    np.testing.assert_allclose(_column(quick, "a"), _column(exact, "a"), atol=1e-6)
    np.testing.assert_allclose(_column(quick, "se_a"), _column(exact, "se_a"), atol=1e-6)


def test_the_likelihood_never_falls() -> None:
    result = fit_2pl(_simulated(800, 15, 8)[0])
    assert (np.diff(result.trace) >= -1e-7).all()
    assert len(result.trace) == result.iterations + 1


@pytest.mark.parametrize("seed", [11, 30, 49, 324])  # small tables on which unguarded Newton steps fall by up to 7
def test_a_newton_step_that_overshoots_is_taken_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, n_items = int(rng.integers(40, 400)), int(rng.integers(3, 15))
    a, b = rng.lognormal(0, 0.6, n_items), 1.5 * rng.normal(size=n_items)
    draws, theta = rng.random((n, n_items)), rng.normal(size=(n, 1))
    result = fit_2pl(draws < 1 / (1 + np.exp(-a * (theta - b))), n_min=5, max_iterations=100)
    assert (np.diff(result.trace) >= -1e-7).all()


def test_too_few_iterations_are_called_not_converged() -> None:
    result = fit_2pl(_simulated(800, 15, 8)[0], max_iterations=2)
    assert not result.converged
    assert result.iterations == 2
    assert result.largest_change > 0.01


def test_a_single_item_has_no_slope_and_is_called_not_converged() -> None:
    result = fit_2pl(_simulated(300, 1, 9)[0], max_iterations=30)
    assert not result.converged


def test_unusable_items_are_named_and_left_out_and_the_rest_is_as_without_them() -> None:
    right, _, _, theta = _simulated(600, 12, 10)
    rng = np.random.default_rng(11)
    spoiled = np.column_stack(
        [right, np.ones(600), np.zeros(600), rng.random(600) < 1 / (1 + np.exp(2 * theta)), right[:, 0]]
    )
    spoiled[20:, -1] = np.nan
    codes = [f"Q{i}" for i in range(12)] + ["easy", "hard", "wrong way round", "rare"]
    result = fit_2pl(spoiled, codes)
    assert {(item.code, item.reason) for item in result.unusable} == {
        ("easy", UnusableReason.ALL_RIGHT),
        ("hard", UnusableReason.ALL_WRONG),
        ("wrong way round", UnusableReason.NEGATIVE_SLOPE),
        ("rare", UnusableReason.TOO_FEW_ANSWERS),
    }
    assert [item.code for item in result.items] == codes[:12]
    np.testing.assert_allclose(_column(result, "a"), _column(fit_2pl(right), "a"), atol=1e-5)


def test_a_slope_without_bound_is_left_out_rather_than_clamped() -> None:
    right, _, _, _ = _simulated(500, 8, 12)
    result = fit_2pl(np.column_stack([right, right.sum(axis=1) >= 5]))  # a perfect step along the others
    assert {item.reason for item in result.unusable} == {UnusableReason.SLOPE_WITHOUT_BOUND}
    assert all(item.a < 6 for item in result.items)
    assert result.converged


@pytest.mark.parametrize("seed", range(25))
def test_small_tables_with_blanks_either_converge_or_say_so(seed: int) -> None:
    rng = np.random.default_rng(seed)
    right, _, _, _ = _simulated(int(rng.integers(60, 400)), int(rng.integers(3, 12)), seed)
    right[rng.random(right.shape) < 0.3] = np.nan
    result = fit_2pl(right, n_min=5, slope_prior=SlopePrior(0.0, 0.5))
    assert result.converged
    assert (np.diff(result.trace) >= -1e-7).all()


def test_a_prior_draws_slopes_together() -> None:
    right, _, _, _ = _simulated(300, 10, 13)
    free, drawn = fit_2pl(right), fit_2pl(right, slope_prior=SlopePrior(0.0, 0.1))
    assert drawn.converged
    assert np.std(np.log(_column(drawn, "a"))) < 0.5 * np.std(np.log(_column(free, "a")))
    assert drawn.loglik < free.loglik


def test_all_right_all_wrong_and_blank_persons_get_finite_scores() -> None:
    right, _, _, _ = _simulated(500, 10, 14)
    right[0], right[1], right[2] = 1.0, 0.0, np.nan
    result = fit_2pl(right)
    assert result.eap[0] == result.eap.max()
    assert result.eap[1] == result.eap.min()
    assert (result.eap[2], result.sd[2]) == (pytest.approx(0.0, abs=1e-9), pytest.approx(1.0, abs=1e-6))


@pytest.mark.parametrize("value", [2.0, -1.0, 0.5, np.inf])
def test_a_bad_value_is_refused_by_row_and_column(value: float) -> None:
    with pytest.raises(ValueError, match=r"row 2, column 'Q2': .* is neither 0, 1 nor blank"):
        fit_2pl(np.array([[1, 0], [0, value]]), ["Q1", "Q2"])


def test_a_column_that_appears_twice_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="column 'Q1' appears twice, as columns 1 and 3"):
        fit_2pl([[1, 0, 1]], ["Q1", "Q2", "Q1"])


def test_a_table_without_a_usable_item_is_refused_with_the_reasons() -> None:
    with pytest.raises(ValueError, match="no item is usable: 'Q1' too_few_answers"):
        fit_2pl([[1], [0]], ["Q1"])


def test_folding_rows_changes_nothing_but_the_work(golden_data: Data) -> None:
    data = golden_data("LSAT6")
    patterns = fold(read_responses(data))
    assert len(patterns.weights) == 30  # patterns observed among 32 possible: Bock and Lieberman (1970)
    np.testing.assert_array_equal(patterns.right[patterns.of_person], data)
