"""What decisions teach: weights drawn from courses taken against courses put aside."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from recommender.engine.needs import Floats
from recommender.engine.scoring import DEFAULT_WEIGHTS, KINDS

FEWEST_DECISIONS = 50
HALF_WAY = 400
"""Number of decisions at which what was learned weighs as much as the default."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights in the order of the parts, and the name under which recommendations record them."""

    values: Floats
    version: str


def default_weights() -> Weights:
    """The weights of the house, before anything was learned."""
    return Weights(np.array([DEFAULT_WEIGHTS[kind] for kind in KINDS]), "default-1")


def learn_weights(parts: Floats, is_taken: NDArray[np.bool_]) -> Weights:
    """Weights blended from the defaults and a logistic regression of taken against put aside.

    Too few decisions, or decisions all of one kind, leave the defaults. The regression's coefficients are
    brought to the size of the defaults, since only ratios of weights order a list, and kept at least 0,
    so that no reason ever changes its direction. n decisions count n / (n + 400) against the defaults.

    Parameters
    ----------
    parts : ndarray (N, P)
        Values of the parts when the course was offered, in the order of `KINDS`.
    is_taken : ndarray (N,) of bool
        Taken, or put aside.

    Returns
    -------
    Weights

    Notes
    -----
    Shrinkage to a target as in James and Stein (1961); only what was offered is seen, so the defaults
    must never lose their say altogether (Schnabel et al. 2016, ICML, on recommendations as treatments).

    Examples
    --------
    >>> learn_weights(np.zeros((0, len(KINDS))), np.zeros(0, dtype=bool)).version
    'default-1'
    """
    default = default_weights()
    n_decisions = len(is_taken)
    if n_decisions < FEWEST_DECISIONS or is_taken.all() or not is_taken.any():
        return default
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(parts, is_taken)
    learned = np.maximum(0.0, fitted.coef_[0])
    if not learned.any():
        return default
    learned *= default.values.sum() / learned.sum()
    share = n_decisions / (n_decisions + HALF_WAY)
    return Weights((1 - share) * default.values + share * learned, f"learned-{n_decisions}")
