"""Equal-tailed intervals from masses at equally spaced nodes, by interpolating the distribution function."""

import numpy as np

from assessment.engine.irt import Floats


def _distribution(masses: Floats) -> Floats:
    """Distribution function at the nodes, of the shape of `masses`.

    Trapezoid with the first Euler-Maclaurin correction, the slopes from differences of fourth order, so
    the error is of fourth order in the spacing. No mass lies beyond the nodes.
    """
    rim = np.zeros((*masses.shape[:-1], 2))
    wide = np.concatenate([rim, masses, rim], axis=-1)
    rises = (8.0 * (wide[..., 3:-1] - wide[..., 1:-3]) - (wide[..., 4:] - wide[..., :-4])) / 12.0
    function = np.cumsum(masses, axis=-1) - 0.5 * masses - rises / 12.0
    return np.asarray(np.maximum.accumulate(np.clip(function, 0.0, 1.0), axis=-1))


def _quantile(masses: Floats, nodes: Floats, level: float) -> Floats:
    """Quantiles (...,) at one level, from cubic Hermite pieces of the distribution function."""
    spacing = float(nodes[1] - nodes[0])
    function = _distribution(masses)
    cell = np.clip((function < level).sum(axis=-1) - 1, 0, len(nodes) - 2)[..., None]
    low, high = (np.take_along_axis(function, cell + side, axis=-1)[..., 0] for side in (0, 1))
    left, right = (np.take_along_axis(masses, cell + side, axis=-1)[..., 0] for side in (0, 1))
    rise = high - low
    fraction = np.clip((level - low) / np.maximum(rise, 1e-12), 0.0, 1.0)
    bend, twist = 3.0 * rise - 2.0 * left - right, left + right - 2.0 * rise
    for _ in range(6):
        value = low + fraction * (left + fraction * (bend + fraction * twist)) - level
        slope = left + fraction * (2.0 * bend + 3.0 * fraction * twist)
        fraction = np.clip(fraction - value / np.maximum(slope, 1e-12), 0.0, 1.0)
    return np.asarray(nodes[cell[..., 0]] + spacing * fraction)


def equal_tailed(masses: Floats, nodes: Floats, mass: float) -> Floats:
    """Interval that leaves half of the remaining probability on either side.

    Parameters
    ----------
    masses : ndarray (..., Q)
        Probabilities at the nodes, each row summing to 1.
    nodes : ndarray (Q,)
        Equally spaced, rising.
    mass : float
        Probability inside, between 0 and 1.

    Returns
    -------
    ndarray (..., 2)
        Lower and upper ends, units of the nodes, never outside them.

    Raises
    ------
    ValueError
        If `mass` is not between 0 and 1.

    Examples
    --------
    >>> nodes = np.linspace(-6, 6, 61)
    >>> normal = np.exp(-0.5 * nodes**2)
    >>> equal_tailed(normal / normal.sum(), nodes, 0.80).round(4).tolist()
    [-1.2816, 1.2816]
    """
    if not 0.0 < mass < 1.0:
        raise ValueError(f"mass must be between 0 and 1, got {mass}")
    tail = 0.5 * (1.0 - mass)
    return np.stack([_quantile(masses, nodes, tail), _quantile(masses, nodes, 1.0 - tail)], axis=-1)
