"""Adaptive sittings of simulated persons, all one step at a time, by the very rules of a real sitting."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessment.engine.ability import Posterior, condition
from assessment.engine.bank import Bank
from assessment.engine.design import Design
from assessment.engine.irt import Bools, Floats, Ints, logistic
from assessment.engine.selection import choose_domains, draw, rank_items
from assessment.engine.stopping import REASONS, Progress, StopReason, stop_codes


@dataclass(frozen=True, eq=False)
class SimulatedSittings:
    """What P simulated sittings came to.

    Parameters
    ----------
    true_theta : ndarray (P, D)
        The abilities that gave the answers, sd.
    items, responses : ndarray (P, L)
        In the order given; columns from `n_items` on are not part of the sitting and hold -1.
    n_items : ndarray (P,)
        Lengths.
    stop_code : ndarray (P,)
        Positions in `stopping.REASONS`.
    posterior : Posterior
        Of P persons, at the end.
    """

    true_theta: Floats
    items: Ints
    responses: Ints
    n_items: Ints
    stop_code: Ints
    posterior: Posterior

    @property
    def reasons(self) -> list[StopReason]:
        """Return why each sitting ended."""
        return [REASONS[code] for code in self.stop_code]

    @property
    def bias(self) -> Floats:
        """Return the mean (D,) of estimate minus truth, sd."""
        return np.asarray((self.posterior.eap - self.true_theta).mean(axis=0))

    @property
    def rmse(self) -> Floats:
        """Return the root mean square (D,) of estimate minus truth, sd."""
        return np.asarray(np.sqrt(np.square(self.posterior.eap - self.true_theta).mean(axis=0)))

    @property
    def coverage_ratio(self) -> Floats:
        """Return the share (D,) of persons whose 80 % interval holds the truth."""
        interval = self.posterior.interval
        inside = (interval[..., 0] <= self.true_theta) & (self.true_theta <= interval[..., 1])
        return np.asarray(inside.mean(axis=0))

    def exposure_ratio(self, n_items: int) -> Floats:
        """Return the share (n_items,) of sittings in which each item of the bank was given."""
        return np.asarray(np.bincount(self.items[self.items >= 0], minlength=n_items) / len(self.items))


def answer_draws(seed: int, n: int) -> Floats:
    """Uniform numbers (n,) that decide a simulated person's answers, one a step.

    Examples
    --------
    >>> bool((answer_draws(3, 4)[:2] == answer_draws(3, 2)).all())
    True
    """
    return np.random.default_rng((seed, 0, 1)).random(n)


def simulate_answers(theta: Floats, items: Ints, uniforms: Floats, bank: Bank) -> Ints:
    """Categories (P,) answered: the number of boundaries whose passing is likelier than the uniform number.

    Examples
    --------
    >>> from assessment.engine.irt import ItemParameters
    >>> from assessment.engine.prior import Prior
    >>> bank = Bank(ItemParameters.binary([1.0], [0.0], [0]), Prior(np.array([0.5])))
    >>> simulate_answers(np.zeros(2), np.array([0, 0]), np.array([0.4, 0.6]), bank).tolist()
    [1, 0]
    """
    logits = bank.parameters.a[items, None] * (theta[:, None] - bank.parameters.b[items])
    return np.asarray((uniforms[:, None] < logistic(logits)).sum(axis=1), dtype=np.int64)


def _next_items(progress: Progress, posterior: Posterior, seeds: Ints, step: int, bank: Bank, design: Design) -> Ints:
    """Items (P,) to give next, as `selection.choose_item` would one by one."""
    chosen = np.empty(len(seeds), dtype=np.int64)
    domains = choose_domains(progress, bank, design)
    for domain, members in enumerate(bank.members):
        group = np.flatnonzero(domains == domain)
        if not group.size:
            continue
        ranked, scores = rank_items(
            posterior.masses[group, domain], progress.remaining[group], members, bank, design.n_best
        )
        pools = np.isfinite(scores).sum(axis=1)
        ranks = [draw(seed, step, k) for seed, k in zip(seeds[group].tolist(), pools.tolist(), strict=True)]
        chosen[group] = ranked[np.arange(len(group)), ranks]
    return chosen


def simulate_sittings(
    true_theta: npt.ArrayLike,
    bank: Bank,
    design: Design,
    seeds: npt.ArrayLike,
    available: Bools | None = None,
) -> SimulatedSittings:
    """Let P persons of known abilities sit the adaptive assessment.

    Parameters
    ----------
    true_theta : array_like (P, D)
        Abilities, sd.
    bank, design : Bank, Design
    seeds : array_like (P,) of int
        One a sitting, 0 or more; they decide the draws among the best items and the answers.
    available : ndarray (P, n_items) of bool, optional
        Items that may be given to each person at all; all, if not given.

    Returns
    -------
    SimulatedSittings

    Raises
    ------
    ValueError
        If shapes do not fit together.

    Examples
    --------
    >>> from assessment.engine.irt import ItemParameters
    >>> from assessment.engine.prior import Prior
    >>> bank = Bank(ItemParameters.binary(np.full(9, 2.0), np.linspace(-2, 2, 9), np.zeros(9)), Prior(np.array([0.5])))
    >>> run = simulate_sittings([[-1.0], [1.0]], bank, Design(np.array([2]), np.array([0.1]), 6), [1, 2])
    >>> run.n_items.tolist(), sorted({reason.value for reason in run.reasons})
    ([2, 2], ['precision_out_of_reach'])
    """
    theta, seed_of = np.asarray(true_theta, dtype=np.float64), np.asarray(seeds, dtype=np.int64)
    n_domains = bank.prior.n_domains
    if theta.shape != (len(seed_of), n_domains) or len(design.minimum) != n_domains:
        raise ValueError(f"{theta.shape} abilities, {seed_of.shape} seeds and {len(design.minimum)} minima do not fit")
    remaining = np.ones((len(seed_of), bank.n_items), dtype=np.bool_) if available is None else available.copy()
    if remaining.shape != (len(seed_of), bank.n_items):
        raise ValueError(f"availability {remaining.shape} must be {(len(seed_of), bank.n_items)}")
    return _advance(theta, bank, design, seed_of, remaining)


def _advance(theta: Floats, bank: Bank, design: Design, seed_of: Ints, remaining: Bools) -> SimulatedSittings:
    """All persons one step at a time until the last one stops; uses up `remaining`."""
    n, length = len(seed_of), design.maximum_length
    items, responses = (np.full((n, length), -1, dtype=np.int64) for _ in range(2))
    uniforms = np.stack([answer_draws(int(seed), length) for seed in seed_of])
    totals = np.zeros((n, bank.prior.n_domains, bank.prior.n_specific))
    n_given: Ints = np.zeros((n, bank.prior.n_domains), dtype=np.int64)
    stop_code: Ints = np.full(n, -1, dtype=np.int64)
    active = np.arange(n)
    for step in range(length + 1):
        posterior = condition(totals[active], bank.prior)
        progress = Progress(posterior.sd, n_given[active], remaining[active])
        stop_code[active] = stop_codes(progress, bank, design)
        going = stop_code[active] < 0
        if not going.any():
            break
        active, posterior, progress = active[going], posterior.of(going), progress.of(going)
        chosen = _next_items(progress, posterior, seed_of[active], step, bank, design)
        domains = bank.parameters.domain[chosen]
        answers = simulate_answers(theta[active, domains], chosen, uniforms[active, step], bank)
        items[active, step], responses[active, step] = chosen, answers
        totals[active, domains] += bank.log_likelihoods[chosen, answers]
        n_given[active, domains] += 1
        remaining[active, chosen] = False
    return SimulatedSittings(
        theta, items, responses, (items >= 0).sum(axis=1), stop_code, condition(totals, bank.prior)
    )
