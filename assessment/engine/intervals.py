"""Equal-tailed intervals from masses at equally spaced nodes, by interpolating the distribution function."""

import numpy as np

from assessment.engine.irt import Floats


def _distribution(density: Floats, spacing: float) -> tuple[Floats, Floats]:
    """Distribution function at the nodes and slopes of the density, both of the shape of `density`.

    Trapezoid with the first Euler-Maclaurin correction, so the error is of fourth order in the spacing.
    """
    slopes = np.gradient(density, spacing, axis=-1)
    trapezoid = np.cumsum(density, axis=-1) - 0.5 * density
    function = spacing * trapezoid - spacing**2 / 12.0 * slopes
    return np.maximum.accumulate(np.clip(function, 0.0, 1.0), axis=-1), slopes


def _quantile(masses: Floats, nodes: Floats, level: float) -> Floats:
    """Quantiles (...,) at one level, from cubic Hermite pieces of the distribution function."""
    spacing = float(nodes[1] - nodes[0])
    density = masses / spacing
    function, _ = _distribution(density, spacing)
    cell = np.clip((function < level).sum(axis=-1) - 1, 0, len(nodes) - 2)[..., None]
    low, high = (np.take_along_axis(function, cell + side, axis=-1)[..., 0] for side in (0, 1))
    left, right = (np.take_along_axis(density, cell + side, axis=-1)[..., 0] * spacing for side in (0, 1))
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
