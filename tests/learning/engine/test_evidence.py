"""Properties of measured time that hold whatever a browser sends."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.engine.evidence import (
    Stretch,
    accept_beat,
    accept_range,
    counted_seconds,
    covered_ms,
    is_fully_watched,
    missing_ranges,
    union,
)

NINE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
RANGES = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=12)


@given(RANGES)
def test_the_union_covers_exactly_the_points_of_its_ranges(ranges: list[tuple[int, int]]) -> None:
    points = {point for low, high in ranges for point in range(low, high)}
    merged = union(ranges)
    assert {point for low, high in merged for point in range(low, high)} == points
    assert covered_ms(ranges) == len(points)
    assert all(before[1] < after[0] for before, after in pairwise(merged))


@given(RANGES)
def test_what_was_played_and_what_is_missing_make_the_whole_film(ranges: list[tuple[int, int]]) -> None:
    inside = [(low, min(high, 300)) for low, high in ranges]
    missing = missing_ranges(inside, length_ms=300)
    assert covered_ms(inside) + covered_ms(missing) == 300
    assert covered_ms([*inside, *missing]) == 300


@given(st.integers(-5_000, 200_000), st.integers(0, 10**7))
def test_a_beat_never_adds_more_than_was_claimed_or_passed_or_a_minute(waited_ms: int, claimed_ms: int) -> None:
    now = NINE + timedelta(milliseconds=waited_ms)
    stretch = accept_beat(last_at=NINE, claimed_ms=claimed_ms, now=now)
    if stretch is None:
        assert min(waited_ms, claimed_ms) < 1
    else:
        assert stretch.length_ms <= min(waited_ms, claimed_ms, 60_000)
        assert stretch.to_at == now
        assert stretch.from_at >= NINE


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(-10, 10**6)), max_size=30))
def test_beats_in_a_row_never_overlap_so_their_sum_is_their_union(beats: list[tuple[int, int]]) -> None:
    last_at, kept = NINE, []
    for waited, claimed_ms in beats:
        now = last_at + timedelta(seconds=waited)
        stretch = accept_beat(last_at=last_at, claimed_ms=claimed_ms, now=now)
        kept += [stretch] if stretch else []
        last_at = now
    assert counted_seconds(kept, cap_seconds=10**6) == sum(s.length_ms for s in kept) // 1000


@given(st.integers(-100, 10**6), st.integers(-100, 10**6), st.integers(1, 60_000))
def test_a_film_never_runs_faster_than_one_and_a_half(from_ms: int, to_ms: int, wall_ms: int) -> None:
    stretch = Stretch(NINE, NINE + timedelta(milliseconds=wall_ms))
    played = accept_range(stretch, from_ms=from_ms, to_ms=to_ms, length_ms=116_000)
    if played is not None:
        low, high = played
        assert 0 <= low < high <= 116_000
        assert high - low <= wall_ms * 3 / 2
        assert low >= from_ms
        assert high <= to_ms


@pytest.mark.parametrize(("seconds", "units"), [(2699, 0), (2700, 1), (5400, 2)])
def test_the_unit_is_forty_five_minutes_and_less_is_ignored(seconds: int, units: int) -> None:
    counted = counted_seconds([Stretch(NINE, NINE + timedelta(seconds=seconds))], cap_seconds=9000)
    assert counted // 2700 == units


def test_more_than_the_limit_was_watched_and_the_limit_counts() -> None:
    # limit 16 hour units, 18 watched: 16 counted
    assert counted_seconds([Stretch(NINE, NINE + timedelta(seconds=18 * 2700))], cap_seconds=16 * 2700) == 16 * 2700


def test_a_film_with_holes_of_more_than_two_seconds_together_was_not_watched_in_full() -> None:
    assert is_fully_watched([(1000, 60_000), (61_000, 116_000)], length_ms=116_000)
    assert not is_fully_watched([(1000, 60_000), (61_001, 116_000)], length_ms=116_000)
    assert not is_fully_watched([], length_ms=116_000)
