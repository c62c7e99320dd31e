"""Coverage and hours against the year's minimum, by unit of a place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, Subquery, case, func, select
from sqlalchemy.orm import Session

from core.people import Organisation
from learning.credit.accounts import net_hours
from learning.credit.models import LedgerEntry
from learning.mentoring.yardstick import Yardstick, yardstick
from learning.reports.roster import roster, units_of


@dataclass(frozen=True)
class Tally:
    """People of a place and what they reached this year. Covered: at least one hour counted and standing."""

    n_people: int = 0
    n_covered: int = 0
    n_met: int = 0
    hours_hundredths: int = 0

    @property
    def coverage_ratio(self) -> float:
        return self.n_covered / self.n_people if self.n_people else 0.0

    @property
    def mean_hundredths(self) -> int:
        return round(self.hours_hundredths / self.n_people) if self.n_people else 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.n_people + other.n_people, self.n_covered + other.n_covered, self.n_met + other.n_met,
            self.hours_hundredths + other.hours_hundredths,
        )  # fmt: skip


@dataclass(frozen=True)
class UnitTally:
    """One unit of a place; ``organisation`` None stands for people who work at the place itself."""

    organisation: Organisation | None
    tally: Tally


@dataclass(frozen=True)
class HoursReport:
    """A place and its units in one year, up to a day."""

    total: Tally
    units: Sequence[UnitTally]
    min_hundredths: int | None
    by_month: Sequence[tuple[date, int]]  # first of the month, hundredths


def hours_report(session: Session, organisation: Organisation, *, on: date) -> HoursReport:
    """Coverage and hours of the year that the profile counts, up to the day."""
    measure = yardstick(session)
    people = roster(organisation)
    earned = earned_by_person(measure, on)
    hours = func.coalesce(earned.c.hours_hundredths, 0)
    has_met = hours >= measure.year_min_hundredths if measure.year_min_hundredths is not None else hours > 0
    rows = session.execute(
        select(
            people.c.unit_id, func.count(), func.sum(case((hours > 0, 1), else_=0)),
            func.sum(case((has_met, 1), else_=0)), func.sum(hours),
        )
        .outerjoin(earned, earned.c.person_id == people.c.person_id)
        .group_by(people.c.unit_id)
    )  # fmt: skip
    tallies = {row[0]: Tally(*(int(figure) for figure in row[1:])) for row in rows}  # PostgreSQL sums into decimals
    units = [UnitTally(unit, tallies[unit.id]) for unit in units_of(session, organisation) if unit.id in tallies]
    if None in tallies and units:
        units.append(UnitTally(None, tallies[None]))
    return HoursReport(
        total=sum(tallies.values(), Tally()),
        units=units,
        min_hundredths=measure.year_min_hundredths,
        by_month=_by_month(session, people, measure, on),
    )


def earned_by_person(measure: Yardstick, on: date) -> Subquery:
    """Hours that count for each person in the year, reversals taken off: person_id, hours_hundredths."""
    return net_hours(measure.rules.code, since=measure.year(on)[0], until=on)


def _by_month(session: Session, people: CTE, measure: Yardstick, on: date) -> Sequence[tuple[date, int]]:
    first_day, _last_day = measure.year(on)
    rows = session.execute(
        select(LedgerEntry.earned_on, func.sum(LedgerEntry.hours_hundredths).label("hundredths"))
        .where(LedgerEntry.person_id.in_(select(people.c.person_id)), measure.counted(since=first_day, until=on))
        .group_by(LedgerEntry.earned_on)
    )
    found: Counter[int] = Counter()
    for row in rows:
        found[row.earned_on.month] += row.hundredths
    months = [divmod(first_day.month - 1 + place, 12) for place in range(12)]
    return [(date(first_day.year + years, month + 1, 1), found[month + 1]) for years, month in months]
