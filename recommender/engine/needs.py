"""How far below a target somebody is believed to be, and which course level meets them there."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

LEVEL_STEP_LOGITS = 0.8
"""Distance between two neighbouring course levels; a setting of the house, not policy."""

REACH_LOGITS = 0.4
"""How far above the ability a course does best: half a level, near enough to be followed."""

WIDTH_LOGITS = 0.8
"""Standard deviation of the bell by which a level loses value with distance."""


def expected_gap(mean_logits: ArrayLike, sd_logits: ArrayLike, target_logits: ArrayLike) -> Floats:
    """Mean distance still missing to a target, over all that the ability may be.

    The integral of max(0, t - x) over a normal belief about x: (t - m) Phi(z) + s phi(z), z = (t - m) / s.
    An uncertain belief near the target keeps some need; a sure one above it has none.

    Parameters
    ----------
    mean_logits, sd_logits : array_like
        Posterior mean and standard deviation (0 or more).
    target_logits : array_like
        What should be reached.

    Returns
    -------
    ndarray
        Expected gap in logits, 0 or more.

    Raises
    ------
    ValueError
        If a standard deviation is negative.

    Notes
    -----
    Jones, Schonlau and Welch (1998), Journal of Global Optimization 13, 455-492, equation 15 (there as the
    expected improvement of a minimum).

    Examples
    --------
    >>> float(expected_gap(0.0, 1.0, 0.0).round(4))
    0.3989
    >>> float(expected_gap(0.5, 0.0, 2.0))
    1.5
    """
    mean, sd, target = (np.asarray(value, dtype=np.float64) for value in (mean_logits, sd_logits, target_logits))
    if (sd < 0).any():
        raise ValueError("a standard deviation cannot be negative")
    distance = target - mean
    z = distance / np.where(sd > 0, sd, 1.0)
    spread = distance * ndtr(z) + sd * np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return np.maximum(0.0, np.where(sd > 0, spread, distance))


def chance_below(mean_logits: ArrayLike, sd_logits: ArrayLike, target_logits: ArrayLike) -> Floats:
    """Probability that the ability lies below the target.

    Examples
    --------
    >>> float(chance_below(0.0, 1.0, 0.0))
    0.5
    """
    mean, sd, target = (np.asarray(value, dtype=np.float64) for value in (mean_logits, sd_logits, target_logits))
    return np.asarray(ndtr((target - mean) / np.maximum(sd, 1e-9)), dtype=np.float64)


def level_logits(level: ArrayLike) -> Floats:
    """Course levels 1 to 5 on the ability scale, level 3 in the middle.

    Examples
    --------
    >>> level_logits([1, 3, 5]).round(1).tolist()
    [-1.6, 0.0, 1.6]
    """
    return (np.asarray(level, dtype=np.float64) - 3.0) * LEVEL_STEP_LOGITS


def nearness(mean_logits: ArrayLike, sd_logits: ArrayLike, course_logits: ArrayLike) -> Floats:
    """How well a course's level meets somebody, 0 to 1: best slightly above the ability.

    The bell exp(-(c - x - reach)^2 / 2 w^2) averaged over a normal belief about x; the average of one bell
    over another is again a bell, of variance w^2 + s^2.

    Notes
    -----
    Convolution of two normal densities: Feller (1971), An Introduction to Probability Theory II, section II.4.

    Examples
    --------
    >>> float(nearness(0.0, 0.0, 0.4))
    1.0
    >>> bool(nearness(0.0, 0.4, 0.8) > nearness(0.0, 0.4, -0.8))
    True
    """
    mean, sd, course = (np.asarray(value, dtype=np.float64) for value in (mean_logits, sd_logits, course_logits))
    variance = WIDTH_LOGITS**2 + sd**2
    return WIDTH_LOGITS / np.sqrt(variance) * np.exp(-((course - mean - REACH_LOGITS) ** 2) / (2 * variance))
