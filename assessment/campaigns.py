"""Windows in which the people of a place are asked to take the diagnostic."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from assessment.models import Campaign, Sitting
from core.access import Actor, Role, organisations_within
from core.audit import record
from core.errors import Invalid, NotAllowed, NotFound
from core.people import Organisation, workplace


def open_campaign(
    session: Session, organisation: Organisation, title: str, *,
    opens_at: datetime, closes_at: datetime, by: Actor, now: datetime,
) -> Campaign:  # fmt: skip
    """Ask everybody at and below a place to take the diagnostic between two moments."""
    if not by.may_act_at(organisation.path, Role.ADMINISTRATOR):
        raise NotAllowed("campaign_outside_own_subtree", organisation=organisation.name)
    if not title.strip():
        raise Invalid("campaign_needs_title")
    if closes_at <= opens_at or closes_at <= now:
        raise Invalid("campaign_closes_too_early")
    campaign = Campaign(
        title=title.strip(), organisation_id=organisation.id, opens_at=opens_at, closes_at=closes_at,
        created_by=by.person_id,
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    record(
        session, "campaign.open", actor=by, subject_kind="campaign", subject_id=campaign.id, now=now,
        organisation_id=organisation.id, opens_at=opens_at.isoformat(), closes_at=closes_at.isoformat(),
    )  # fmt: skip
    return campaign


def campaigns_of(session: Session, actor: Actor) -> Sequence[tuple[Campaign, Organisation]]:
    """The campaigns of the places an administrator or auditor sees, newest first."""
    found = session.execute(
        select(Campaign, Organisation).join(Organisation, Organisation.id == Campaign.organisation_id)
        .where(organisations_within(actor, Role.ADMINISTRATOR, Role.AUDITOR))
        .order_by(Campaign.opens_at.desc(), Campaign.id.desc())
    )  # fmt: skip
    return [(campaign, organisation) for campaign, organisation in found]


def find_asking(session: Session, person_id: int, *, now: datetime) -> Campaign | None:
    """The open campaign, soonest to close, that asks this person and that they have not begun."""
    place = workplace(session, person_id)
    if place is None:
        return None
    above = [int(part) for part in place.path.strip("/").split("/")]
    return session.scalar(
        select(Campaign)
        .where(
            Campaign.organisation_id.in_(above), Campaign.opens_at <= now, Campaign.closes_at > now,
            ~exists().where(Sitting.campaign_id == Campaign.id, Sitting.person_id == person_id),
        )
        .order_by(Campaign.closes_at, Campaign.id).limit(1)
    )  # fmt: skip


def get_asking(session: Session, person_id: int, campaign_id: int, *, now: datetime) -> Campaign:
    """A campaign that is open now and reaches this person, or NotFound."""
    place = workplace(session, person_id)
    path = place.path if place else ""
    found = session.scalar(
        select(Campaign).join(Organisation, Organisation.id == Campaign.organisation_id)
        .where(
            Campaign.id == campaign_id, Campaign.opens_at <= now, Campaign.closes_at > now,
            func.substr(path, 1, func.length(Organisation.path)) == Organisation.path,
        )
    )  # fmt: skip
    if found is None:
        raise NotFound("campaign_not_found", id=campaign_id)
    return found
