"""How far a diagnostic campaign has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from assessment.campaigns import campaigns_of
from assessment.models import Campaign, Sitting
from assessment.terms import SittingState
from core.access import Actor
from core.people import Organisation, Person, Post
from learning.reports.roster import is_teacher


@dataclass(frozen=True)
class Progress:
    """A window: whom it asks, who has finished and who is in the middle."""

    campaign: Campaign
    organisation: Organisation
    n_asked: int
    n_done: int
    n_under_way: int

    @property
    def ratio(self) -> float:
        return self.n_done / self.n_asked if self.n_asked else 0.0


def campaign_progress(session: Session, actor: Actor) -> Sequence[Progress]:
    """The windows the actor sees, newest first. A sitting taken for the window counts."""
    found = campaigns_of(session, actor)
    figures = _figures(session, [campaign.id for campaign, _organisation in found])
    return [Progress(campaign, organisation, *figures.get(campaign.id, (0, 0, 0))) for campaign, organisation in found]


def _figures(session: Session, campaign_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    home, top = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            Campaign.id, func.count(Person.id.distinct()),
            func.count(Person.id.distinct()).filter(Sitting.state != SittingState.OPEN),
            func.count(Person.id.distinct()).filter(Sitting.state == SittingState.OPEN),
        )
        .join(top, top.id == Campaign.organisation_id)
        .join(home, home.path.startswith(top.path))
        .join(Post, and_(Post.organisation_id == home.id, Post.ended_on.is_(None)))
        .join(Person, and_(Person.id == Post.person_id, is_teacher()))
        .outerjoin(Sitting, and_(Sitting.person_id == Person.id, Sitting.campaign_id == Campaign.id))
        .where(Campaign.id.in_(campaign_ids))
        .group_by(Campaign.id)
    )  # fmt: skip
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
