"""Marginal maximum likelihood of the 2PL (Bock and Aitkin 1981): checks, estimates, errors, scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assessment.engine.em import NODES, Expectation, SlopePrior
from assessment.engine.irt import Bools, Floats, Ints
from assessment.engine.louis import observed_information
from assessment.engine.maximum import Fit, climb, is_definite
from assessment.engine.responses import ResponseTable, fold, read_responses

STEEPEST = 30.0
"""Slopes beyond this are steps narrower than the quadrature can tell from a jump, logits per sd."""
STEEP_UNSETTLED = 6.0
"""If the iterations do not settle, the steepest item is blamed when its slope is beyond this."""


class UnusableReason(StrEnum):
    """Why an item was left out; never estimated, never clamped."""

    TOO_FEW_ANSWERS = "too_few_answers"
    ALL_RIGHT = "all_right"
    ALL_WRONG = "all_wrong"
    NEGATIVE_SLOPE = "negative_slope"
    SLOPE_WITHOUT_BOUND = "slope_without_bound"


@dataclass(frozen=True)
class UnusableItem:
    """An item left out, why, and its number of answers."""

    code: str
    reason: UnusableReason
    n: int


@dataclass(frozen=True)
class CalibratedItem:
    """An item's slope a (logits per sd), difficulty b (sd), guessing c (0 in the 2PL), errors, answers n."""

    code: str
    a: float
    b: float
    c: float
    se_a: float
    se_b: float
    n: int


@dataclass(frozen=True, eq=False)
class Calibration:
    """What came of a calibration with m usable items and N persons.

    Parameters
    ----------
    items : tuple of CalibratedItem
        In the order of the columns.
    unusable : tuple of UnusableItem
    covariance : ndarray (2m, 2m)
        Of slopes, then intercepts d = -a b; the inverse of the observed information.
    loglik : float
        Marginal log-likelihood, without the prior on slopes.
    trace : tuple of float
        The objective (log-likelihood plus log-prior) at the start and after each iteration.
    iterations : int
        EM and Newton steps of the last fit (a fit is repeated when a slope turns out negative).
    largest_change : float
        Of a slope or intercept in the last step.
    converged : bool
        The last step was a Newton step within the tolerance and the information is positive definite.
    eap, sd : ndarray (N,)
        Person abilities under a standard normal prior; 0 and 1 for a row without answers.
    """

    items: tuple[CalibratedItem, ...]
    unusable: tuple[UnusableItem, ...]
    covariance: Floats
    loglik: float
    trace: tuple[float, ...]
    iterations: int
    largest_change: float
    converged: bool
    eap: Floats
    sd: Floats


def _screen(table: ResponseTable, n_min: int) -> list[UnusableReason | None]:
    """Tell which columns cannot be estimated, before any estimation."""
    reasons: list[UnusableReason | None] = []
    for n, right in zip(table.n_answers.tolist(), table.n_right.tolist(), strict=True):
        if n < max(n_min, 1):
            reasons.append(UnusableReason.TOO_FEW_ANSWERS)
        elif right in (0, n):
            reasons.append(UnusableReason.ALL_RIGHT if right else UnusableReason.ALL_WRONG)
        else:
            reasons.append(None)
    return reasons


def _suspects(fit: Fit) -> tuple[Bools, UnusableReason]:
    """Items (m,) that a fit disqualifies: negative slopes first, since they distort the others."""
    a = fit.step.a
    if (a <= 0).any():
        return np.asarray(a <= 0), UnusableReason.NEGATIVE_SLOPE
    runaway = a > STEEPEST
    if not fit.settled:
        runaway |= (a > STEEP_UNSETTLED) & (a == a.max())
    return np.asarray(runaway), UnusableReason.SLOPE_WITHOUT_BOUND


def _items(fit: Fit, table: ResponseTable, covariance: Floats) -> tuple[CalibratedItem, ...]:
    """Slopes and difficulties with standard errors; that of b = -d / a by the delta method."""
    a, d, m = fit.step.a, fit.step.d, len(fit.step.a)
    rows = np.arange(m)
    var_a, var_d, cov = covariance[rows, rows], covariance[rows + m, rows + m], covariance[rows, rows + m]
    se_b = np.sqrt(d**2 / a**4 * var_a + var_d / a**2 - 2.0 * d / a**3 * cov)
    columns = (a, -d / a, np.sqrt(var_a), se_b)
    values = zip(table.codes, *(column.tolist() for column in columns), table.n_answers.tolist(), strict=True)
    return tuple(CalibratedItem(code, a_, b_, 0.0, se_a_, se_b_, n) for code, a_, b_, se_a_, se_b_, n in values)


def _covariance(step: Expectation) -> tuple[Floats, bool]:
    """Inverse (2m, 2m) of the observed information, and whether that is positive definite."""
    information = observed_information(step)
    if not is_definite(information):
        return np.full(information.shape, np.nan), False
    return np.asarray(np.linalg.inv(information), dtype=np.float64), True


def _fit_usable(
    table: ResponseTable,
    screened: list[UnusableReason | None],
    prior: SlopePrior | None,
    max_iterations: int,
    tolerance: float,
) -> tuple[ResponseTable, Fit, list[UnusableReason | None]]:
    """Fit the columns without a reason against them, again without those whose slopes disqualify them."""
    reasons = list(screened)
    while True:
        usable: Ints = np.flatnonzero([reason is None for reason in reasons])
        if not usable.size:
            named = zip(table.codes, reasons, strict=True)
            raise ValueError("no item is usable: " + ", ".join(f"{code!r} {reason}" for code, reason in named))
        chosen = table.take(usable)
        fit = climb(fold(chosen), prior, max_iterations, tolerance)
        bad, reason = _suspects(fit)
        if not bad.any():
            return chosen, fit, reasons
        for column in usable[bad]:
            reasons[column] = reason


def fit_2pl(
    responses: npt.ArrayLike,
    codes: Sequence[str] | None = None,
    *,
    n_min: int = 30,
    slope_prior: SlopePrior | None = None,
    max_iterations: int = 500,
    tolerance: float = 1e-6,
) -> Calibration:
    """Calibrate right-or-wrong items, abilities standard normal (Bock and Aitkin 1981; errors Louis 1982).

    Parameters
    ----------
    responses : array_like (N, n)
        1 right, 0 wrong, NaN blank (taken as missing at random).
    codes : sequence of str, optional
        Names of the columns.
    n_min : int
        Items with fewer answers are left out.
    slope_prior : SlopePrior, optional
        Without one, maximum likelihood.
    max_iterations, tolerance : int, float
        Steps at most, and the largest change of a slope or intercept in the last Newton step.

    Returns
    -------
    Calibration
        Believe it if `converged`; standard errors are NaN where the information is singular.

    Raises
    ------
    ValueError
        Naming row and column of a bad value, the column that appears twice, or if no item is usable.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> logits = 1.2 * (rng.normal(size=(2000, 1)) - np.linspace(-1, 1, 6))
    >>> result = fit_2pl(rng.random((2000, 6)) < 1 / (1 + np.exp(-logits)))
    >>> result.converged, round(float(np.mean([item.a for item in result.items])), 1)
    (True, 1.3)
    """
    table = read_responses(responses, codes)
    chosen, fit, reasons = _fit_usable(table, _screen(table, n_min), slope_prior, max_iterations, tolerance)
    covariance, definite = _covariance(fit.step)
    step, of_person = fit.step, fit.step.patterns.of_person
    variance = step.posterior @ NODES**2 - step.mean**2
    left_out = zip(table.codes, reasons, table.n_answers.tolist(), strict=True)
    return Calibration(
        items=_items(fit, chosen, covariance),
        unusable=tuple(UnusableItem(code, why, n) for code, why, n in left_out if why is not None),
        covariance=covariance,
        loglik=step.loglik,
        trace=fit.trace,
        iterations=len(fit.trace) - 1,
        largest_change=fit.largest_change,
        converged=fit.settled and definite,
        eap=step.mean[of_person],
        sd=np.sqrt(np.maximum(variance, 0.0))[of_person],
    )
