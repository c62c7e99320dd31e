"""Which item comes next: the neediest domain, its most informative items, a seeded draw among the best."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessment.engine.ability import Posterior
from assessment.engine.bank import Bank
from assessment.engine.design import Design
from assessment.engine.irt import Bools, Floats, Ints
from assessment.engine.stopping import Progress, imprecise, within_reach

DECIMALS = 9
"""Criteria are compared at this many decimals, so rounding noise of a matrix product decides no tie."""


@dataclass(frozen=True)
class Choice:
    """The next item and why.

    Parameters
    ----------
    item : int
        Row in the bank.
    domain : int
        The domain that needed it.
    n_short : int
        Items the domain lacked to its minimum; 0 if it was chosen for its precision.
    k : int
        Number of best items among which it was drawn.
    information : float
        Its information averaged over the posterior of the domain, 1 / sd^2.
    """

    item: int
    domain: int
    n_short: int
    k: int
    information: float


def draw(seed: int, step: int, k: int) -> int:
    """Draw 0..k-1 by a generator that depends on the sitting's seed and the step alone.

    Examples
    --------
    >>> draw(7, 0, 5) == draw(7, 0, 5), draw(7, 3, 1)
    (True, 0)
    """
    return int(np.random.default_rng((seed, step)).integers(k))


def choose_domains(progress: Progress, bank: Bank, design: Design) -> Ints:
    """Domain (P,) from which each sitting's next item comes, among those with items left.

    The largest shortfall against the minimum first; when all minima are met, the largest excess of the
    posterior sd over its target among the domains that can still reach it (a domain out of reach would
    otherwise eat the items of the others); ties go to the largest sd, then to the first domain.
    """
    has_items = progress.n_left(bank) > 0
    short = np.where(has_items, np.maximum(design.minimum - progress.n_given, 0), 0)
    sd = np.round(progress.sd, DECIMALS)
    hopeful = has_items & imprecise(progress, design) & within_reach(progress, bank, design)
    eligible = np.where(hopeful.any(axis=1, keepdims=True), hopeful, has_items)
    excess = np.where(eligible, np.round(progress.sd - design.target_se, DECIMALS), -np.inf)
    need = np.where((short > 0).any(axis=1, keepdims=True), short, excess)
    best = need == need.max(axis=1, keepdims=True)
    return np.asarray(np.argmax(np.where(best, sd, -np.inf), axis=1), dtype=np.int64)


def rank_items(masses: Floats, remaining: Bools, members: Ints, bank: Bank, k: int) -> tuple[Ints, Floats]:
    """The k best items of a domain for P persons, by posterior-weighted information.

    Parameters
    ----------
    masses : ndarray (P, Q)
        Marginal posterior masses of the domain's ability.
    remaining : ndarray (P, n) of bool
    members : ndarray (m,)
        The items of the domain.
    bank : Bank
    k : int

    Returns
    -------
    ndarray (P, k), ndarray (P, k)
        Items, best first, and their criterion, 1 / sd^2; -inf for items that are not available.

    Notes
    -----
    Maximum posterior-weighted information: van der Linden (1998), Psychometrika 63, 201-216; ties go to the first item.
    """
    scores = np.round(masses @ bank.informations[members].T, DECIMALS)
    scores[~remaining[:, members]] = -np.inf
    if len(members) <= k:
        order = np.argsort(-scores, axis=1, kind="stable")
    else:
        threshold = -np.partition(-scores, k - 1, axis=1)[:, k - 1 : k]
        order = np.argsort(np.where(scores >= threshold, -scores, np.inf), axis=1, kind="stable")[:, :k]
    return members[order], np.take_along_axis(scores, order, axis=1)


def choose_item(
    posterior: Posterior,
    items: npt.ArrayLike,
    bank: Bank,
    design: Design,
    *,
    seed: int,
    available: Bools | None = None,
) -> Choice:
    """Next item of one person: content balance, posterior-weighted information, randomesque exposure.

    Parameters
    ----------
    posterior : Posterior
        Of one person.
    items : array_like (n,)
        Items answered so far; their number is the step.
    bank : Bank
    design : Design
    seed : int
        Of the sitting, 0 or more; the same seed and answers give the same items.
    available : ndarray (n_items,) of bool, optional
        Items that may be given to this person at all; all, if not given.

    Returns
    -------
    Choice

    Raises
    ------
    ValueError
        If no item is left.

    Notes
    -----
    Randomesque draw among the `design.n_best` best: Kingsbury and Zara (1989), Applied Measurement in
    Education 2, 359-375.

    Examples
    --------
    >>> from assessment.engine.ability import start
    >>> from assessment.engine.irt import ItemParameters
    >>> from assessment.engine.prior import Prior
    >>> bank = Bank(ItemParameters.binary([1.0, 2.0, 2.0], [0.0, 0.0, 3.0], [0, 0, 0]), Prior(np.array([0.5])))
    >>> design = Design(np.array([1]), np.array([0.3]), 2, n_best=1)
    >>> choose_item(start(bank.prior), [], bank, design, seed=1).item
    1
    """
    progress = Progress.of_one(posterior, items, bank, available)
    if not progress.remaining.any():
        raise ValueError("no item is left to choose from")
    domain = int(choose_domains(progress, bank, design)[0])
    ranked, scores = rank_items(
        posterior.masses[None, domain], progress.remaining, bank.members[domain], bank, design.n_best
    )
    k = int(np.isfinite(scores[0]).sum())
    chosen = draw(seed, int(progress.n_given.sum()), k)
    n_short = max(int(design.minimum[domain] - progress.n_given[0, domain]), 0)
    return Choice(int(ranked[0, chosen]), domain, n_short, k, float(scores[0, chosen]))
