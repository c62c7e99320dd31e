"""When a module and a course are done.

A quiz is passed at 60 of 100 (``exam_pass: 60`` of the national platform's 50-hour class of 2026,
evidence SEEN). That a reading needs a share of its nominal time is the platform's own choice (CHOICE).
"""

from collections.abc import Collection, Sequence
from fractions import Fraction

PASS_HUNDREDTHS = 6000  # SEEN, see above
READING_SHARE = Fraction(30, 100)  # CHOICE; a course may say otherwise
FULL_HUNDREDTHS = 10000


def score_hundredths(choices: Sequence[int], keys: Sequence[int]) -> int:
    """Share of right answers in hundredths, rounded down.

    Parameters
    ----------
    choices, keys : sequence of int
        Chosen and keyed positions from 0, one a question; a question left out is any position that
        is not its key, for instance -1.

    Returns
    -------
    int
        0 to 10000; 6000 is 60 of 100.

    Raises
    ------
    ValueError
        If there is no question, or not one choice a question.

    Examples
    --------
    >>> score_hundredths([1, 0, 2], [1, 0, 3])
    6666
    """
    if not keys or len(choices) != len(keys):
        raise ValueError(f"{len(choices)} choices for {len(keys)} questions")
    right = sum(choice == key for choice, key in zip(choices, keys, strict=True))
    return FULL_HUNDREDTHS * right // len(keys)


def is_passed(score: int) -> bool:
    """Whether a score in hundredths passes.

    Examples
    --------
    >>> is_passed(5950), is_passed(6000)
    (False, True)
    """
    return score >= PASS_HUNDREDTHS


def reading_needs_seconds(nominal_seconds: int, share: Fraction = READING_SHARE) -> int:
    """Measured seconds a reading needs before it can be finished, rounded up.

    Raises
    ------
    ValueError
        If the share is not within 0 and 1.

    Examples
    --------
    >>> reading_needs_seconds(1200)
    360
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1: {share}")
    return -(-nominal_seconds * share.numerator // share.denominator)


def is_course_done(module_ids: Collection[int], done_ids: Collection[int]) -> bool:
    """Whether every module has its result; a course without modules is never done.

    Examples
    --------
    >>> is_course_done([1, 2], [2, 1]), is_course_done([1, 2], [1]), is_course_done([], [])
    (True, False, False)
    """
    return bool(module_ids) and set(module_ids) <= set(done_ids)
