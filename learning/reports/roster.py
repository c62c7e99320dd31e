"""The people a report is about: teachers in service at or below a place, and which unit of it they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from core.access import READERS, Actor, Grant, Role, get_organisation_within, organisations_within
from core.people import Organisation, OrganisationLevel, Person, Post, ancestors_of


@dataclass(frozen=True)
class Place:
    """Where a report stands: the organisation, the way down to it inside the reader's reach, and its units."""

    organisation: Organisation
    trail: Sequence[Organisation]
    units: Sequence[Organisation]


def tops_of(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The highest places the actor administers or audits, widest first."""
    found = session.scalars(
        select(Organisation).where(Organisation.path.in_(actor.paths(*READERS))).order_by(Organisation.path)
    ).all()
    return [one for one in found if not any(one.path != top.path and one.path.startswith(top.path) for top in found)]


def get_place(session: Session, actor: Actor, organisation_id: int | None) -> Place:
    """A place inside the actor's reach (by default the widest), or NotFound."""
    top = organisation_id or next((one.id for one in tops_of(session, actor)), 0)
    organisation = get_organisation_within(session, actor, top, *READERS)
    reach = actor.paths(*READERS)
    trail = [one for one in ancestors_of(session, organisation) if one.path.startswith(reach)]
    return Place(organisation, trail, units_of(session, organisation))


def units_of(session: Session, organisation: Organisation) -> Sequence[Organisation]:
    """The places directly below, in the order of their codes."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.parent_id == organisation.id, Organisation.closed_on.is_(None))
        .order_by(Organisation.level == OrganisationLevel.PROVIDER, Organisation.code)
    ).all()


def is_teacher() -> ColumnElement[bool]:
    """Condition on Person: an active teacher."""
    grant = aliased(Grant)
    held = select(grant.id).where(grant.person_id == Person.id, grant.role == Role.TEACHER, grant.revoked_at.is_(None))
    return and_(Person.is_active, exists(held.correlate(Person)))


def roster(organisation: Organisation) -> CTE:
    """Teachers in service at or below the place: person_id, stage, home_id (their workplace), unit_id."""
    home, unit = aliased(Organisation), aliased(Organisation)
    homes = (
        select(home.id.label("home_id"), unit.id.label("unit_id"))
        .outerjoin(unit, and_(unit.parent_id == organisation.id, home.path.startswith(unit.path)))
        .where(home.path.startswith(organisation.path, autoescape=True))
        .cte("homes")
    )
    return (
        select(Person.id.label("person_id"), Person.stage, homes.c.home_id, homes.c.unit_id)
        .join(Post, and_(Post.person_id == Person.id, Post.ended_on.is_(None)))
        .join(homes, homes.c.home_id == Post.organisation_id)
        .where(is_teacher())
        .cte("roster")
    )


def places_within(session: Session, actor: Actor, *levels: OrganisationLevel) -> Sequence[Organisation]:
    """Places the actor administers, of the levels asked for (all when none), for a form."""
    wanted = [organisations_within(actor, Role.ADMINISTRATOR), Organisation.closed_on.is_(None)]
    if levels:
        wanted.append(Organisation.level.in_(levels))
    return session.scalars(select(Organisation).where(*wanted).order_by(Organisation.path)).all()
