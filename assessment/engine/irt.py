"""Two-parameter logistic and graded response models: probabilities, information, item parameters.

An item has a slope ``a`` (logits per sd of ability) and ordered boundaries ``b`` (sd of ability): one
for a right-or-wrong item, more for a graded one. Every formula is written with differences of
log-logistic functions, so slopes of a thousand and abilities of a hundred neither overflow nor give NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def logistic(logits: npt.ArrayLike) -> Floats:
    """Return 1 / (1 + exp(-logits)), to full relative precision in both tails.

    Parameters
    ----------
    logits : array_like, any shape

    Returns
    -------
    ndarray, same shape
        Probabilities in 0..1.

    Examples
    --------
    >>> float(logistic(0.0)), float(logistic(-1e9)), float(logistic(1e9))
    (0.5, 0.0, 1.0)
    """
    return np.asarray(np.exp(-np.logaddexp(0.0, -np.asarray(logits, dtype=np.float64))))


def probability(theta: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Probability of a right answer to a 2PL item (Birnbaum 1968, without his factor 1.7).

    Parameters
    ----------
    theta : array_like
        Ability, sd of the population.
    a, b : array_like
        Slope (logits per sd) and difficulty (sd); broadcast against `theta`.

    Returns
    -------
    ndarray, broadcast shape
        Probabilities in 0..1, rising with `theta` where `a` is positive.

    Examples
    --------
    >>> probability([-1.0, 0.0, 1.0], 1.0, 0.0).round(4).tolist()
    [0.2689, 0.5, 0.7311]
    """
    return logistic(np.asarray(a) * (np.asarray(theta, dtype=np.float64) - np.asarray(b)))


def information(theta: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Fisher information of a 2PL item, a^2 P (1 - P) (Lord 1980, eq. 5-9).

    Parameters
    ----------
    theta, a, b : array_like
        As in `probability`.

    Returns
    -------
    ndarray, broadcast shape
        Information, 1 / sd^2; at most a^2 / 4, where `theta` equals `b`.

    Examples
    --------
    >>> float(information(0.5, 2.0, 0.5))
    1.0
    """
    logits = np.asarray(a) * (np.asarray(theta, dtype=np.float64) - np.asarray(b))
    return np.asarray(np.square(np.asarray(a, dtype=np.float64)) * logistic(logits) * logistic(-logits))


@dataclass(frozen=True, eq=False)
class ItemParameters:
    """The items of a bank; items differ in their number of boundaries, so rows are padded with +inf.

    A boundary at +inf is one nobody passes: the categories above it have probability 0, so the padding
    is part of the model and no special case.

    Parameters
    ----------
    codes : tuple of str, length n
        Names of the items, for messages.
    a : ndarray (n,)
        Slopes, logits per sd, positive.
    b : ndarray (n, B)
        Boundaries, sd, rising along a row; +inf after an item's last boundary.
    domain : ndarray (n,)
        Index 0..D-1 of the domain each item measures.

    Raises
    ------
    ValueError
        Naming the item, if a slope is not finite and positive, boundaries do not rise, there is none,
        a domain is negative, lengths differ or a code appears twice.

    Examples
    --------
    >>> bank = ItemParameters.graded([1.0, 1.5], [[0.0], [-1.0, 0.5, 1.0]], [0, 1])
    >>> bank.b.tolist(), bank.n_boundaries.tolist()
    ([[0.0, inf, inf], [-1.0, 0.5, 1.0]], [1, 3])
    >>> ItemParameters.binary([1.0, -0.2], [0.0, 1.0], [0, 0], ["Q1", "Q2"])
    Traceback (most recent call last):
    ValueError: item 'Q2': slope must be finite and positive, got -0.2
    """

    codes: tuple[str, ...]
    a: Floats
    b: Floats
    domain: Ints

    def __post_init__(self) -> None:
        """Freeze the arrays and refuse what is not an item."""
        for name, kind in (("a", np.float64), ("b", np.float64), ("domain", np.int64)):
            array = np.array(getattr(self, name), dtype=kind)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        n = len(self.codes)
        if self.a.shape != (n,) or self.b.shape[:1] != (n,) or self.b.ndim != 2 or self.domain.shape != (n,):
            raise ValueError(f"{n} codes, but a {self.a.shape}, b {self.b.shape}, domain {self.domain.shape}")
        sound = np.asarray(np.isfinite(self.a) & (self.a > 0))
        self._refuse(~sound, "slope must be finite and positive, got", self.a)
        self._refuse(np.asarray(self.n_boundaries == 0), "needs a finite boundary, got", self.b)
        padded = np.isposinf(self.b)
        with np.errstate(invalid="ignore"):
            rises = (np.diff(self.b, axis=1) > 0) | padded[:, 1:]
        fine = np.isfinite(self.b) | padded
        ordered = np.asarray(rises.all(axis=1) & fine.all(axis=1))
        self._refuse(~ordered, "boundaries must be finite and rise, got", self.b)
        self._refuse(self.domain < 0, "domain must be 0 or more, got", self.domain)
        if len(set(self.codes)) != n:
            raise ValueError(f"item {next(c for c in self.codes if self.codes.count(c) > 1)!r} appears twice")

    def _refuse(self, bad: Bools, message: str, values: Floats | Ints) -> None:
        """Raise for the first item marked bad."""
        if bad.any():
            first = int(np.argmax(bad))
            raise ValueError(f"item {self.codes[first]!r}: {message} {values[first]}")

    @classmethod
    def graded(
        cls,
        a: npt.ArrayLike,
        boundaries: Sequence[Sequence[float]],
        domain: npt.ArrayLike,
        codes: Sequence[str] | None = None,
    ) -> "ItemParameters":
        """Build from ragged boundaries, one sequence an item; codes default to 'item 0', 'item 1', ..."""
        b = np.full((len(boundaries), max((len(row) for row in boundaries), default=1)), np.inf)
        for row, values in zip(b, boundaries, strict=True):
            row[: len(values)] = values
        names = tuple(f"item {i}" for i in range(len(b))) if codes is None else tuple(codes)
        return cls(names, np.asarray(a, dtype=np.float64), b, np.asarray(domain, dtype=np.int64))

    @classmethod
    def binary(
        cls, a: npt.ArrayLike, b: npt.ArrayLike, domain: npt.ArrayLike, codes: Sequence[str] | None = None
    ) -> "ItemParameters":
        """Build a bank of right-or-wrong items from slopes (n,), difficulties (n,) and domains (n,)."""
        return cls.graded(a, [[value] for value in np.asarray(b, dtype=np.float64).tolist()], domain, codes)

    @property
    def n_items(self) -> int:
        """Return the number of items."""
        return len(self.codes)

    @property
    def n_boundaries(self) -> Ints:
        """Return the number of boundaries (n,) of each item: the highest score it can give."""
        return np.asarray((self.b < np.inf).sum(axis=1), dtype=np.int64)

    def take(self, items: npt.ArrayLike) -> "ItemParameters":
        """Return the given items (m,), in the order given."""
        rows = np.asarray(items, dtype=np.int64)
        return ItemParameters(tuple(self.codes[i] for i in rows), self.a[rows], self.b[rows], self.domain[rows])


def _edges(theta: Floats, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Logits of passing the lower and the upper boundary of each category, (n, B + 1, Q) each."""
    logits = a[:, None, None] * (theta[None, None, :] - b[:, :, None])
    rim = np.full((len(a), 1, len(theta)), np.inf)
    return np.concatenate([rim, logits], axis=1), np.concatenate([logits, -rim], axis=1)


def log_likelihood(theta: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Log-probability of each category of graded items (Samejima 1969), stable at any slope.

    With u and v the logits of passing the lower and upper boundary, P_c = s(u) - s(v) is written as
    s(u) s(-v) (1 - exp(v - u)), a product without cancellation; v - u does not depend on theta.

    Parameters
    ----------
    theta : array_like (Q,)
        Abilities, sd.
    a : array_like (n,)
        Slopes, logits per sd.
    b : array_like (n, B)
        Boundaries, sd, padded with +inf.

    Returns
    -------
    ndarray (n, B + 1, Q)
        Natural logarithms; -inf for categories an item does not have.

    Examples
    --------
    >>> np.exp(log_likelihood([0.0], [1.0], [[-1.0, 1.0]]))[0, :, 0].round(4).tolist()
    [0.2689, 0.4621, 0.2689]
    >>> log_likelihood([100.0], [1000.0], [[0.0]])[0, :, 0].tolist()
    [-100000.0, 0.0]
    """
    theta, a, b = (np.asarray(values, dtype=np.float64) for values in (theta, a, b))
    lower, upper = _edges(theta, a, b)
    widths = np.full((len(a), b.shape[1] + 1), np.inf)
    missing = np.zeros(widths.shape, dtype=np.bool_)
    missing[:, 1:] = np.isposinf(b)
    with np.errstate(invalid="ignore"):
        widths[:, 1:-1] = a[:, None] * np.diff(b, axis=1)
    widths[missing] = np.inf
    log_p = -np.logaddexp(0.0, -lower) - np.logaddexp(0.0, upper) + np.log(-np.expm1(-widths))[:, :, None]
    log_p[missing] = -np.inf
    return np.asarray(log_p)


def category_probabilities(theta: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Probabilities (n, B + 1, Q) of the categories of graded items (Samejima 1969); as `log_likelihood`.

    Examples
    --------
    >>> float(category_probabilities([0.3], [1.2], [[-1.0, 0.0, 2.0]]).sum().round(12))
    1.0
    """
    return np.asarray(np.exp(log_likelihood(theta, a, b)))


def category_information(theta: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Fisher information of graded items (Samejima 1969): a^2 sum_c P_c (1 - s(u) - s(v))^2.

    The square is (P_c' / P_c)^2 / a^2 with the common factor s(u) - s(v) cancelled, so an almost empty
    category contributes almost nothing rather than 0 / 0.

    Parameters
    ----------
    theta, a, b : array_like (Q,), (n,), (n, B)
        As in `log_likelihood`.

    Returns
    -------
    ndarray (n, Q)
        Information, 1 / sd^2.

    Examples
    --------
    >>> category_information([0.5], [2.0], [[0.5]]).tolist()
    [[1.0]]
    """
    theta, a, b = (np.asarray(values, dtype=np.float64) for values in (theta, a, b))
    lower, upper = _edges(theta, a, b)
    slopes = logistic(-lower) - logistic(upper)
    return np.asarray(np.square(a)[:, None] * (category_probabilities(theta, a, b) * np.square(slopes)).sum(axis=1))
