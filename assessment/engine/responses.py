"""A table of right, wrong and blank answers: checked, then folded into its different rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessment.engine.irt import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class ResponseTable:
    """N persons' answers to n items.

    Parameters
    ----------
    codes : tuple of str, length n
        Names of the columns.
    right, answered : ndarray (N, n) of bool
        Whether an answer is right (false where blank), and whether there is one.

    Examples
    --------
    >>> table = read_responses([[1, 0], [float("nan"), 1]], ["Q1", "Q2"])
    >>> table.answered.tolist()
    [[True, True], [False, True]]
    """

    codes: tuple[str, ...]
    right: Bools
    answered: Bools

    @property
    def n_answers(self) -> Ints:
        """Return the number (n,) of answers to each item."""
        return np.asarray(self.answered.sum(axis=0), dtype=np.int64)

    @property
    def n_right(self) -> Ints:
        """Return the number (n,) of right answers to each item."""
        return np.asarray(self.right.sum(axis=0), dtype=np.int64)

    def take(self, columns: Ints) -> "ResponseTable":
        """Return the table with the given columns only."""
        names = tuple(self.codes[column] for column in columns)
        return ResponseTable(names, self.right[:, columns], self.answered[:, columns])


def read_responses(responses: npt.ArrayLike, codes: Sequence[str] | None = None) -> ResponseTable:
    """Check a table of answers.

    Parameters
    ----------
    responses : array_like (N, n)
        1 right, 0 wrong, NaN blank.
    codes : sequence of str, optional
        Names of the columns; 'column 1', 'column 2', ... if not given.

    Returns
    -------
    ResponseTable

    Raises
    ------
    ValueError
        Naming row and column (both counted from 1), for another value or a name that appears twice.

    Examples
    --------
    >>> read_responses([[1, 0], [0, 2]], ["Q1", "Q2"])
    Traceback (most recent call last):
    ValueError: row 2, column 'Q2': 2.0 is neither 0, 1 nor blank
    >>> read_responses([[1, 0]], ["Q1", "Q1"])
    Traceback (most recent call last):
    ValueError: column 'Q1' appears twice, as columns 1 and 2
    """
    values = np.asarray(responses, dtype=np.float64)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"responses must be a table of persons by items, got shape {values.shape}")
    names = tuple(f"column {i + 1}" for i in range(values.shape[1])) if codes is None else tuple(codes)
    if len(names) != values.shape[1]:
        raise ValueError(f"{len(names)} codes for {values.shape[1]} columns")
    for i, name in enumerate(names):
        if names.index(name) != i:
            raise ValueError(f"column {name!r} appears twice, as columns {names.index(name) + 1} and {i + 1}")
    right = values == 1.0
    answered = right | (values == 0.0)
    wrong = ~(answered | np.isnan(values))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ValueError(f"row {row + 1}, column {names[column]!r}: {values[row, column]} is neither 0, 1 nor blank")
    return ResponseTable(names, right, answered)


@dataclass(frozen=True, eq=False)
class Patterns:
    """The U different rows of a table, with how often each occurs.

    Parameters
    ----------
    right : ndarray (U, n)
        1.0 where right, else 0.0.
    answered : ndarray (U, n) or None
        1.0 where answered, else 0.0; None if nothing is blank.
    weights : ndarray (U,)
        Numbers of persons.
    of_person : ndarray (N,)
        The row of each person.
    """

    right: Floats
    answered: Floats | None
    weights: Floats
    of_person: Ints


def fold(table: ResponseTable) -> Patterns:
    """Fold equal rows of a table into one.

    Examples
    --------
    >>> folded = fold(read_responses([[1, 0], [0, 1], [1, 0]]))
    >>> folded.weights.tolist(), folded.of_person.tolist()
    ([1.0, 2.0], [1, 0, 1])
    """
    complete = bool(table.answered.all())
    bits = table.right if complete else np.concatenate([table.right, table.answered], axis=1)
    packed = np.ascontiguousarray(np.packbits(bits, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]
    _, first, of_person, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    if 10 * len(first) > 9 * len(keys):  # nothing to gain: spare the copies
        first, of_person, counts = np.arange(len(keys)), np.arange(len(keys)), np.ones(len(keys), dtype=np.int64)
    answered = None if complete else table.answered[first].astype(np.float64)
    return Patterns(table.right[first].astype(np.float64), answered, counts.astype(np.float64), of_person)
