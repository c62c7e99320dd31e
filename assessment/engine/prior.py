"""What is known before the first answer: domain abilities that share one general factor."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assessment.engine.irt import Floats

FLOOR = 1e-300
"""Smallest conditional prior mass: contradictory extreme answers must not turn the posterior into 0 / 0."""
REACH = 6.0
"""Nodes go from minus to plus this many sd: what lies beyond has a mass of 2e-9."""


def _grid(n: int) -> Floats:
    """Equally spaced nodes, read-only."""
    nodes = np.linspace(-REACH, REACH, n)
    nodes.setflags(write=False)
    return nodes


@dataclass(frozen=True, eq=False)
class Prior:
    """Second-order normal prior: theta_d = loading_d g + sqrt(1 - loading_d^2) e_d, all standard normal.

    Each domain has mean 0 and sd 1, and two domains correlate by the product of their loadings, so an
    answer in one informs the others. Integrals are sums over equally spaced nodes (trapezoid), whose
    error for a normal of sd s at spacing h is about 2 exp(-2 pi^2 s^2 / h^2): 1e-8 where s equals h.

    Parameters
    ----------
    loadings : ndarray (D,)
        Loadings of the domains on the general factor, each between -1 and 1.
    n_general, n_specific : int
        Numbers of nodes K for the general factor and Q for each ability, both on -6..6.

    Raises
    ------
    ValueError
        If there is no loading, one is not finite, or one is so near 1 that the nodes cannot follow.

    Notes
    -----
    Dimension reduction: Gibbons and Hedeker (1992), Psychometrika 57, 423-436. Second-order factor as a
    constrained bifactor: Yung, Thissen and McLeod (1999).

    Examples
    --------
    >>> Prior(np.array([0.8, 0.5])).correlations.round(2).tolist()
    [[1.0, 0.4], [0.4, 1.0]]
    """

    loadings: Floats
    n_general: int = 41
    n_specific: int = 61

    def __post_init__(self) -> None:
        """Freeze the loadings and refuse those the grid cannot integrate."""
        loadings = np.array(self.loadings, dtype=np.float64)
        loadings.setflags(write=False)
        object.__setattr__(self, "loadings", loadings)
        if loadings.ndim != 1 or not loadings.size or min(self.n_general, self.n_specific) < 11:
            raise ValueError(f"loadings must be (D,) with D >= 1, got {loadings.shape}, and nodes at least 11")
        specific_sd = np.sqrt(np.maximum(1.0 - np.square(loadings), 0.0))
        widest = 2.0 * REACH / (min(self.n_general, self.n_specific) - 1)
        if not (specific_sd >= widest).all():
            limit = np.sqrt(1.0 - min(widest, 1.0) ** 2)
            raise ValueError(f"loadings must lie within +-{limit:.3f} for nodes {widest:.2f} apart, got {loadings}")

    @property
    def n_domains(self) -> int:
        """Return the number of domains D."""
        return len(self.loadings)

    @cached_property
    def nodes(self) -> Floats:
        """Return the ability nodes (Q,), sd."""
        return _grid(self.n_specific)

    @property
    def spacing(self) -> float:
        """Return the distance between ability nodes, sd."""
        return 2.0 * REACH / (self.n_specific - 1)

    @cached_property
    def general_nodes(self) -> Floats:
        """Return the nodes (K,) of the general factor, sd."""
        return _grid(self.n_general)

    @cached_property
    def log_general_masses(self) -> Floats:
        """Return the logarithms (K,) of the prior masses of the general factor."""
        log_mass = -0.5 * np.square(self.general_nodes)
        return np.asarray(log_mass - np.log(np.exp(log_mass).sum()))

    @cached_property
    def conditional(self) -> Floats:
        """Return the masses (D, K, Q) of each ability given the general factor; each row sums to 1."""
        mean = self.loadings[:, None, None] * self.general_nodes[None, :, None]
        variance = 1.0 - np.square(self.loadings)[:, None, None]
        mass = np.exp(-0.5 * np.square(self.nodes - mean) / variance)
        return np.asarray(np.maximum(mass / mass.sum(axis=2, keepdims=True), FLOOR))

    @cached_property
    def conditional_by_node(self) -> Floats:
        """Return `conditional` as (D, Q, K), contiguous for matrix products."""
        return np.ascontiguousarray(self.conditional.transpose(0, 2, 1))

    @cached_property
    def correlations(self) -> Floats:
        """Return the prior correlations (D, D) of the domain abilities."""
        products = np.outer(self.loadings, self.loadings)
        np.fill_diagonal(products, 1.0)
        return products
