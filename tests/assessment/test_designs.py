"""Blueprints: one a school level, versioned, refused when nobody could follow them."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.designs import SHIPPED, active_design, ensure_designs, read_spec, revise_design, spec_of
from assessment.models import Design
from core.audit import AuditEntry
from core.errors import Invalid, NotFound
from core.people import SchoolLevel

PRIMARY = SHIPPED[SchoolLevel.PRIMARY]


def test_there_is_one_blueprint_for_each_school_level_however_often_they_are_ensured(
    session: Session, now: datetime
) -> None:
    ensure_designs(session, now=now)
    ensure_designs(session, now=now)
    codes = sorted(session.scalars(select(Design.code)))
    assert codes == ["DIAG-junior", "DIAG-kindergarten", "DIAG-primary", "DIAG-senior"]


def test_without_a_blueprint_nothing_is_found(session: Session) -> None:
    with pytest.raises(NotFound):
        active_design(session, SchoolLevel.PRIMARY)


def test_a_blueprint_comes_back_from_the_database_as_it_went_in(session: Session, now: datetime) -> None:
    ensure_designs(session, now=now)
    session.expire_all()
    assert spec_of(active_design(session, SchoolLevel.PRIMARY)) == PRIMARY
    assert read_spec(PRIMARY.as_document()) == PRIMARY


def test_a_revision_is_a_new_version_and_the_old_one_stays(session: Session, world, now: datetime) -> None:
    ensure_designs(session, now=now)
    by = world.actor(session, world.administrator)
    shorter = replace(PRIMARY, maximum_length=20)
    revised = revise_design(session, SchoolLevel.PRIMARY, shorter, by=by, now=now)
    assert (revised.version, spec_of(active_design(session, SchoolLevel.PRIMARY)).maximum_length) == (2, 20)
    assert revise_design(session, SchoolLevel.PRIMARY, shorter, by=by, now=now) is revised
    assert len(session.scalars(select(Design).where(Design.school_level == SchoolLevel.PRIMARY)).all()) == 2
    assert session.scalars(select(AuditEntry.action)).all() == ["design.revise"]


@pytest.mark.parametrize(
    "change",
    [
        {"maximum_length": 14},
        {"minimum_length": 16},
        {"target_sd_logits": 0.0},
        {"interval_ratio": 1.0},
        {"n_best": 0},
        {"domains": PRIMARY.domains + PRIMARY.domains[:1]},
        {"domains": ()},
    ],
    ids=str,
)
def test_a_blueprint_nobody_can_follow_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        replace(PRIMARY, **change)
