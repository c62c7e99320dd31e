"""The rule profile that progress of the year is held against on desks and in reports."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.credit.models import RuleProfile

COUNTED_UNDER = "CN-HENAN"


@dataclass(frozen=True)
class Yardstick:
    """A profile's id and the hours a year it asks for, in hundredths; None where it asks for none."""

    profile_id: int | None
    name: str
    year_min_hundredths: int | None


def yardstick(session: Session, code: str = COUNTED_UNDER) -> Yardstick:
    """The active version of the profile; an empty yardstick when no rules are loaded yet."""
    row = session.execute(
        select(RuleProfile.id, RuleProfile.name, RuleProfile.spec).where(
            RuleProfile.code == code, RuleProfile.is_active
        )
    ).one_or_none()
    if row is None:
        return Yardstick(None, "", None)
    minimum = row.spec.get("min_year")
    return Yardstick(row.id, row.name, None if minimum is None else round(100 * minimum))
