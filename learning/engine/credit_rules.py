"""What a credit profile asks for, and whether an account meets it. Amounts are integer hundredths; rates are fractions.

A figure that policy does not give (or that nobody has confirmed) is None: it is no rule, and it is shown as
"not set".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil, lcm
from typing import Any

from learning.terms import Standing


class YearKind(StrEnum):
    """Which twelve months a yearly minimum is counted over."""

    CALENDAR = "calendar"
    SCHOOL = "school"


class CycleKind(StrEnum):
    """Whether cycles are the same for all (2021-2025, ...) or run from the day a person began to teach."""

    FIXED = "fixed"
    PERSONAL = "personal"


class Measure(StrEnum):
    """What a minimum is counted in."""

    HOURS = "hours"
    CREDIT = "credit"


@dataclass(frozen=True)
class CreditRules:
    """One authority's rules, resolved: what it does not say was inherited, what nobody confirmed is None."""

    code: str
    measure: Measure = Measure.HOURS
    cycle_years: int = 5
    cycle_kind: CycleKind = CycleKind.FIXED
    cycle_first_year: int = 2021
    year_kind: YearKind = YearKind.CALENDAR
    min_cycle_hundredths: int | None = None
    min_year_hundredths: int | None = None
    is_min_year_strict: bool = True
    practice_share_min: Fraction | None = None
    hours_per_f2f_day: int | None = 8
    rates: Mapping[str, Fraction] | None = None  # kind of study -> credit per hour
    class_cap_hundredths: int | None = None  # most credit one face-to-face class can give
    absence_limit: Fraction | None = None
    topics: Sequence[str] = field(default=())


def rules_of(spec: Mapping[str, Any]) -> CreditRules:
    """Rules as a profile's stored document keeps them."""
    rates = spec["rates"]
    share, absence = spec["practice_share_min"], spec["absence_limit"]
    return CreditRules(
        code=spec["code"],
        measure=Measure(spec["measure"]),
        cycle_years=spec["cycle_years"],
        cycle_kind=CycleKind(spec["cycle_kind"]),
        cycle_first_year=spec["cycle_first_year"],
        year_kind=YearKind(spec["year_kind"]),
        min_cycle_hundredths=spec["min_cycle_hundredths"],
        min_year_hundredths=spec["min_year_hundredths"],
        is_min_year_strict=spec["is_min_year_strict"],
        practice_share_min=None if share is None else Fraction(share),
        hours_per_f2f_day=spec["hours_per_f2f_day"],
        rates=None if rates is None else {kind: Fraction(rate) for kind, rate in rates.items()},
        class_cap_hundredths=spec["class_cap_hundredths"],
        absence_limit=None if absence is None else Fraction(absence),
        topics=tuple(spec["topics"]),
    )


def standing(hundredths: int, minimum_hundredths: int | None, *, is_strict: bool = True) -> Standing:
    """Where an amount stands against a minimum; a minimum "in principle" (原则上) warns and does not fail.

    Examples
    --------
    >>> standing(35900, 36000).value, standing(36000, 36000).value, standing(7100, 7200, is_strict=False).value
    ('not_met', 'met', 'warning')
    """
    if minimum_hundredths is None:
        return Standing.NOT_SET
    if hundredths >= minimum_hundredths:
        return Standing.MET
    return Standing.NOT_MET if is_strict else Standing.WARNING


def practice_ratio(practice_hundredths: int, total_hundredths: int) -> Fraction | None:
    """Share of practice in the hours; None while there are no hours."""
    return Fraction(practice_hundredths, total_hundredths) if total_hundredths else None


def course_practice_ratio(are_practice: Iterable[bool]) -> Fraction | None:
    """Share of practice by number of courses, shown beside the share by hours."""
    flags = list(are_practice)
    return Fraction(sum(flags), len(flags)) if flags else None


def is_practice_enough(ratio: Fraction | None, minimum: Fraction | None) -> bool:
    """Whether a practice share reaches its minimum, inclusive; without a minimum or hours nothing is asked.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> is_practice_enough(Fraction(30, 60), half), is_practice_enough(Fraction(29, 60), half)
    (True, False)
    """
    return minimum is None or ratio is None or ratio >= minimum


def short_practice_units(total_hundredths: int, practice_hundredths: int, minimum: Fraction | None, short: int) -> int:
    """How many of the hours still to come must be practice, so that the share holds when ``short`` units more are done."""
    if minimum is None:
        return 0
    needed = minimum * (total_hundredths + 100 * short) - practice_hundredths
    return max(0, ceil(needed / 100))


def cycle_of(on: date, rules: CreditRules, began_on: date | None = None) -> tuple[date, date]:
    """First and last day of the cycle a day lies in.

    Examples
    --------
    >>> cycle_of(date(2026, 11, 16), CreditRules("CN-DEFAULT"))
    (datetime.date(2026, 1, 1), datetime.date(2030, 12, 31))
    """
    first = date(rules.cycle_first_year, 1, 1)
    if rules.cycle_kind is CycleKind.PERSONAL and began_on is not None:
        first = began_on
    n_done = (on.year - first.year - ((on.month, on.day) < (first.month, first.day))) // rules.cycle_years
    starts = years_after(first, n_done * rules.cycle_years)
    return starts, _day_before(years_after(first, (n_done + 1) * rules.cycle_years))


def year_of(on: date, rules: CreditRules) -> tuple[date, date]:
    """First and last day of the year a day is counted in.

    Examples
    --------
    >>> year_of(date(2026, 3, 1), CreditRules("X", year_kind=YearKind.SCHOOL))
    (datetime.date(2025, 9, 1), datetime.date(2026, 8, 31))
    """
    if rules.year_kind is YearKind.CALENDAR:
        return date(on.year, 1, 1), date(on.year, 12, 31)
    first = on.year if on.month >= 9 else on.year - 1
    return date(first, 9, 1), date(first + 1, 8, 31)


def years_after(day: date, n_years: int) -> date:
    """The same calendar day some years later; 29 February becomes the 28th in a common year."""
    try:
        return day.replace(year=day.year + n_years)
    except ValueError:
        return day.replace(year=day.year + n_years, day=28)


def rate_for(rules: CreditRules, mode: str, *, is_practice: bool) -> Fraction | None:
    """Credit per hour for a kind of study: practice first, then the mode, then what the profile says of the rest."""
    if rules.rates is None:
        return None
    rest = "training" if mode == "f2f" else "non_f2f"
    asked = (*(("practice",) if is_practice else ()), mode, rest, "any")
    return next((rules.rates[kind] for kind in asked if kind in rules.rates), None)


def credit_steps(rules: CreditRules, mode: str, are_practice: Iterable[bool]) -> list[int]:
    """Credit in hundredths of each unit in turn, rounded so that the running sum is the exact one rounded down.

    Eight hours at 1/8 give 1.00 in all, as 12 + 13 + 12 + 13 + ...; the cap of one face-to-face class holds.
    """
    rates = {flag: rate_for(rules, mode, is_practice=flag) or Fraction(0) for flag in (False, True)}
    parts = lcm(*(rate.denominator for rate in rates.values()))  # counted in whole parts: exact, and fast
    gains = {flag: rate.numerator * (parts // rate.denominator) for flag, rate in rates.items()}
    cap = rules.class_cap_hundredths if mode == "f2f" else None
    exact, given, steps = 0, 0, []
    for is_practice in are_practice:
        exact += gains[is_practice]
        due = 100 * exact // parts
        due = due if cap is None else min(due, cap)
        steps.append(due - given)
        given = due
    return steps


def is_credit_forfeited(missed_periods: int, all_periods: int, limit: Fraction | None) -> bool:
    """Whether absence takes all credit of a class away: from the limit on, inclusive.

    Examples
    --------
    >>> is_credit_forfeited(8, 40, Fraction(1, 5)), is_credit_forfeited(7, 40, Fraction(1, 5))
    (True, False)
    """
    return limit is not None and all_periods > 0 and Fraction(missed_periods, all_periods) >= limit


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
