"""Marginal maximum likelihood of the 2PL: EM of Bock and Aitkin (1981), finished by Newton steps.

After a few EM steps the exact observed information is at hand anyway (it gives the standard errors), so
each EM step is turned into a Newton step with it, the acceleration Louis (1982, section 5) proposed.
A step that does not raise the likelihood is taken back and replaced by a plain EM step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assessment.engine.em import NODES, Expectation, SlopePrior, expect, maximise
from assessment.engine.irt import Bools, Floats, Ints
from assessment.engine.louis import mean_scores, observed_information
from assessment.engine.responses import Patterns, ResponseTable, fold, read_responses

N_EM = 8
"""EM steps, at most, before the first Newton step and after one that failed; fewer if they get short."""
SHORT_STEP = 0.05
"""Once a step changes no parameter by more than this, the information hardly changes and is used again."""
LONGEST_NEWTON = 2.0
"""A Newton step that would move a parameter further than this is not trusted."""
STEEPEST = 30.0
"""Slopes beyond this are steps narrower than the quadrature can tell from a jump, logits per sd."""
ROWS_PER_PARAMETER = 20
"""With so many rows with blanks, their information is approximated on the way; never for standard errors."""


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


@dataclass(frozen=True, eq=False)
class _Fit:
    """Where the iterations ended."""

    step: Expectation
    trace: tuple[float, ...]
    largest_change: float
    settled: bool


def _start(patterns: Patterns) -> tuple[Floats, Floats]:
    """Slopes of 1 and the intercepts that give the observed proportions."""
    n_answers = patterns.weights.sum() if patterns.answered is None else patterns.weights @ patterns.answered
    ratio = (patterns.weights @ patterns.right) / n_answers
    return np.ones(len(ratio)), np.log(ratio / (1.0 - ratio)) * np.sqrt(1.0 + 1.0 / 1.7**2)


def _curvature(step: Expectation) -> Floats | None:
    """Information (2n, 2n) for a Newton step; None where it is not positive definite."""
    n_rows, n = step.patterns.right.shape
    blank = step.patterns.answered is not None
    if blank and n_rows >= ROWS_PER_PARAMETER * 2 * n:
        scores = mean_scores(step)
        information = np.asarray(scores.T @ scores)  # Berndt, Hall, Hall and Hausman (1974)
    else:
        information = observed_information(step)
    return information if _is_definite(information) else None


def _is_definite(information: Floats) -> bool:
    """Tell whether a symmetric matrix is positive definite."""
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return False
    return True


def _newton(step: Expectation, information: Floats | None) -> Expectation | None:
    """E-step after a Newton step; None if the step cannot be trusted or the objective would fall."""
    if information is None:
        return None
    n = len(step.a)
    change = np.linalg.solve(information, step.gradient)
    a, d = step.a + change[:n], step.d + change[n:]
    if not np.abs(change).max() <= LONGEST_NEWTON or (step.prior is not None and a.min() <= 0):
        return None
    ahead = expect(step.patterns, a, d, step.prior)
    return ahead if ahead.objective >= step.objective - 1e-10 * abs(step.objective) else None


def _climb(patterns: Patterns, prior: SlopePrior | None, max_iterations: int, tolerance: float) -> _Fit:
    """Iterate to the maximum of the marginal likelihood."""
    step = expect(patterns, *_start(patterns), prior)
    trace, change, n_em = [step.objective], np.inf, 0
    information: Floats | None = None
    while len(trace) <= max_iterations:
        ahead = None
        if information is not None or n_em >= N_EM or change < SHORT_STEP:
            information = information if information is not None and change < SHORT_STEP else _curvature(step)
            ahead = _newton(step, information)
        newton = ahead is not None
        if ahead is None:
            n_em, information = (1 if n_em >= N_EM else n_em + 1), None
            ahead = expect(patterns, *maximise(step), prior)
        change = float(max(np.abs(ahead.a - step.a).max(), np.abs(ahead.d - step.d).max()))
        step = ahead
        trace.append(step.objective)
        if newton and change < tolerance:
            return _Fit(step, tuple(trace), change, True)
    return _Fit(step, tuple(trace), change, False)


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


def _suspects(a: Floats) -> tuple[Bools, UnusableReason]:
    """Slopes (m,) that disqualify an item after a fit: the negative first, since they distort the others."""
    if (a <= 0).any():
        return np.asarray(a <= 0), UnusableReason.NEGATIVE_SLOPE
    return np.asarray(a > STEEPEST), UnusableReason.SLOPE_WITHOUT_BOUND


def _items(fit: _Fit, table: ResponseTable, covariance: Floats) -> tuple[CalibratedItem, ...]:
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
    if not _is_definite(information):
        return np.full(information.shape, np.nan), False
    return np.asarray(np.linalg.inv(information), dtype=np.float64), True


def _fit_usable(
    table: ResponseTable,
    screened: list[UnusableReason | None],
    prior: SlopePrior | None,
    max_iterations: int,
    tolerance: float,
) -> tuple[ResponseTable, _Fit, list[UnusableReason | None]]:
    """Fit the columns without a reason against them, again without those whose slopes disqualify them."""
    reasons = list(screened)
    while True:
        usable: Ints = np.flatnonzero([reason is None for reason in reasons])
        if not usable.size:
            named = zip(table.codes, reasons, strict=True)
            raise ValueError("no item is usable: " + ", ".join(f"{code!r} {reason}" for code, reason in named))
        chosen = table.take(usable)
        fit = _climb(fold(chosen), prior, max_iterations, tolerance)
        bad, reason = _suspects(fit.step.a)
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
    """Calibrate right-or-wrong items by marginal maximum likelihood, abilities standard normal.

    Parameters
    ----------
    responses : array_like (N, n)
        1 right, 0 wrong, NaN blank (taken as missing at random).
    codes : sequence of str, optional
        Names of the columns.
    n_min : int
        Items with fewer answers are left out.
    slope_prior : SlopePrior, optional
        None, the default, is maximum likelihood.
    max_iterations : int
        EM and Newton steps.
    tolerance : float
        Largest change of a slope or intercept in the last Newton step.

    Returns
    -------
    Calibration
        Believe it if `converged`; standard errors are NaN where the information is singular.

    Raises
    ------
    ValueError
        Naming row and column of a bad value, the column that appears twice, or if no item is usable.

    Notes
    -----
    Bock and Aitkin (1981), Psychometrika 46, 443-459; Louis (1982).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=(2000, 1))
    >>> answers = rng.random((2000, 6)) < 1 / (1 + np.exp(-1.2 * (theta - np.linspace(-1, 1, 6))))
    >>> result = fit_2pl(answers)
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
