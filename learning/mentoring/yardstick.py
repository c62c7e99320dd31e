"""The rule profile that progress of the year is held against on desks and in reports."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.profiles import STATEMENT_PROFILE, find_profile, rules_in
from learning.engine.credit_rules import CreditRules, cycle_of, year_of


@dataclass(frozen=True)
class Yardstick:
    """A profile (all its versions: what was posted under an older one still counts) and what it asks for a year."""

    name: str
    rules: CreditRules

    @property
    def year_min_hundredths(self) -> int | None:
        """Hours asked for a year; None where the profile asks for none, or no rules are loaded yet."""
        return self.rules.min_year_hundredths

    def year(self, on: date) -> tuple[date, date]:
        """First and last day of the year that a day is counted in."""
        return year_of(on, self.rules)

    def cycle_from(self, on: date) -> date:
        """First day of the five-year cycle, as for a person without one of their own."""
        return cycle_of(on, self.rules, None)[0]

    def counted(self, *, since: date, until: date) -> ColumnElement[bool]:
        """Condition on LedgerEntry: it stands in the account of this profile, in this span of days."""
        versions = select(RuleProfile.id).where(RuleProfile.code == self.rules.code)
        return LedgerEntry.profile_id.in_(versions) & LedgerEntry.earned_on.between(since, until)


def yardstick(session: Session) -> Yardstick:
    """The profile in force; one that asks for nothing when no rules are loaded yet."""
    profile = find_profile(session, STATEMENT_PROFILE)
    if profile is None:
        return Yardstick("", CreditRules(STATEMENT_PROFILE))
    return Yardstick(profile.name, rules_in(profile))
