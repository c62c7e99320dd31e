"""Measured study time: which stretches of time and of film count, and how much they come to.

The unit is the class hour of 45 minutes, 2,700 s (form 教基4068, 国统制〔2021〕135号, evidence SEEN;
the same ratio stands as ``period_conversion_ratio`` in the national platform's training data). A film
counts only when it was watched in full (``must_watch_fully`` of the national platform's 50-hour class
of 2026, evidence SEEN). The lengths of a beat and of idleness are the platform's own choice (CHOICE).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

UNIT_SECONDS = 2700  # one hour unit (学时); SEEN, see above
LONGEST_BEAT_SECONDS = 60  # CHOICE: the most that one beat may claim
IDLE_AFTER_SECONDS = 90  # CHOICE: without a touch for so long, the browser stops claiming
FASTEST_SPEED = 1.5  # CHOICE: film seconds per wall second that may count
UNWATCHED_MS = 2000  # CHOICE: what may be missing of a film that was watched in full
SECOND_MS = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Range = tuple[int, int]


@dataclass(frozen=True)
class Stretch:
    """A stretch of wall time by the server's clock; it always moves forward."""

    from_at: datetime
    to_at: datetime

    @property
    def length_ms(self) -> int:
        """Length in whole milliseconds."""
        return (self.to_at - self.from_at) // timedelta(milliseconds=1)


def union(ranges: Iterable[Range]) -> list[Range]:
    """Merge ranges that overlap or touch.

    Parameters
    ----------
    ranges : iterable of (int, int)
        Half-open ranges in milliseconds, in any order; empty ones are left out.

    Returns
    -------
    list of (int, int)
        Disjoint ranges in rising order that cover exactly the same points.

    Examples
    --------
    >>> union([(30, 40), (0, 10), (5, 20), (20, 25)])
    [(0, 25), (30, 40)]
    """
    merged: list[Range] = []
    for low, high in sorted(ranges):
        if high <= low:
            continue
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def covered_ms(ranges: Iterable[Range]) -> int:
    """Milliseconds that the ranges cover together, overlaps counted once.

    Examples
    --------
    >>> covered_ms([(0, 10), (5, 20)])
    20
    """
    return sum(high - low for low, high in union(ranges))


def counted_seconds(stretches: Iterable[Stretch], *, cap_seconds: int) -> int:
    """Whole seconds that count for a module: the union of its stretches, capped by the module's own time.

    Parameters
    ----------
    stretches : iterable of Stretch
        All that one person was measured on the module, on whatever device.
    cap_seconds : int
        The module's nominal time, > 0.

    Returns
    -------
    int
        Between 0 and ``cap_seconds``; a broken second is left out.

    Raises
    ------
    ValueError
        If the cap is not positive.

    Examples
    --------
    >>> from datetime import UTC
    >>> nine = datetime(2026, 11, 16, 9, tzinfo=UTC)
    >>> twice = [Stretch(nine, nine + timedelta(seconds=40)), Stretch(nine, nine + timedelta(seconds=50))]
    >>> counted_seconds(twice, cap_seconds=600), counted_seconds(twice, cap_seconds=45)
    (50, 45)
    """
    if cap_seconds <= 0:
        raise ValueError(f"a module takes time: {cap_seconds}")
    tick = timedelta(milliseconds=1)
    ranges = (((s.from_at - EPOCH) // tick, (s.to_at - EPOCH) // tick) for s in stretches)
    return min(cap_seconds, covered_ms(ranges) // SECOND_MS)


def accept_beat(*, last_at: datetime, claimed_ms: int, now: datetime) -> Stretch | None:
    """The stretch of time that one beat of the browser may add.

    The browser's claim (visible and active for so long) can only shorten the stretch: it ends now by
    the server's clock, is never longer than a minute and never reaches back before the last beat.

    Parameters
    ----------
    last_at : datetime
        Aware moment up to which this study session was measured already.
    claimed_ms : int
        Milliseconds the browser says the page was visible and the person active.
    now : datetime
        Aware moment of the server.

    Returns
    -------
    Stretch or None
        None when nothing may be added: no claim, or no time has passed.

    Examples
    --------
    >>> from datetime import UTC
    >>> nine = datetime(2026, 11, 16, 9, tzinfo=UTC)
    >>> later = nine + timedelta(minutes=10)
    >>> accept_beat(last_at=nine, claimed_ms=600_000, now=later).length_ms
    60000
    >>> accept_beat(last_at=nine, claimed_ms=15_000, now=nine + timedelta(seconds=9)).length_ms
    9000
    """
    claim = timedelta(milliseconds=min(claimed_ms, LONGEST_BEAT_SECONDS * SECOND_MS))
    if claim <= timedelta():
        return None
    start = max(last_at, now - claim)
    return Stretch(start, now) if (now - start) >= timedelta(milliseconds=1) else None


def accept_range(stretch: Stretch, *, from_ms: int, to_ms: int, length_ms: int) -> Range | None:
    """The part of a film that may count as played within a stretch of wall time.

    Parameters
    ----------
    stretch : Stretch
        The accepted wall time of the beat.
    from_ms, to_ms : int
        What the browser says was played, in milliseconds of the film.
    length_ms : int
        Length of the film.

    Returns
    -------
    (int, int) or None
        The claimed range within the film; when it is longer than wall time times the fastest speed,
        only its end is kept (the part that was played last).

    Examples
    --------
    >>> from datetime import UTC
    >>> nine = datetime(2026, 11, 16, 9, tzinfo=UTC)
    >>> ten_seconds = Stretch(nine, nine + timedelta(seconds=10))
    >>> accept_range(ten_seconds, from_ms=0, to_ms=60_000, length_ms=116_000)
    (45000, 60000)
    """
    low, high = max(0, from_ms), min(to_ms, length_ms)
    low = max(low, high - int(stretch.length_ms * FASTEST_SPEED))
    return (low, high) if high > low else None


def missing_ranges(ranges: Iterable[Range], *, length_ms: int) -> list[Range]:
    """What of a film was never played, in order.

    Examples
    --------
    >>> missing_ranges([(0, 40), (60, 90)], length_ms=100)
    [(40, 60), (90, 100)]
    """
    gaps: list[Range] = []
    at = 0
    for low, high in union(ranges):
        if low > at:
            gaps.append((at, min(low, length_ms)))
        at = max(at, high)
    if at < length_ms:
        gaps.append((at, length_ms))
    return [(low, high) for low, high in gaps if high > low]


def is_fully_watched(ranges: Iterable[Range], *, length_ms: int) -> bool:
    """Whether all of a film but two seconds was really played (``must_watch_fully``, SEEN).

    Examples
    --------
    >>> is_fully_watched([(0, 114_000)], length_ms=116_000), is_fully_watched([(0, 113_999)], length_ms=116_000)
    (True, False)
    """
    return sum(high - low for low, high in missing_ranges(ranges, length_ms=length_ms)) <= UNWATCHED_MS
