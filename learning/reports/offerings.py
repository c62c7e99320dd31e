"""Face-to-face offerings of a place with their seats."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.access import READERS, Actor, organisations_within
from core.people import Organisation
from learning.study.models import Meeting, Offering
from learning.study.offerings import seats_left


@dataclass(frozen=True)
class OfferingRow:
    """An offering and how many of its seats are free."""

    offering: Offering
    n_left: int

    @property
    def n_taken(self) -> int:
        return self.offering.n_seats - self.n_left


def offerings_within(session: Session, actor: Actor) -> Sequence[OfferingRow]:
    """Offerings for the people of the places the actor sees, the latest first."""
    found = session.scalars(
        select(Offering)
        .join(Organisation, Organisation.id == Offering.organisation_id)
        .where(organisations_within(actor, *READERS))
        .options(
            selectinload(Offering.course), selectinload(Offering.organisation),
            selectinload(Offering.meetings).selectinload(Meeting.module),
        )
        .order_by(Offering.starts_on.desc(), Offering.id.desc())
    ).all()  # fmt: skip
    left = seats_left(session, [offering.id for offering in found])
    return [OfferingRow(offering, left[offering.id]) for offering in found]
