"""Scope, grants and sessions: nobody exists outside one's own subtree."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import (
    Credential,
    Grant,
    Role,
    check_outranks,
    end_sessions,
    get_organisation_within,
    get_person_within,
    give_role,
    keep_password,
    revoke_role,
)
from core.errors import NotAllowed, NotFound
from tests.conftest import World


def test_a_person_outside_the_subtree_does_not_exist(session: Session, world: World) -> None:
    admin = world.actor(session, world.administrator)
    assert get_person_within(session, admin, world.teacher.id, Role.ADMINISTRATOR) is world.teacher
    for stranger in (world.foreign_teacher.id, 999_999):
        with pytest.raises(NotFound, match="person_not_found"):
            get_person_within(session, admin, stranger, Role.ADMINISTRATOR)


def test_a_role_reaches_only_as_itself(session: Session, world: World) -> None:
    auditor = world.actor(session, world.auditor)
    assert get_organisation_within(session, auditor, world.school.id, Role.AUDITOR) is world.school
    with pytest.raises(NotFound):
        get_organisation_within(session, auditor, world.school.id, Role.ADMINISTRATOR)


def test_a_revoked_role_reaches_nothing(session: Session, world: World, now: datetime) -> None:
    grant = session.scalars(select(Grant).where(Grant.person_id == world.administrator.id)).one()
    revoke_role(session, grant, now=now)
    with pytest.raises(NotFound):
        get_person_within(
            session, world.actor(session, world.administrator), world.teacher.id, Role.ADMINISTRATOR
        )  # fmt: skip


def test_giving_a_role_twice_keeps_one_grant(session: Session, world: World, now: datetime) -> None:
    first = give_role(session, world.teacher.id, Role.MENTOR, world.school, by=None, now=now)
    assert give_role(session, world.teacher.id, Role.MENTOR, world.school, by=None, now=now) is first


def test_an_actor_gives_no_role_beyond_their_subtree(session: Session, world: World, now: datetime) -> None:
    with pytest.raises(NotAllowed, match="role_outside_own_subtree"):
        give_role(
            session, world.teacher.id, Role.ADMINISTRATOR, world.city,
            by=world.actor(session, world.administrator), now=now,
        )  # fmt: skip


def test_a_wider_role_puts_an_account_out_of_reach(session: Session, world: World, now: datetime) -> None:
    school_admin = world.actor(session, world.school_administrator)
    check_outranks(session, school_admin, world.mentor.id)
    give_role(session, world.mentor.id, Role.EDITOR, world.county, by=None, now=now)
    with pytest.raises(NotAllowed, match="person_holds_wider_role"):
        check_outranks(session, school_admin, world.mentor.id)
    check_outranks(session, world.actor(session, world.administrator), world.mentor.id)


def test_a_new_password_and_a_sign_out_everywhere_both_end_sessions(
    session: Session, world: World, now: datetime
) -> None:
    assert end_sessions(session, world.teacher.id) is None
    assert keep_password(session, world.teacher.id, "a", must_change=True, now=now).epoch == 1
    assert keep_password(session, world.teacher.id, "b", must_change=False, now=now).epoch == 2
    assert end_sessions(session, world.teacher.id) is not None
    assert session.get_one(Credential, world.teacher.id).epoch == 3
