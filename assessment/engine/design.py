"""What a sitting should achieve: minima and precision per domain, length, exposure."""

from dataclasses import dataclass

import numpy as np

from assessment.engine.irt import Floats, Ints


@dataclass(frozen=True, eq=False)
class Design:
    """The rules of a sitting that selection and stopping share.

    Parameters
    ----------
    minimum : ndarray (D,) of int
        Items each domain must get.
    target_se : ndarray (D,)
        Posterior sd each domain should reach, sd of the population.
    maximum_length : int
        Items in all.
    n_best : int
        The next item is drawn among this many best; 1 gives always the best.

    Raises
    ------
    ValueError
        If shapes differ, a value is out of range or the minima do not fit into the length.

    Examples
    --------
    >>> Design(np.array([2, 3]), np.array([0.4, 0.4]), 4)
    Traceback (most recent call last):
    ValueError: the minima sum to 5 items, more than the maximum length 4
    """

    minimum: Ints
    target_se: Floats
    maximum_length: int
    n_best: int = 5

    def __post_init__(self) -> None:
        """Freeze the arrays and refuse a design nobody can follow."""
        minimum, target = np.array(self.minimum, dtype=np.int64), np.array(self.target_se, dtype=np.float64)
        for name, array in (("minimum", minimum), ("target_se", target)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if minimum.ndim != 1 or minimum.shape != target.shape:
            raise ValueError(f"minimum {minimum.shape} and target_se {target.shape} must both be (domains,)")
        if (minimum < 0).any() or not (target > 0).all() or self.maximum_length < 1 or self.n_best < 1:
            raise ValueError("minima must be 0 or more, targets positive, length and n_best at least 1")
        if minimum.sum() > self.maximum_length:
            raise ValueError(
                f"the minima sum to {minimum.sum()} items, more than the maximum length {self.maximum_length}"
            )
