"""One step of marginal maximum likelihood for the 2PL: expectation, maximisation, gradient.

Items are in slope-intercept form, logit P = a theta + d. The 2PL has a sufficient statistic, so the
posterior of a complete row depends on it only through t = sum a_i x_i: the E-step of N persons and n
items at Q nodes costs N (n + Q) operations rather than N n Q.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assessment.engine.irt import Floats
from assessment.engine.responses import Patterns

NODES: Floats = np.linspace(-6.0, 6.0, 61)
"""Quadrature nodes of ability, sd: those of R's mirt, so that results can be laid side by side."""
LOG_MASSES: Floats = np.asarray(-0.5 * NODES**2 - np.log(np.exp(-0.5 * NODES**2).sum()))
"""Logarithms of the standard normal masses at `NODES`."""
LONGEST_STEP = 1.0
"""Longest change of a slope or intercept in one Newton step of the maximisation."""


@dataclass(frozen=True)
class SlopePrior:
    """Lognormal prior on every slope: log a is normal (Mislevy 1986).

    Parameters
    ----------
    mean_log, sd_log : float
        Mean and sd of log a; the sd positive.

    Raises
    ------
    ValueError
        If the sd is not positive.

    Examples
    --------
    >>> SlopePrior(0.0, 0.5).log_density(np.array([1.0])).round(4).tolist()
    [-0.2258]
    """

    mean_log: float = 0.0
    sd_log: float = 0.5

    def __post_init__(self) -> None:
        """Refuse an sd that is none."""
        if not self.sd_log > 0:
            raise ValueError(f"sd_log must be positive, got {self.sd_log}")

    def log_density(self, a: Floats) -> Floats:
        """Return the log-density (n,) at slopes a (n,); -inf where a is not positive."""
        log_a = np.log(np.where(a > 0, a, np.nan))
        z = (log_a - self.mean_log) / self.sd_log
        density = -log_a - 0.5 * z**2 - np.log(self.sd_log * np.sqrt(2 * np.pi))
        return np.asarray(np.where(a > 0, density, -np.inf))

    def gradient(self, a: Floats) -> Floats:
        """Return the first derivative (n,) of the log-density."""
        return np.asarray(-(1.0 + (np.log(a) - self.mean_log) / self.sd_log**2) / a)

    def curvature(self, a: Floats) -> Floats:
        """Return minus the second derivative (n,) of the log-density."""
        z = (np.log(a) - self.mean_log) / self.sd_log**2
        return np.asarray((1.0 / self.sd_log**2 - 1.0 - z) / a**2)


@dataclass(frozen=True, eq=False)
class Expectation:
    """The E-step at given parameters.

    Parameters
    ----------
    patterns : Patterns
        U rows, n items.
    a, d : ndarray (n,)
        Slopes and intercepts.
    prior : SlopePrior or None
    posterior : ndarray (U, Q)
        Posterior masses of each row at the nodes, each row summing to 1.
    loglik : float
        Marginal log-likelihood, without the prior on slopes.
    """

    patterns: Patterns
    a: Floats
    d: Floats
    prior: SlopePrior | None
    posterior: Floats
    loglik: float

    @property
    def objective(self) -> float:
        """Return what is maximised: the log-likelihood plus the log-prior of the slopes."""
        return self.loglik + (0.0 if self.prior is None else float(self.prior.log_density(self.a).sum()))

    @cached_property
    def weighted(self) -> Floats:
        """Return the posterior masses (U, Q) times the number of persons of each row."""
        return np.asarray(self.posterior * self.patterns.weights[:, None])

    @cached_property
    def mean(self) -> Floats:
        """Return the posterior mean (U,) of ability."""
        return self.posterior @ NODES

    @cached_property
    def expected_n(self) -> Floats:
        """Return the expected number (n, Q), or (1, Q) if nothing is blank, of persons at each node."""
        if self.patterns.answered is None:
            return np.asarray((self.patterns.weights @ self.posterior)[None])
        return np.asarray(self.patterns.answered.T @ self.weighted)

    @cached_property
    def statistics(self) -> tuple[Floats, Floats]:
        """Return the sufficient statistics (n,) of slopes and intercepts: sums of x theta and of x."""
        weights = self.patterns.weights
        return (weights * self.mean) @ self.patterns.right, weights @ self.patterns.right

    @cached_property
    def gradient(self) -> Floats:
        """Return the gradient (2n,) of the objective, slopes first (Fisher's identity; Louis 1982)."""
        return _gradient(self, self.a, self.d)[0]


def probabilities(a: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Probabilities (n, Q) of a right answer at the nodes, and minus the log-probabilities of a wrong one.

    Examples
    --------
    >>> probabilities(np.array([1.0]), np.array([0.0]))[0][0, [0, 30, 60]].round(4).tolist()
    [0.0025, 0.5, 0.9975]
    """
    logits = a[:, None] * NODES + d[:, None]
    softplus = np.logaddexp(0.0, logits)
    return np.exp(logits - softplus), softplus


def expect(patterns: Patterns, a: Floats, d: Floats, prior: SlopePrior | None = None) -> Expectation:
    """E-step: posterior of ability for every different row (Bock and Aitkin 1981).

    Parameters
    ----------
    patterns : Patterns
        U rows, n items.
    a, d : ndarray (n,)
        Slopes (logits per sd) and intercepts (logits).
    prior : SlopePrior, optional
        Kept for the objective; does not change the posterior.

    Returns
    -------
    Expectation

    Examples
    --------
    >>> from assessment.engine.responses import fold, read_responses
    >>> step = expect(fold(read_responses([[1], [0]])), np.array([1.0]), np.array([0.0]))
    >>> round(step.loglik, 6), step.mean.round(4).tolist()
    (-1.386294, [0.4132, -0.4132])
    """
    _, softplus = probabilities(a, d)
    logs = np.multiply.outer(patterns.right @ a, NODES)
    if patterns.answered is None:
        logs += LOG_MASSES - softplus.sum(axis=0)
    else:
        logs += LOG_MASSES
        logs -= patterns.answered @ softplus
    peak = logs.max(axis=1)
    logs -= peak[:, None]
    np.exp(logs, out=logs)
    total = logs.sum(axis=1)
    logs *= (1.0 / total)[:, None]
    loglik = patterns.weights @ (np.log(total) + peak + patterns.right @ d)
    return Expectation(patterns, a, d, prior, logs, float(loglik))


def _gradient(step: Expectation, a: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Gradient (2n,) of the expected complete-data objective, and its weights N P (1 - P) (n, Q)."""
    p, _ = probabilities(a, d)
    expected_right = step.expected_n * p
    for_a, for_d = step.statistics
    slope = for_a - expected_right @ NODES
    if step.prior is not None:
        slope += step.prior.gradient(a)
    return np.concatenate([slope, for_d - expected_right.sum(axis=1)]), expected_right * (1.0 - p)


def maximise(step: Expectation, n_newton: int = 2) -> tuple[Floats, Floats]:
    """M-step: Newton's method for all items at once, two equations an item (Bock and Aitkin 1981).

    A few Newton steps are enough, since any rise of the expected objective makes the likelihood rise
    (generalised EM: Dempster, Laird and Rubin 1977).

    Parameters
    ----------
    step : Expectation
    n_newton : int

    Returns
    -------
    ndarray (n,), ndarray (n,)
        New slopes and intercepts.
    """
    a, d = step.a, step.d
    for _ in range(n_newton):
        gradient, weights = _gradient(step, a, d)
        for_a, for_d = gradient[: len(a)], gradient[len(a) :]
        aa, ad, dd = weights @ NODES**2, weights @ NODES, weights.sum(axis=1)
        if step.prior is not None:
            aa = aa + np.maximum(step.prior.curvature(a), 0.0)
        determinant = np.maximum(aa * dd - ad**2, 1e-12)
        change_a = np.clip((dd * for_a - ad * for_d) / determinant, -LONGEST_STEP, LONGEST_STEP)
        change_d = np.clip((aa * for_d - ad * for_a) / determinant, -LONGEST_STEP, LONGEST_STEP)
        proposed = a + change_a
        a = np.where(proposed > 0, proposed, 0.5 * a) if step.prior is not None else proposed
        d = d + change_d
    return a, d
