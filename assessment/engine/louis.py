"""Observed information of the 2PL: the exact second derivative of the marginal likelihood.

Louis (1982), Journal of the Royal Statistical Society B 44, 226-233: observed information is complete
information minus missing information, the latter the posterior covariance of the complete-data score.
"""

import numpy as np

from assessment.engine.em import NODES, Expectation, probabilities
from assessment.engine.irt import Floats

BLOCK_ROWS = 512
"""Rows handled together, few enough to stay in a processor's cache."""


def _complete_information(step: Expectation, p: Floats) -> Floats:
    """Information (2n, 2n) had abilities been seen: a block of two by two for each item."""
    weights = step.expected_n * p * (1.0 - p)
    n = len(step.a)
    total = np.zeros((2 * n, 2 * n))
    slope, mixed, intercept = weights @ NODES**2, weights @ NODES, weights.sum(axis=1)
    if step.prior is not None:
        slope = slope + step.prior.curvature(step.a)
    rows = np.arange(n)
    total[rows, rows], total[rows + n, rows + n] = slope, intercept
    total[rows, rows + n] = total[rows + n, rows] = mixed
    return total


def _missing_complete_rows(step: Expectation, p: Floats) -> Floats:
    """Summed posterior covariance (2n, 2n) of the score x theta - theta P, x - P when nothing is blank.

    An answer x is known, so only theta, theta P and P vary within a row; P is the same for all rows, so
    the sums over rows shrink to products of size (Q, Q), (n, Q) and (n, n).
    """
    right, weights, n = step.patterns.right, step.patterns.weights, len(step.a)
    terms = np.concatenate([p * NODES, p])  # (2n, Q)
    roots = step.posterior * np.sqrt(weights)[:, None]
    total = terms @ (np.diag(step.expected_n[0]) - roots.T @ roots) @ terms.T
    variance = weights * (step.posterior @ NODES**2 - step.mean**2)
    spread = right * np.sqrt(np.maximum(variance, 0.0))[:, None]
    deviations = step.weighted * NODES
    deviations -= step.weighted * step.mean[:, None]
    known = (right.T @ deviations) @ terms.T  # (n, 2n)
    total[:n] -= known
    total[:, :n] -= known.T
    total[:n, :n] += spread.T @ spread
    return np.asarray(total)


def _missing_blank_rows(step: Expectation, p: Floats, answered: Floats) -> Floats:
    """Return the same when some answers are blank: summed node by node, since rows differ in their items."""
    right, n = step.patterns.right, len(step.a)
    squares = np.zeros((len(NODES), n, n))
    roots = np.sqrt(step.weighted)
    for rows in (slice(first, first + BLOCK_ROWS) for first in range(0, len(right), BLOCK_ROWS)):
        for q in range(len(NODES)):
            score = answered[rows] * -p[:, q]
            score += right[rows]
            score *= roots[rows, q : q + 1]
            squares[q] += score.T @ score
    total = np.empty((2 * n, 2 * n))
    total[:n, :n] = np.tensordot(NODES**2, squares, axes=1)
    total[:n, n:] = total[n:, :n] = np.tensordot(NODES, squares, axes=1)
    total[n:, n:] = squares.sum(axis=0)
    scores = mean_scores(step)
    return np.asarray(total - scores.T @ scores)


def mean_scores(step: Expectation) -> Floats:
    """Posterior mean (U, 2n) of each row's score, slopes first, times the root of its number of persons."""
    p, _ = probabilities(step.a, step.d)
    answered = 1.0 if step.patterns.answered is None else step.patterns.answered
    slopes = step.patterns.right * step.mean[:, None] - answered * (step.posterior @ (p * NODES).T)
    intercepts = step.patterns.right - answered * (step.posterior @ p.T)
    return np.asarray(np.concatenate([slopes, intercepts], axis=1) * np.sqrt(step.patterns.weights)[:, None])


def observed_information(step: Expectation) -> Floats:
    """Observed information of slopes and intercepts, prior on slopes included.

    Parameters
    ----------
    step : Expectation
        At the parameters in question; exact there, converged or not.

    Returns
    -------
    ndarray (2n, 2n)
        Minus the second derivative of the objective; slopes first, then intercepts.

    Examples
    --------
    >>> from assessment.engine.em import expect
    >>> from assessment.engine.responses import fold, read_responses
    >>> patterns = fold(read_responses([[1, 1], [1, 0], [0, 1], [0, 0], [1, 1]]))
    >>> slope, intercept = np.ones(2), np.zeros(2)
    >>> nudge = np.array([1e-5, 0.0])
    >>> ahead, behind = (expect(patterns, slope, intercept + side * nudge).gradient for side in (1, -1))
    >>> numeric = (behind - ahead) / 2e-5
    >>> bool(np.allclose(observed_information(expect(patterns, slope, intercept))[2], numeric, atol=1e-8))
    True
    """
    p, _ = probabilities(step.a, step.d)
    complete = _complete_information(step, p)
    if step.patterns.answered is None:
        return np.asarray(complete - _missing_complete_rows(step, p))
    return np.asarray(complete - _missing_blank_rows(step, p, step.patterns.answered))
