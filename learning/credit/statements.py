"""Statements: a person's account under one profile, by year and by cycle, held against what the profile asks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from content.terms import ContentFamily, DeliveryMode, MandatoryTopic
from core.people import get_person
from learning.credit.accounts import Line, amount_in, are_practice_courses, closed_topics, hours_in, lines_of
from learning.credit.profiles import STATEMENT_PROFILE, get_profile, rules_in
from learning.engine.credit_rules import (
    CreditRules,
    Measure,
    course_practice_ratio,
    cycle_of,
    is_practice_enough,
    practice_ratio,
    short_practice_units,
    standing,
    year_of,
)
from learning.terms import Standing


@dataclass(frozen=True)
class Statement:
    """One account on one day. Amounts are hundredths of what the profile counts in; ratios run from 0 to 1.

    ``by_mode``, ``by_family`` and ``by_month`` (keyed by the first of the month) are of the year;
    ``practice_ratio`` and ``topics`` are of the cycle. ``short_units`` are the hours the year still needs
    (the cycle, where the profile sets no yearly minimum), ``short_practice_units`` how many of the hours to
    come must be practice. ``warnings`` name what is below its minimum: year, cycle, practice, topics.
    """

    person_id: int
    profile_code: str
    profile_version: int
    profile_name: str
    measure: Measure
    on: date
    year_from: date
    year_to: date
    year_hundredths: int
    year_min_hundredths: int | None
    year_standing: Standing
    cycle_from: date
    cycle_to: date
    cycle_hundredths: int
    cycle_min_hundredths: int | None
    cycle_standing: Standing
    practice_ratio: float | None
    practice_min_ratio: float | None
    practice_course_ratio: float | None
    credit_hundredths: int | None
    by_mode: Mapping[DeliveryMode, int]
    by_family: Mapping[ContentFamily, int]
    by_month: Mapping[date, int]
    topics: Mapping[MandatoryTopic, bool]
    short_units: int
    short_practice_units: int
    warnings: Sequence[str]

    @property
    def n_topics_done(self) -> int:
        return sum(self.topics.values())


def statement_of(session: Session, person_id: int, *, on: date, profile_code: str = STATEMENT_PROFILE) -> Statement:
    """A person's statement as of a day: hours that belong to later days are not in it."""
    profile = get_profile(session, profile_code)
    rules = rules_in(profile)
    year_from, year_to = year_of(on, rules)
    cycle_from, cycle_to = cycle_of(on, rules, get_person(session, person_id).teaching_since)
    lines = lines_of(session, person_id, profile_code, since=min(year_from, cycle_from), until=on)
    year = [line for line in lines if line.earned_on >= year_from]
    cycle = [line for line in lines if line.earned_on >= cycle_from]
    year_amount, cycle_amount = amount_in(year, rules), amount_in(cycle, rules)
    hours, practice = hours_in(cycle), hours_in(line for line in cycle if line.is_practice)
    ratio = practice_ratio(practice, hours)
    short = _short_units(year_amount, cycle_amount, rules)
    closed = closed_topics(session, person_id, profile_code, since=cycle_from, until=on)
    topics = {MandatoryTopic(topic): topic in closed for topic in rules.topics}
    stands = (
        standing(year_amount, rules.min_year_hundredths, is_strict=rules.is_min_year_strict),
        standing(cycle_amount, rules.min_cycle_hundredths),
    )
    return Statement(
        person_id=person_id, profile_code=profile.code, profile_version=profile.version, profile_name=profile.name,
        measure=rules.measure, on=on, year_from=year_from, year_to=year_to, year_hundredths=year_amount,
        year_min_hundredths=rules.min_year_hundredths, year_standing=stands[0], cycle_from=cycle_from,
        cycle_to=cycle_to, cycle_hundredths=cycle_amount, cycle_min_hundredths=rules.min_cycle_hundredths,
        cycle_standing=stands[1], practice_ratio=_as_float(ratio),
        practice_min_ratio=_as_float(rules.practice_share_min),
        practice_course_ratio=_as_float(course_practice_ratio(are_practice_courses(cycle))),
        credit_hundredths=None if rules.rates is None else sum(line.credit for line in cycle),
        by_mode=_by_mode(year), by_family=_by_family(year), by_month=_by_month(year, year_from), topics=topics,
        short_units=short,
        short_practice_units=short_practice_units(hours, practice, rules.practice_share_min, short),
        warnings=_warnings(
            stands, is_last_year=year_to >= cycle_to, has_practice=is_practice_enough(ratio, rules.practice_share_min),
            topics=topics,
        ),
    )  # fmt: skip


def _short_units(year: int, cycle: int, rules: CreditRules) -> int:
    """Whole units up to the yearly minimum, or up to the cycle's where there is no yearly one."""
    if rules.min_year_hundredths is not None:
        missing = rules.min_year_hundredths - year
    else:
        missing = (rules.min_cycle_hundredths or 0) - cycle
    return max(0, -(-missing // 100))


def _by_mode(lines: Sequence[Line]) -> dict[DeliveryMode, int]:
    return {mode: hours_in(line for line in lines if line.mode is mode) for mode in DeliveryMode}


def _by_family(lines: Sequence[Line]) -> dict[ContentFamily, int]:
    return {family: hours_in(line for line in lines if line.family is family) for family in ContentFamily}


def _by_month(lines: Sequence[Line], year_from: date) -> dict[date, int]:
    """All twelve months of the year, those without hours too."""
    counted: Counter[date] = Counter()
    for line in lines:
        counted[line.earned_on.replace(day=1)] += line.hours
    months = [(year_from.month - 1 + n, year_from.year) for n in range(12)]
    firsts = [date(year + month // 12, month % 12 + 1, 1) for month, year in months]
    return {first: counted[first] for first in firsts}


def _warnings(
    stands: Sequence[Standing], *, is_last_year: bool, has_practice: bool, topics: Mapping[MandatoryTopic, bool]
) -> tuple[str, ...]:
    """A cycle that has years to go is on its way, not behind."""
    below = (Standing.WARNING, Standing.NOT_MET)
    asked = {
        "year": stands[0] in below, "cycle": stands[1] in below and is_last_year, "practice": not has_practice,
        "topics": not all(topics.values()),
    }  # fmt: skip
    return tuple(name for name, is_short in asked.items() if is_short)


def _as_float(ratio: Fraction | None) -> float | None:
    return None if ratio is None else float(ratio)
