"""From scores to a short list: best first, varied at the top, ties always broken alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.engine.features import CourseTable, Flags
from recommender.engine.needs import Floats
from recommender.engine.reasons import reasons_of, score_of
from recommender.engine.scoring import Learner, judge

N_TOP = 6
N_SHOWN = 12
MOST_ALIKE = 2


@dataclass(frozen=True)
class Ranked:
    """One course of the list, with its score and the rows that add up to it."""

    course_id: int
    score: float
    reasons: list[dict[str, Any]]


def recommend_courses(table: CourseTable, learner: Learner, weights: Floats, *, limit: int = N_SHOWN) -> list[Ranked]:
    """The list for one person: allowed courses by score, at most two of one competency among the first six."""
    judged = judge(table, learner)
    order = by_score(judged.values @ weights, judged.is_allowed)
    found = []
    for row in varied(order, table.competencies.cells, limit=limit):
        reasons = reasons_of(table, learner, judged, weights, row)
        found.append(Ranked(table.facts[row].id, score_of(reasons), reasons))
    return found


def by_score(scores: Floats, is_allowed: Flags) -> NDArray[np.int64]:
    """Allowed rows, the best first; equal scores keep the order of the rows.

    Examples
    --------
    >>> by_score(np.array([1.0, 2.0, 1.0, 9.0]), np.array([True, True, True, False])).tolist()
    [1, 0, 2]
    """
    rows = np.flatnonzero(is_allowed)
    return np.asarray(rows[np.argsort(-scores[rows].round(9), kind="stable")], dtype=np.int64)


def varied(order: Sequence[int] | NDArray[np.int64], competencies: Flags, *, limit: int) -> list[int]:
    """Take from the top, but pass over a third course of one competency while the first six places last.

    What was passed over comes right after them. When nothing else is left, the six are filled all the same.

    Parameters
    ----------
    order : sequence of int
        Rows, best first.
    competencies : ndarray (N, C) of bool
        Which course develops which competency.
    limit : int
        Length of the list.

    Notes
    -----
    Greedy re-ranking under a coverage limit, a simple case of Carbonell and Goldstein (1998), SIGIR, 335-336.

    Examples
    --------
    >>> varied([0, 1, 2, 3], np.array([[True, False], [True, False], [True, False], [False, True]]), limit=4)
    [0, 1, 3, 2]
    """
    first: list[int] = []
    passed: list[int] = []
    counts = np.zeros(competencies.shape[1], dtype=np.int64)
    for row in map(int, order):
        if len(first) < N_TOP and not (counts[competencies[row]] >= MOST_ALIKE).any():
            first.append(row)
            counts += competencies[row]
        else:
            passed.append(row)
    return (first + passed)[:limit]
