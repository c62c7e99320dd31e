import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.terms import Domain
from core.access import Role, give_role
from core.audit import AuditEntry
from core.errors import Invalid, NotAllowed
from core.people import CareerStage
from recommender.targets import all_targets, set_targets, targets_of
from tests.conftest import NOW, World

WANTED = {(CareerStage.NOVICE, Domain.ETHICS): 0.0}


def provincial(session: Session, world: World):  # type: ignore[no-untyped-def]
    give_role(session, world.editor.id, Role.ADMINISTRATOR, world.province, by=None, now=NOW)
    return world.actor(session, world.editor)


def test_targets_rise_with_the_stage_from_half_a_logit_below_the_middle(session: Session) -> None:
    by_stage = [all_targets(session)[stage][Domain.DIGITAL] for stage in CareerStage]
    assert by_stage == [-0.5, 0.0, 0.5, 1.0, 1.5]


def test_somebody_without_a_stage_is_measured_against_the_middle_one(session: Session) -> None:
    assert targets_of(session, None) == targets_of(session, CareerStage.QUALIFIED)


def test_a_province_sets_targets_and_the_change_is_on_record(session: Session, world: World) -> None:
    assert set_targets(session, WANTED, by=provincial(session, world), now=NOW) == 1
    assert targets_of(session, CareerStage.NOVICE)[Domain.ETHICS] == 0.0
    assert targets_of(session, CareerStage.NOVICE)[Domain.DIGITAL] == -0.5
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "targets.set")).one()
    assert entry.detail["changes"] == [{"stage": "novice", "domain": "ethics", "from": -0.5, "to": 0.0}]


def test_setting_what_already_holds_changes_nothing(session: Session, world: World) -> None:
    actor = provincial(session, world)
    set_targets(session, WANTED, by=actor, now=NOW)
    assert set_targets(session, WANTED, by=actor, now=NOW) == 0
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "targets.set")).all()) == 1


def test_a_county_cannot_set_targets(session: Session, world: World) -> None:
    with pytest.raises(NotAllowed, match="targets_are_set_by_the_province"):
        set_targets(session, WANTED, by=world.actor(session, world.administrator), now=NOW)


def test_a_target_off_the_scale_is_refused(session: Session, world: World) -> None:
    with pytest.raises(Invalid, match="target_out_of_range"):
        set_targets(session, {(CareerStage.EXPERT, Domain.ETHICS): 3.5}, by=provincial(session, world), now=NOW)
