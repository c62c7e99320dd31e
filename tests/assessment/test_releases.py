"""Parameters: from experts and marked so, until a calibration is linked to the scale."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.calibration import apply_release, get_release, provisional_release
from assessment.engine.calibration import CalibratedItem
from assessment.models import ItemParameter, Release
from assessment.releases import mean_sigma
from content.models import Item
from content.terms import ItemState
from core.audit import AuditEntry
from core.errors import Conflict, NotFound


def parameters(session: Session, release: Release) -> dict[str, ItemParameter]:
    rows = session.scalars(select(ItemParameter).where(ItemParameter.release_id == release.id))
    return {row.item.code: row for row in rows}


def calibrated(items: list[Item], n: int, *, scale: float = 1.0, shift: float = 0.0) -> list[CalibratedItem]:
    """Calibrations of the first n items whose difficulties follow the expert levels on another scale."""
    return [
        CalibratedItem(item.code, 1.5, scale * 0.8 * (item.expert_level - 3) + shift, 0.0, 0.1, 0.2, 500)
        for item in items[:n]
    ]


@pytest.mark.parametrize(("level", "difficulty"), [(1, -1.6), (2, -0.8), (3, 0.0), (4, 0.8), (5, 1.6)])
def test_an_expert_level_becomes_a_difficulty_and_the_release_says_provisional(
    session: Session, bank: list[Item], now: datetime, level: int, difficulty: float
) -> None:
    release = provisional_release(session, now=now)
    assert release.is_provisional
    code = next(item.code for item in bank if item.expert_level == level)
    row = parameters(session, release)[code]
    assert (row.slope, row.n_answers, row.slope_se) == (1.2, 0, None)
    assert row.boundaries == pytest.approx([difficulty])


def test_the_release_in_force_stays_until_an_item_needs_other_parameters(
    session: Session, bank: list[Item], now: datetime
) -> None:
    bank[0].state = ItemState.DRAFT
    first = provisional_release(session, now=now)
    assert provisional_release(session, now=now) is first
    bank[1].state = ItemState.RETIRED
    assert provisional_release(session, now=now) is first
    bank[0].state = ItemState.OPERATIONAL
    second = provisional_release(session, now=now)
    bank[0].expert_level = 1 + bank[0].expert_level % 5
    third = provisional_release(session, now=now)
    assert len({first.id, second.id, third.id}) == 3
    assert get_release(session) is third


def test_a_bank_without_items_in_use_has_no_release(session: Session, now: datetime) -> None:
    with pytest.raises(Conflict):
        provisional_release(session, now=now)
    with pytest.raises(NotFound):
        get_release(session)


def test_mean_and_sigma_take_one_scale_to_the_other() -> None:
    # by hand: sd 2 against sd 1, mean 3 against mean 0
    assert mean_sigma([-1.0, 1.0], [1.0, 5.0]) == (2.0, 3.0)


def test_a_calibration_is_put_on_the_present_scale(session: Session, bank: list[Item], world, now: datetime) -> None:
    provisional_release(session, now=now)
    by = world.actor(session, world.administrator)
    release = apply_release(session, calibrated(bank, 40, scale=0.5, shift=-1.0), by=by, now=now)
    rows = parameters(session, release)
    for item in bank[:40]:
        assert rows[item.code].boundaries == pytest.approx([0.8 * (item.expert_level - 3)])
        assert rows[item.code].slope == pytest.approx(0.75)
        assert rows[item.code].boundary_se == pytest.approx(0.4)
    assert rows[bank[50].code].slope == 1.2
    assert session.scalars(select(AuditEntry.action)).all() == ["release.apply"]


def test_a_calibration_linked_to_expert_levels_stays_provisional(
    session: Session, bank: list[Item], now: datetime
) -> None:
    provisional_release(session, now=now)
    assert apply_release(session, calibrated(bank, len(bank)), by=None, now=now).is_provisional


def test_a_calibration_of_all_items_linked_to_calibrated_ones_is_not_provisional(
    session: Session, bank: list[Item], now: datetime
) -> None:
    provisional_release(session, now=now)
    apply_release(session, calibrated(bank, len(bank)), by=None, now=now)
    assert not apply_release(session, calibrated(bank, len(bank), shift=0.3), by=None, now=now).is_provisional


def test_a_calibration_without_common_items_is_refused(session: Session, bank: list[Item], now: datetime) -> None:
    present = provisional_release(session, now=now)
    with pytest.raises(Conflict, match="calibration_not_anchored"):
        apply_release(session, calibrated(bank, 9), by=None, now=now)
    assert get_release(session) is present


def test_calibrated_items_keep_their_parameters_when_new_items_come_into_use(
    session: Session, bank: list[Item], now: datetime
) -> None:
    bank[-1].state = ItemState.DRAFT
    provisional_release(session, now=now)
    linked = parameters(session, apply_release(session, calibrated(bank, 40), by=None, now=now))
    bank[-1].state = ItemState.OPERATIONAL
    rows = parameters(session, provisional_release(session, now=now))
    assert rows[bank[0].code].n_answers == 500
    assert rows[bank[0].code].boundaries == linked[bank[0].code].boundaries
    assert rows[bank[-1].code].n_answers == 0
