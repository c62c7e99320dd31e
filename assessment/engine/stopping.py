"""When a sitting ends, and why; the same rule for one person and for a thousand at once."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assessment.engine.ability import Posterior
from assessment.engine.bank import Bank
from assessment.engine.design import Design
from assessment.engine.irt import Bools, Floats, Ints


class StopReason(StrEnum):
    """Why no further item is given; the first that holds, in this order.

    open -> precision_reached | maximum_length | bank_exhausted | precision_out_of_reach
    """

    PRECISION_REACHED = "precision_reached"
    MAXIMUM_LENGTH = "maximum_length"
    BANK_EXHAUSTED = "bank_exhausted"
    PRECISION_OUT_OF_REACH = "precision_out_of_reach"


REASONS = tuple(StopReason)
"""The codes 0..3 of `stop_codes` in order; the code -1 means that the sitting goes on."""


@dataclass(frozen=True, eq=False)
class Progress:
    """Where P sittings stand.

    Parameters
    ----------
    sd : ndarray (P, D)
        Posterior sds.
    n_given : ndarray (P, D)
        Items answered in each domain.
    remaining : ndarray (P, n) of bool
        Items that may still be given.
    """

    sd: Floats
    n_given: Ints
    remaining: Bools

    @classmethod
    def of_one(cls, posterior: Posterior, items: npt.ArrayLike, bank: Bank, available: Bools | None) -> "Progress":
        """Progress of one person who answered `items`; `available` (n,) leaves out items not for this person."""
        given = np.asarray(items, dtype=np.int64)
        counts = np.bincount(bank.parameters.domain[given], minlength=bank.prior.n_domains)
        remaining = np.ones(bank.n_items, dtype=np.bool_) if available is None else np.array(available, dtype=np.bool_)
        remaining[given] = False
        return cls(posterior.sd[None], counts[None].astype(np.int64), remaining[None])

    def of(self, rows: Bools) -> "Progress":
        """Return the progress of some of the P sittings."""
        return Progress(self.sd[rows], self.n_given[rows], self.remaining[rows])

    def n_left(self, bank: Bank) -> Ints:
        """Return the number (P, D) of items left in each domain."""
        return (self.remaining @ bank.membership).astype(np.int64)


def imprecise(progress: Progress, design: Design) -> Bools:
    """Domains (P, D) whose posterior sd is above the target."""
    return np.asarray(progress.sd > design.target_se)


def optimistic_sd(progress: Progress, bank: Bank, design: Design) -> Floats:
    """Posterior sd each domain could have at best, were it given all that remains of the sitting.

    Precision grows by at most the peak information of an item, so the bound is
    (1 / sd^2 + the largest remaining peaks, as many as the length allows)^(-1/2): the normal
    approximation of the posterior (van der Linden 1998) with every item met at its peak.
    What answers in other domains might add is not counted.

    Parameters
    ----------
    progress : Progress
    bank : Bank
    design : Design

    Returns
    -------
    ndarray (P, D)
        Never above the present sd.

    Examples
    --------
    >>> from assessment.engine.ability import start
    >>> from assessment.engine.irt import ItemParameters
    >>> from assessment.engine.prior import Prior
    >>> bank = Bank(ItemParameters.binary([2.0, 2.0, 2.0], [0.0, 0.1, 0.2], [0, 0, 0]), Prior(np.array([0.5])))
    >>> begin = Progress.of_one(start(bank.prior), [], bank, None)
    >>> optimistic_sd(begin, bank, Design(np.array([0]), np.array([0.3]), 3)).round(6).tolist()
    [[0.5]]
    """
    n_more = design.maximum_length - progress.n_given.sum(axis=1)
    gains = np.zeros(progress.sd.shape)
    for domain, members in enumerate(bank.by_peak):
        left = progress.remaining[:, members]
        within = left & (np.cumsum(left, axis=1) <= n_more[:, None])
        gains[:, domain] = within @ bank.peaks[members]
    variance = np.square(progress.sd)
    return np.asarray(np.sqrt(variance / (1.0 + variance * gains)))


def within_reach(progress: Progress, bank: Bank, design: Design) -> Bools:
    """Domains (P, D) that have the target precision or could still get it; see `optimistic_sd`."""
    return np.asarray(optimistic_sd(progress, bank, design) <= design.target_se)


def stop_codes(progress: Progress, bank: Bank, design: Design) -> Ints:
    """Positions (P,) in `REASONS` of the reason to stop, -1 to go on; the rule of `decide`."""
    has_items = progress.n_left(bank) > 0
    short = progress.n_given < design.minimum
    vague = imprecise(progress, design)
    reached = ~(short | vague).any(axis=1)
    full = progress.n_given.sum(axis=1) >= design.maximum_length
    exhausted = ~((short | vague) & has_items).any(axis=1)
    hopeless = ~(short & has_items).any(axis=1) & ~(vague & within_reach(progress, bank, design)).any(axis=1)
    return np.asarray(np.select([reached, full, exhausted, hopeless], [0, 1, 2, 3], default=-1), dtype=np.int64)


def decide(
    posterior: Posterior, items: npt.ArrayLike, bank: Bank, design: Design, available: Bools | None = None
) -> StopReason | None:
    """Whether the sitting of one person ends here.

    Parameters
    ----------
    posterior : Posterior
        Of one person.
    items : array_like (n,)
        Items answered so far.
    bank : Bank
    design : Design
    available : ndarray (n_items,) of bool, optional
        Items that may be given to this person at all; all, if not given.

    Returns
    -------
    StopReason or None
        precision_reached: every domain has its minimum and its target. maximum_length: no more may be
        asked. bank_exhausted: no item is left in any domain that still lacks something.
        precision_out_of_reach: the minima are met as far as items allow, and no domain still too vague
        could come under its target with all that remains. None: go on.

    Examples
    --------
    >>> from assessment.engine.ability import start
    >>> from assessment.engine.irt import ItemParameters
    >>> from assessment.engine.prior import Prior
    >>> bank = Bank(ItemParameters.binary([1.0, 1.0], [0.0, 0.5], [0, 0]), Prior(np.array([0.5])))
    >>> decide(start(bank.prior), [], bank, Design(np.array([0]), np.array([0.3]), 2)).value
    'precision_out_of_reach'
    >>> decide(start(bank.prior), [], bank, Design(np.array([1]), np.array([0.3]), 2)) is None
    True
    """
    code = int(stop_codes(Progress.of_one(posterior, items, bank, available), bank, design)[0])
    return None if code < 0 else REASONS[code]
