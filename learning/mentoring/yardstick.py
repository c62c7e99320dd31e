"""The rule profile that progress of the year is held against on desks and in reports."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learning.credit.models import LedgerEntry, RuleProfile
from learning.credit.profiles import STATEMENT_PROFILE, find_profile, rules_in


@dataclass(frozen=True)
class Yardstick:
    """A profile (all its versions: what was posted under an older one still counts) and what it asks for a year."""

    code: str
    name: str
    year_min_hundredths: int | None  # None: it asks for none, or no rules are loaded yet

    @property
    def counts(self) -> ColumnElement[bool]:
        """Condition on LedgerEntry: it was posted under some version of this profile."""
        return LedgerEntry.profile_id.in_(select(RuleProfile.id).where(RuleProfile.code == self.code))


def yardstick(session: Session, code: str = STATEMENT_PROFILE) -> Yardstick:
    """The profile in force; one that asks for nothing when no rules are loaded yet."""
    profile = find_profile(session, code)
    if profile is None:
        return Yardstick(code, "", None)
    return Yardstick(code, profile.name, rules_in(profile).min_year_hundredths)
