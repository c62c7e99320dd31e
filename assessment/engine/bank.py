"""A bank of items tabulated once at the nodes of a prior, so that a step is a few look-ups."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assessment.engine.irt import Floats, Ints, ItemParameters, category_information, log_likelihood
from assessment.engine.prior import Prior

GRAIN = 2.0**-36
"""Log-likelihoods are rounded to this multiple: sums below 131,072 are then exact in double precision, so
the same answers give the same posterior bit for bit, whatever the order and however they were added."""


def tabulate(parameters: ItemParameters, nodes: Floats) -> Floats:
    """Log-likelihoods (n, C, Q) of every category at the nodes, rounded to `GRAIN`.

    Examples
    --------
    >>> table = tabulate(ItemParameters.binary([1.0], [0.0], [0]), np.array([0.0, 1.0]))
    >>> table.round(4).tolist()
    [[[-0.6931, -1.3133], [-0.6931, -0.3133]]]
    """
    return np.asarray(np.round(log_likelihood(nodes, parameters.a, parameters.b) / GRAIN) * GRAIN)


@dataclass(frozen=True, eq=False)
class Bank:
    """Items and prior, with their tables.

    Parameters
    ----------
    parameters : ItemParameters
        n items.
    prior : Prior
        D domains, Q nodes.

    Raises
    ------
    ValueError
        Naming the item, if its domain is unknown to the prior.

    Examples
    --------
    >>> bank = Bank(ItemParameters.binary([1.0, 2.0], [0.0, 0.0], [0, 0]), Prior(np.array([0.7])))
    >>> bank.peaks.tolist(), bank.by_peak[0].tolist()
    ([0.25, 1.0], [1, 0])
    """

    parameters: ItemParameters
    prior: Prior

    def __post_init__(self) -> None:
        """Refuse a domain the prior does not have."""
        outside = self.parameters.domain >= self.prior.n_domains
        if outside.any():
            code = self.parameters.codes[int(np.argmax(outside))]
            raise ValueError(f"item {code!r}: its domain is outside the {self.prior.n_domains} of the prior")

    @property
    def n_items(self) -> int:
        """Return the number of items n."""
        return self.parameters.n_items

    @cached_property
    def log_likelihoods(self) -> Floats:
        """Return the log-likelihoods (n, C, Q) of every category at the nodes."""
        return tabulate(self.parameters, self.prior.nodes)

    @cached_property
    def informations(self) -> Floats:
        """Return the item information (n, Q) at the nodes, 1 / sd^2."""
        return category_information(self.prior.nodes, self.parameters.a, self.parameters.b)

    @cached_property
    def peaks(self) -> Floats:
        """Return an upper bound (n,) of each item's information: a^2 / 4 if binary, a^2 at most if graded.

        The information of a graded item is bounded by that of knowing the logistic response exactly,
        a^2 / 3 (Samejima 1969: the continuous limit of the logistic model).
        """
        return np.asarray(np.square(self.parameters.a) / np.where(self.parameters.n_boundaries == 1, 4.0, 3.0))

    @cached_property
    def members(self) -> tuple[Ints, ...]:
        """Return the items of each domain, rising."""
        return tuple(np.flatnonzero(self.parameters.domain == d) for d in range(self.prior.n_domains))

    @cached_property
    def by_peak(self) -> tuple[Ints, ...]:
        """Return the items of each domain, the most informative first."""
        return tuple(rows[np.argsort(-self.peaks[rows], kind="stable")] for rows in self.members)

    @cached_property
    def membership(self) -> Floats:
        """Return (n, D) indicators: answers in each domain are a product with it."""
        return np.asarray(self.parameters.domain[:, None] == np.arange(self.prior.n_domains), dtype=np.float64)
