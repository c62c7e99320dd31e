"""What an administrator does to one account: roles, leave, return, the end of all sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import audit
from core.access import (
    Actor,
    Grant,
    Role,
    check_outranks,
    end_sessions,
    get_organisation_within,
    give_role,
    revoke_role,
)
from core.errors import Invalid, NotAllowed, NotFound
from core.people import (
    Organisation,
    OrganisationLevel,
    Person,
    ancestors_of,
    found_organisation,
    workplace,
)


def grants_of(session: Session, person_id: int) -> Sequence[Grant]:
    """Every role a person holds or held, those held now first."""
    return session.scalars(
        select(Grant).where(Grant.person_id == person_id).options(joinedload(Grant.organisation))
        .order_by(Grant.revoked_at.is_not(None), Grant.id.desc())
    ).all()  # fmt: skip


def places_for_roles(session: Session, actor: Actor, person: Person) -> Sequence[Organisation]:
    """Where the actor may give this person a role: their workplace and the offices above it, inside own subtree."""
    place = workplace(session, person.id)
    above = ancestors_of(session, place) if place is not None else ()
    return [office for office in above if actor.may_act_at(office.path, Role.ADMINISTRATOR)]


def appoint(
    session: Session, person: Person, role: Role, *, organisation_id: int, by: Actor, now: datetime
) -> Grant:  # fmt: skip
    """Give a role at a place inside the actor's own subtree."""
    if person.id == by.person_id:
        raise NotAllowed("own_role")
    place = get_organisation_within(session, by, organisation_id, Role.ADMINISTRATOR)
    grant = give_role(session, person.id, role, place, by=by, now=now)
    audit.record(
        session, "role.give", actor=by, subject_kind="person", subject_id=person.id, now=now,
        organisation_id=place.id, role=role.value, place=place.name,
    )  # fmt: skip
    return grant


def dismiss(session: Session, person: Person, grant_id: int, *, by: Actor, now: datetime) -> None:
    """Revoke a role the person holds inside the actor's own subtree."""
    if person.id == by.person_id:
        raise NotAllowed("own_role")
    grant = session.scalar(select(Grant).where(Grant.id == grant_id, Grant.person_id == person.id))
    if grant is None:
        raise NotFound("grant_not_found", id=grant_id)
    if not by.may_act_at(grant.organisation.path, Role.ADMINISTRATOR):
        raise NotAllowed("person_holds_wider_role", role=grant.role)
    revoke_role(session, grant, now=now)
    audit.record(
        session, "role.revoke", actor=by, subject_kind="person", subject_id=person.id, now=now,
        organisation_id=grant.organisation_id, role=grant.role.value, place=grant.organisation.name,
    )  # fmt: skip


def deactivate(session: Session, person: Person, *, by: Actor, now: datetime) -> None:
    """Close an account: it can no longer sign in, and what was earned stays."""
    if person.id == by.person_id:
        raise NotAllowed("own_account")
    check_outranks(session, by, person.id)
    if person.is_active:
        person.is_active = False
        end_sessions(session, person.id)
        audit.record(session, "person.deactivate", actor=by, subject_kind="person", subject_id=person.id, now=now)


def reactivate(session: Session, person: Person, *, by: Actor, now: datetime) -> None:
    """Open a closed account again."""
    check_outranks(session, by, person.id)
    if not person.is_active:
        person.is_active = True
        session.flush()
        audit.record(session, "person.reactivate", actor=by, subject_kind="person", subject_id=person.id, now=now)


def sign_out_everywhere(session: Session, person: Person, *, by: Actor, now: datetime) -> None:
    """End every session of a person, for instance after a lost telephone."""
    if person.id != by.person_id:
        check_outranks(session, by, person.id)
    end_sessions(session, person.id)
    audit.record(session, "sessions.end", actor=by, subject_kind="person", subject_id=person.id, now=now)


def found_place(
    session: Session, parent: Organisation, *, code: str, name: str, level: OrganisationLevel, is_rural: bool,
    by: Actor, now: datetime,
) -> Organisation:  # fmt: skip
    """Add a place below one inside the actor's own subtree."""
    if not by.may_act_at(parent.path, Role.ADMINISTRATOR):
        raise NotFound("organisation_not_found", id=parent.id)
    if session.scalar(select(Organisation.id).where(Organisation.code == code)) is not None:
        raise Invalid("place_code_taken", code=code)
    place = found_organisation(session, code=code, name=name, level=level, parent=parent, is_rural=is_rural)
    audit.record(
        session, "organisation.found", actor=by, subject_kind="organisation", subject_id=place.id, now=now,
        organisation_id=place.id, code=code, name=name,
    )  # fmt: skip
    return place
