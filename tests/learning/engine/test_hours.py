"""Units out of seconds: nothing lost, nothing gained, whatever the modules' lengths."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.engine.hours import Piece, carried_seconds, n_units, units_of, within_day_cap

DAY = date(2026, 3, 2)
PIECES = st.lists(
    st.builds(Piece, st.integers(0, 12_000), st.dates(DAY, DAY + timedelta(9)), st.booleans()), max_size=12
)


@given(PIECES)
def test_whole_units_and_what_is_carried_make_up_all_the_time(pieces: list[Piece]) -> None:
    assert 2700 * len(units_of(pieces)) + carried_seconds(pieces) == sum(piece.seconds for piece in pieces)


@given(PIECES)
def test_practice_units_are_the_rounded_share_of_practice_seconds(pieces: list[Piece]) -> None:
    units = units_of(pieces)
    practice = sum(piece.seconds for piece in pieces if piece.is_practice)
    n_practice = sum(unit.is_practice for unit in units)
    assert abs(2700 * n_practice - practice) <= 2700 + carried_seconds(pieces)
    if all(piece.is_practice for piece in pieces):
        assert n_practice == len(units)
    if practice == 0:
        assert n_practice == 0


@given(PIECES, PIECES)
def test_later_modules_change_nothing_about_earlier_units(first: list[Piece], later: list[Piece]) -> None:
    assert units_of([*first, *later])[: len(units_of(first))] == units_of(first)


@given(PIECES, st.integers(1, 8))
def test_no_day_holds_more_than_its_cap(pieces: list[Piece], cap: int) -> None:
    kept = within_day_cap(units_of(pieces), {DAY: 1}, cap)
    for day in {unit.on for unit in kept}:
        assert sum(unit.on == day for unit in kept) + (day == DAY) <= cap


def test_a_unit_belongs_to_the_day_on_which_it_became_whole() -> None:
    pieces = [Piece(2000, DAY, False), Piece(3400, DAY + timedelta(1), False)]
    assert [unit.on for unit in units_of(pieces)] == [DAY + timedelta(1)] * 2


def test_negative_time_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="never negative"):
        n_units(-1)
