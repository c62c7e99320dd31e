"""What an administrator may do to an account, and where it ends."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Credential, Grant, Role, find_actor, give_role, keep_password
from core.audit import AuditEntry
from core.errors import NotAllowed, NotFound
from learning.roster import duties
from learning.roster.own_data import own_data
from learning.roster.passwords import reset_password
from tests.conftest import World


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_role_is_given_and_revoked_and_both_are_on_record(session: Session, world: World, now: datetime) -> None:
    admin = world.actor(session, world.administrator)
    grant = duties.appoint(
        session, world.teacher, Role.MENTOR, organisation_id=world.school.id, by=admin, now=now
    )  # fmt: skip
    assert Role.MENTOR in world.actor(session, world.teacher).roles
    duties.dismiss(session, world.teacher, grant.id, by=admin, now=now)
    assert Role.MENTOR not in world.actor(session, world.teacher).roles
    assert actions(session) == ["role.give", "role.revoke"]


def test_no_role_is_given_outside_the_own_subtree(session: Session, world: World, now: datetime) -> None:
    admin = world.actor(session, world.school_administrator)
    with pytest.raises(NotFound):
        duties.appoint(
            session, world.teacher, Role.ADMINISTRATOR, organisation_id=world.county.id, by=admin, now=now
        )  # fmt: skip


def test_an_auditor_gives_no_roles(session: Session, world: World, now: datetime) -> None:
    auditor = world.actor(session, world.auditor)
    with pytest.raises(NotFound):
        duties.appoint(session, world.teacher, Role.MENTOR, organisation_id=world.school.id, by=auditor, now=now)


def test_nobody_changes_their_own_roles_or_closes_their_own_account(
    session: Session, world: World, now: datetime
) -> None:
    admin = world.actor(session, world.administrator)
    grant = session.scalars(select(Grant).where(Grant.person_id == world.administrator.id)).one()
    with pytest.raises(NotAllowed, match="own_role"):
        duties.dismiss(session, world.administrator, grant.id, by=admin, now=now)
    with pytest.raises(NotAllowed, match="own_account"):
        duties.deactivate(session, world.administrator, by=admin, now=now)
    with pytest.raises(NotAllowed, match="own_password_elsewhere"):
        reset_password(session, world.administrator, by=admin, hash_of=str.upper, now=now)


def test_somebody_with_a_wider_role_is_out_of_a_school_administrators_hands(
    session: Session, world: World, now: datetime
) -> None:
    give_role(session, world.teacher.id, Role.AUDITOR, world.county, by=None, now=now)
    admin = world.actor(session, world.school_administrator)
    for act in (duties.deactivate, duties.sign_out_everywhere):
        with pytest.raises(NotAllowed, match="person_holds_wider_role"):
            act(session, world.teacher, by=admin, now=now)
    with pytest.raises(NotAllowed, match="person_holds_wider_role"):
        reset_password(session, world.teacher, by=admin, hash_of=str.upper, now=now)
    reset_password(
        session, world.teacher, by=world.actor(session, world.administrator), hash_of=str.upper, now=now
    )  # fmt: skip


def test_a_one_time_password_ends_sessions_and_must_be_changed(session: Session, world: World, now: datetime) -> None:
    keep_password(session, world.teacher.id, "old", must_change=False, now=now)
    admin = world.actor(session, world.administrator)
    password = reset_password(session, world.teacher, by=admin, hash_of=str.upper, now=now)
    credential = session.get_one(Credential, world.teacher.id)
    assert (credential.password_hash, credential.must_change, credential.epoch) == (password.upper(), True, 2)
    entry = session.scalars(select(AuditEntry)).one()
    assert password not in str(entry.detail)


def test_a_closed_account_cannot_act_and_can_be_opened_again(session: Session, world: World, now: datetime) -> None:
    keep_password(session, world.teacher.id, "old", must_change=False, now=now)
    admin = world.actor(session, world.administrator)
    duties.deactivate(session, world.teacher, by=admin, now=now)
    assert find_actor(session, world.teacher.id) is None
    assert session.get_one(Credential, world.teacher.id).epoch == 2
    duties.deactivate(session, world.teacher, by=admin, now=now)
    duties.reactivate(session, world.teacher, by=admin, now=now)
    assert find_actor(session, world.teacher.id) is not None
    assert actions(session) == ["person.deactivate", "person.reactivate"]


def test_roles_may_be_given_at_the_workplace_and_above_inside_the_subtree(session: Session, world: World) -> None:
    offered = duties.places_for_roles(session, world.actor(session, world.administrator), world.teacher)
    assert [place.code for place in offered] == ["X1", "S1"]


def test_ones_own_data_holds_the_record_and_no_secret(session: Session, world: World, now: datetime) -> None:
    keep_password(session, world.teacher.id, "the-hash", must_change=False, now=now)
    data = own_data(session, world.teacher.id, now=now)
    assert data["person"]["staff_no"] == "T001"
    assert data["person"]["name"] == "林一"
    assert [row["organisation_id"] for row in data["records"]["post"]] == [world.school.id]
    assert [row["role"] for row in data["records"]["role_grant"]] == ["teacher"]
    assert "the-hash" not in str(data)
    assert "credential" not in data["records"]
