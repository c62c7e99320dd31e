"""Years, cycles, conversions and what is still missing."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.engine.credit_rules import (
    CreditRules,
    CycleKind,
    YearKind,
    credit_steps,
    cycle_of,
    is_practice_enough,
    rate_for,
    short_practice_units,
    year_of,
)

HALF = Fraction(1, 2)


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)))
def test_every_day_lies_in_its_cycle_and_cycles_leave_no_gap(on: date) -> None:
    rules = CreditRules("X")
    starts, ends = cycle_of(on, rules)
    assert starts <= on <= ends
    assert cycle_of(date.fromordinal(ends.toordinal() + 1), rules)[0].toordinal() == ends.toordinal() + 1


@pytest.mark.parametrize(
    ("on", "starts", "ends"),
    [
        (date(2026, 8, 31), date(2021, 9, 1), date(2026, 8, 31)),
        (date(2026, 9, 1), date(2026, 9, 1), date(2031, 8, 31)),
    ],
)
def test_a_personal_cycle_runs_from_the_day_a_person_began_to_teach(on: date, starts: date, ends: date) -> None:
    rules = CreditRules("X", cycle_kind=CycleKind.PERSONAL)
    assert cycle_of(on, rules, date(2011, 9, 1)) == (starts, ends)


def test_a_personal_cycle_from_a_leap_day_ends_on_the_day_before_the_28th() -> None:
    rules = CreditRules("X", cycle_kind=CycleKind.PERSONAL)
    assert cycle_of(date(2024, 3, 1), rules, date(2020, 2, 29)) == (date(2020, 2, 29), date(2025, 2, 27))


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)), st.sampled_from(YearKind))
def test_every_day_lies_in_its_year(on: date, kind: YearKind) -> None:
    starts, ends = year_of(on, CreditRules("X", year_kind=kind))
    assert starts <= on <= ends
    assert (ends - starts).days in (364, 365)


@given(st.integers(0, 200), st.fractions(Fraction(1, 40), 3))
def test_credit_of_single_units_adds_up_to_the_exact_sum_rounded_down(n: int, rate: Fraction) -> None:
    steps = credit_steps(CreditRules("X", rates={"online": rate}), "online", [False] * n)
    assert sum(steps) == int(100 * n * rate)


def test_an_eighth_of_a_credit_an_hour_loses_nothing_to_rounding() -> None:
    assert credit_steps(CreditRules("X", rates={"f2f": Fraction(1, 8)}), "f2f", [False] * 8) == [12, 13] * 4


def test_practice_is_converted_by_its_own_rate_where_there_is_one() -> None:
    rules = CreditRules("X", rates={"training": Fraction(1, 10), "practice": Fraction(1, 20)})
    assert rate_for(rules, "f2f", is_practice=False) == Fraction(1, 10)
    assert rate_for(rules, "f2f", is_practice=True) == Fraction(1, 20)


def test_a_kind_of_study_without_a_rate_gives_hours_but_no_credit() -> None:
    assert credit_steps(CreditRules("X", rates={"f2f": Fraction(1, 10)}), "school_based", [False, True]) == [0, 0]


@pytest.mark.parametrize(
    ("total", "practice", "short", "expected"),
    [(0, 0, 72, 36), (4000, 2000, 32, 16), (7200, 3600, 0, 0), (6000, 2900, 0, 1), (1000, 1000, 10, 0)],
)
def test_practice_hours_still_needed(total: int, practice: int, short: int, expected: int) -> None:
    assert short_practice_units(total, practice, HALF, short) == expected


def test_without_hours_no_practice_share_is_missed() -> None:
    assert is_practice_enough(None, HALF)
