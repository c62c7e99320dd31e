"""Hour units (学时) out of measured seconds, and the caps that stand on them.

One unit is 45 minutes. Time below a whole unit is not lost within an enrolment: it is carried to the
next module, and the unit belongs to the day on which it became whole.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

UNIT_SECONDS = 2700  # statistics form 教基4068: "学时为45分钟"
UNIT_HUNDREDTHS = 100
PASS_MARK_HUNDREDTHS = 6000  # online classes of the national platform: 60 of 100


@dataclass(frozen=True)
class Piece:
    """Proven time of one module, in the order in which modules were completed."""

    seconds: int
    on: date
    is_practice: bool


@dataclass(frozen=True)
class Unit:
    """One whole hour unit: its number within the enrolment and mode (from 1), its day, and whether it is practice."""

    number: int
    on: date
    is_practice: bool


def n_units(seconds: int) -> int:
    """Whole units in a time; what is below one unit is ignored.

    Examples
    --------
    >>> [n_units(s) for s in (2699, 2700, 5400)]
    [0, 1, 2]
    """
    if seconds < 0:
        raise ValueError(f"time is never negative: {seconds}")
    return seconds // UNIT_SECONDS


def counted_units(watched_units: int, limit_units: int) -> int:
    """Units of a module that count: never more than the module may give.

    Examples
    --------
    >>> counted_units(18, 16)
    16
    """
    return min(watched_units, limit_units)


def is_test_passed(score_hundredths: int) -> bool:
    """Whether a test counts as passed: 60 of 100, inclusive.

    Examples
    --------
    >>> is_test_passed(5950), is_test_passed(6000)
    (False, True)
    """
    return score_hundredths >= PASS_MARK_HUNDREDTHS


def units_of(pieces: Sequence[Piece]) -> list[Unit]:
    """Whole units of an enrolment in one mode, with what is left of a module carried into the next.

    A unit belongs to the day of the piece that completed it. Practice is shared out so that among the first
    k units exactly round(practice seconds / 2,700) are practice: the sum is right at every step, and a unit
    once given its nature keeps it when later modules follow.

    Examples
    --------
    >>> day = date(2026, 3, 2)
    >>> [unit.number for unit in units_of([Piece(2000, day, False), Piece(2000, day, False), Piece(1400, day, False)])]
    [1, 2]
    """
    units: list[Unit] = []
    total = practice = n_practice = 0
    for piece in pieces:
        if piece.seconds < 0:
            raise ValueError(f"time is never negative: {piece}")
        left = piece.seconds
        while left:
            taken = min(left, UNIT_SECONDS - total % UNIT_SECONDS)
            total, left = total + taken, left - taken
            practice += taken if piece.is_practice else 0
            if total % UNIT_SECONDS == 0:
                n_due = (2 * practice + UNIT_SECONDS) // (2 * UNIT_SECONDS)
                units.append(Unit(len(units) + 1, piece.on, n_due > n_practice))
                n_practice = n_due
    return units


def carried_seconds(pieces: Sequence[Piece]) -> int:
    """Proven time that waits for the next module to become a whole unit."""
    return sum(piece.seconds for piece in pieces) % UNIT_SECONDS


def within_day_cap(units: Sequence[Unit], taken: Mapping[date, int], cap: int | None) -> list[Unit]:
    """Units that still fit into their days, given how many were counted there already; None means no cap.

    Examples
    --------
    >>> day = date(2026, 3, 2)
    >>> sessions = units_of([Piece(2700, day, False)] * 10)
    >>> len(within_day_cap(sessions, {}, 8)), len(within_day_cap(sessions, {day: 5}, 8))
    (8, 3)
    """
    if cap is None:
        return list(units)
    counted = Counter(taken)
    kept = []
    for unit in units:
        if counted[unit.on] < cap:
            counted[unit.on] += 1
            kept.append(unit)
    return kept
