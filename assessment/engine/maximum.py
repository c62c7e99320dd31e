"""The maximum of the 2PL's marginal likelihood: EM of Bock and Aitkin (1981), finished by Newton steps.

The exact observed information is needed for standard errors anyway; with it an EM step becomes a Newton
step, the acceleration Louis (1982) proposed. A step that does not raise the likelihood is taken back and
replaced by a plain EM step.
"""

from dataclasses import dataclass

import numpy as np

from assessment.engine.em import Expectation, SlopePrior, expect, maximise
from assessment.engine.irt import Floats
from assessment.engine.louis import mean_scores, observed_information
from assessment.engine.responses import Patterns

N_EM = 8
"""EM steps, at most, before the first Newton step and after one that failed; fewer if they get short."""
SHORT_STEP = 0.05
"""Once a step changes no parameter by more than this, the information hardly changes and is used again."""
LONGEST_NEWTON = 2.0
"""A Newton step that would move a parameter further than this is not trusted."""
ROWS_PER_PARAMETER = 20
"""With so many rows with blanks, their information is approximated on the way; never for standard errors."""
LARGE_WORK = 5e6
"""Rows times items squared below which the exact information costs so little that it is always taken."""
PATIENCE = 30
"""Iterations after which the approximation, having failed to settle, gives way to the exact information."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Where the iterations ended.

    Parameters
    ----------
    step : Expectation
        The E-step at the last parameters.
    trace : tuple of float
        The objective at the start and after each iteration.
    largest_change : float
        Of a slope or intercept in the last iteration.
    settled : bool
        Whether that was a Newton step within the tolerance.
    """

    step: Expectation
    trace: tuple[float, ...]
    largest_change: float
    settled: bool


def _start(patterns: Patterns) -> tuple[Floats, Floats]:
    """Slopes of 1 and the intercepts that give the observed proportions."""
    n_answers = patterns.weights.sum() if patterns.answered is None else patterns.weights @ patterns.answered
    ratio = (patterns.weights @ patterns.right) / n_answers
    return np.ones(len(ratio)), np.log(ratio / (1.0 - ratio)) * np.sqrt(1.0 + 1.0 / 1.7**2)


def _curvature(step: Expectation, patient: bool) -> Floats | None:
    """Information (2n, 2n) for a Newton step; None where it is not positive definite."""
    n_rows, n = step.patterns.right.shape
    blank = step.patterns.answered is not None
    if blank and patient and n_rows >= ROWS_PER_PARAMETER * 2 * n and n_rows * n**2 >= LARGE_WORK:
        scores = mean_scores(step)
        information = np.asarray(scores.T @ scores)  # Berndt, Hall, Hall and Hausman (1974)
        if step.prior is not None:
            information[np.arange(n), np.arange(n)] += step.prior.curvature(step.a)
    else:
        information = observed_information(step)
    return information if is_definite(information) else None


def is_definite(information: Floats) -> bool:
    """Tell whether a symmetric matrix is positive definite, by a margin that lets it be inverted.

    Examples
    --------
    >>> is_definite(np.eye(2)), is_definite(-np.eye(2))
    (True, False)
    """
    try:
        pivots = np.square(np.diag(np.linalg.cholesky(information)))
    except np.linalg.LinAlgError:
        return False
    return bool(pivots.min() > 1e-12 * pivots.max())


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


def climb(patterns: Patterns, prior: SlopePrior | None, max_iterations: int, tolerance: float) -> Fit:
    """Iterate to the maximum of the marginal likelihood.

    Parameters
    ----------
    patterns : Patterns
        Every item with at least one right and one wrong answer.
    prior : SlopePrior or None
    max_iterations : int
    tolerance : float
        Largest change of a slope or intercept in the last Newton step.

    Returns
    -------
    Fit

    Examples
    --------
    >>> from assessment.engine.responses import read_responses, fold
    >>> rng = np.random.default_rng(1)
    >>> chances = 1 / (1 + np.exp(-rng.normal(size=(500, 1)) + np.zeros(4)))
    >>> fit = climb(fold(read_responses(rng.random((500, 4)) < chances)), None, 100, 1e-6)
    >>> fit.settled, bool(np.abs(fit.step.gradient).max() < 1e-4)
    (True, True)
    """
    step = expect(patterns, *_start(patterns), prior)
    trace, change, n_em = [step.objective], np.inf, 0
    information: Floats | None = None
    while len(trace) <= max_iterations:
        ahead = None
        if information is not None or n_em >= N_EM or change < SHORT_STEP:
            patient = len(trace) <= PATIENCE
            if information is None or change >= SHORT_STEP or not patient:
                information = _curvature(step, patient)
            ahead = _newton(step, information)
        newton = ahead is not None
        if ahead is None:
            n_em, information = (1 if n_em >= N_EM else n_em + 1), None
            ahead = expect(patterns, *maximise(step), prior)
        change = float(max(np.abs(ahead.a - step.a).max(), np.abs(ahead.d - step.d).max()))
        step = ahead
        trace.append(step.objective)
        if newton and change < tolerance:
            return Fit(step, tuple(trace), change, True)
    return Fit(step, tuple(trace), change, False)
