"""Expected a posteriori abilities in D domains at once, exact by dimension reduction.

Given the general factor g the domains are independent, so the posterior needs D integrals of one
dimension at each node of g, instead of one integral of D dimensions (Gibbons and Hedeker 1992).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessment.engine.bank import Bank, tabulate
from assessment.engine.intervals import equal_tailed
from assessment.engine.irt import Bools, Floats, Ints, ItemParameters
from assessment.engine.prior import FLOOR, Prior


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is known of one person (leading shape empty) or of P persons (leading shape (P,)).

    Parameters
    ----------
    prior : Prior
        D domains, Q nodes.
    log_likelihoods : ndarray (..., D, Q)
        Log-likelihood of the answers so far at the nodes of each domain.
    masses : ndarray (..., D, Q)
        Marginal posterior masses of each ability at the nodes; each row sums to 1.
    eap, sd : ndarray (..., D)
        Posterior means and standard deviations, sd of the population.
    general_eap, general_sd : ndarray (...)
        The same for the general factor.
    """

    prior: Prior
    log_likelihoods: Floats
    masses: Floats
    eap: Floats
    sd: Floats
    general_eap: Floats
    general_sd: Floats

    @property
    def densities(self) -> Floats:
        """Return the marginal densities (..., D, Q) at the nodes, per sd."""
        return np.asarray(self.masses / self.prior.spacing)

    @property
    def interval(self) -> Floats:
        """Return the equal-tailed 80 % interval (..., D, 2), sd."""
        return self.interval_of(0.80)

    def of(self, rows: Ints | Bools) -> "Posterior":
        """Return the posterior of some of the P persons."""
        arrays = (self.log_likelihoods, self.masses, self.eap, self.sd, self.general_eap, self.general_sd)
        return Posterior(self.prior, *(array[rows] for array in arrays))

    def interval_of(self, mass: float) -> Floats:
        """Return the equal-tailed interval (..., D, 2) that holds the given posterior mass, sd."""
        return equal_tailed(self.masses, self.prior.nodes, mass)


def _general(joint: Floats, prior: Prior) -> tuple[Floats, Floats]:
    """Mean and sd (P,) of the general factor from its unnormalised log-masses (P, K)."""
    mass = np.exp(joint - joint.max(axis=-1, keepdims=True))
    mass /= mass.sum(axis=-1, keepdims=True)
    mean = mass @ prior.general_nodes
    spread = mass @ np.square(prior.general_nodes) - np.square(mean)
    return mean, np.sqrt(np.maximum(spread, 0.0))


def condition(log_likelihoods: Floats, prior: Prior) -> Posterior:
    """Posterior given the log-likelihood of the answers in each domain.

    Parameters
    ----------
    log_likelihoods : ndarray (D, Q) or (P, D, Q)
        Sums of the log-likelihoods of the answers at the nodes; zeros where nothing was answered.
    prior : Prior

    Returns
    -------
    Posterior
        Of one person or of P persons.

    Notes
    -----
    With m_d(g) the sum over theta_d of likelihood times p(theta_d | g), the posterior of g is
    p(g) prod_d m_d(g) and the marginal of theta_d is its likelihood times the sum over g of
    p(g) prod_{e != d} m_e(g) p(theta_d | g): Gibbons and Hedeker (1992).

    Examples
    --------
    >>> prior = Prior(np.array([0.8, 0.5]))
    >>> nothing = condition(np.zeros((2, 61)), prior)
    >>> (nothing.eap.round(9) + 0.0).tolist(), nothing.sd.round(5).tolist()
    ([0.0, 0.0], [1.0, 1.0])
    """
    stacked = log_likelihoods.reshape(-1, *log_likelihoods.shape[-2:]).transpose(1, 0, 2)  # (D, P, Q)
    likelihood = np.exp(stacked - stacked.max(axis=2, keepdims=True))
    evidence = np.log(np.maximum(likelihood @ prior.conditional_by_node, FLOOR))  # (D, P, K): log m_d(g)
    joint = prior.log_general_masses + evidence.sum(axis=0)
    others = joint - evidence
    others -= others.max(axis=2, keepdims=True)
    masses = likelihood * (np.exp(others, out=others) @ prior.conditional)
    masses /= masses.sum(axis=2, keepdims=True)
    eap = masses @ prior.nodes  # (D, P)
    sd = np.sqrt(np.maximum(masses @ np.square(prior.nodes) - np.square(eap), 0.0))
    general_eap, general_sd = _general(joint, prior)
    people = log_likelihoods.shape[:-2]
    return Posterior(
        prior,
        log_likelihoods,
        masses.transpose(1, 0, 2).reshape(log_likelihoods.shape),
        eap.T.reshape(*people, -1),
        sd.T.reshape(*people, -1),
        general_eap.reshape(people),
        general_sd.reshape(people),
    )


def start(prior: Prior) -> Posterior:
    """Return the posterior of a person who has answered nothing: the prior.

    Examples
    --------
    >>> start(Prior(np.array([0.8, 0.5]))).interval.round(3).tolist()
    [[-1.282, 1.282], [-1.282, 1.282]]
    """
    return condition(np.zeros((prior.n_domains, prior.n_specific)), prior)


def _refuse_answers(items: Ints, responses: Ints, parameters: ItemParameters) -> None:
    """Raise for an unknown item, an item answered twice or a category the item does not have."""
    if items.shape != responses.shape or items.ndim != 1:
        raise ValueError(f"{responses.shape} responses to {items.shape} items")
    outside = (items < 0) | (items >= parameters.n_items)
    if outside.any():
        raise ValueError(f"no item {items[outside][0]} among {parameters.n_items}")
    wrong = (responses < 0) | (responses > parameters.n_boundaries[items])
    if wrong.any():
        item, answer = items[wrong][0], responses[wrong][0]
        highest = parameters.n_boundaries[item]
        raise ValueError(f"item {parameters.codes[item]!r}: answer {answer} is outside 0..{highest}")
    if len(set(items.tolist())) != len(items):
        twice = next(i for i in items.tolist() if (items == i).sum() > 1)
        raise ValueError(f"item {parameters.codes[twice]!r} is answered twice")


def eap(responses: npt.ArrayLike, items: npt.ArrayLike, parameters: ItemParameters, prior: Prior) -> Posterior:
    """Posterior abilities of one person from all answers (Bock and Mislevy 1982).

    The same answers give the same bits in any order, and through `update` one at a time.

    Parameters
    ----------
    responses : array_like (n,)
        Categories answered: 0 or 1 for a binary item, 0..B for a graded one.
    items : array_like (n,)
        Rows of `parameters`; what was not answered is left out.
    parameters : ItemParameters
    prior : Prior

    Returns
    -------
    Posterior
        Of one person.

    Raises
    ------
    ValueError
        Naming the item, for an unknown item, one answered twice or a category it does not have.

    Examples
    --------
    >>> items = ItemParameters.binary([1.5, 1.0, 1.2], [-0.5, 0.0, 0.5], [0, 0, 1])
    >>> known = eap([1, 1, 0], [0, 1, 2], items, Prior(np.array([0.8, 0.8])))
    >>> known.eap.round(2).tolist(), known.sd.round(2).tolist()
    ([0.47, 0.03], [0.78, 0.83])
    """
    answers, rows = np.asarray(responses, dtype=np.int64), np.asarray(items, dtype=np.int64)
    _refuse_answers(rows, answers, parameters)
    totals = np.zeros((prior.n_domains, prior.n_specific))
    if len(rows):
        given = parameters.take(rows)
        Bank(given, prior)
        np.add.at(totals, given.domain, tabulate(given, prior.nodes)[np.arange(len(rows)), answers])
    return condition(totals, prior)


def update(posterior: Posterior, response: int, item: int, bank: Bank) -> Posterior:
    """Posterior of one person after one more answer.

    Parameters
    ----------
    posterior : Posterior
        Of one person, from `start`, `eap` or `update` with the same prior.
    response, item : int
        The category answered and the row of the item.
    bank : Bank

    Returns
    -------
    Posterior
        What `eap` would return for all answers together, bit for bit.

    Raises
    ------
    ValueError
        As `eap`; that an item was answered before cannot be seen here.

    Examples
    --------
    >>> bank = Bank(ItemParameters.binary([1.5, 1.0], [-0.5, 0.0], [0, 1]), Prior(np.array([0.8, 0.8])))
    >>> one = update(start(bank.prior), 1, 0, bank)
    >>> bool((one.eap > 0).all())
    True
    """
    _refuse_answers(np.array([item]), np.array([response]), bank.parameters)
    totals = posterior.log_likelihoods.copy()
    totals[bank.parameters.domain[item]] += bank.log_likelihoods[item, response]
    return condition(totals, bank.prior)


def eap_of_persons(responses: npt.ArrayLike, answered: npt.ArrayLike, bank: Bank) -> Posterior:
    """Posterior abilities of many persons at once.

    Parameters
    ----------
    responses : array_like (P, n)
        Categories answered; whatever stands where `answered` is false is not looked at.
    answered : array_like (P, n) of bool
    bank : Bank
        n items.

    Returns
    -------
    Posterior
        Of P persons.

    Raises
    ------
    ValueError
        Naming row and item, for a category the item does not have.

    Examples
    --------
    >>> bank = Bank(ItemParameters.binary([1.5, 1.0], [-0.5, 0.0], [0, 1]), Prior(np.array([0.8, 0.8])))
    >>> both = eap_of_persons([[1, 0], [0, 0]], [[True, False], [True, True]], bank)
    >>> both.eap.shape, bool(both.eap[0, 0] > both.eap[1, 0])
    ((2, 2), True)
    """
    answers, mask = np.asarray(responses), np.asarray(answered, dtype=np.bool_)
    if answers.shape != mask.shape or mask.shape[1:] != (bank.n_items,):
        raise ValueError(f"responses {answers.shape} and answered {mask.shape} must be (persons, {bank.n_items})")
    wrong: Bools = mask & ~np.isin(answers, np.arange(bank.log_likelihoods.shape[1]))
    wrong |= mask & (answers > bank.parameters.n_boundaries)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        code = bank.parameters.codes[column]
        raise ValueError(f"row {row}, item {code!r}: {answers[row, column]} is not one of its categories")
    totals = np.zeros((len(mask), bank.prior.n_domains, bank.prior.n_specific))
    for domain, members in enumerate(bank.members):
        for category in range(bank.log_likelihoods.shape[1]):
            table = bank.log_likelihoods[members, category]
            chosen = (mask[:, members] & (answers[:, members] == category)).astype(np.float64)
            totals[:, domain] += chosen @ np.where(np.isfinite(table), table, 0.0)
    return condition(totals, bank.prior)
