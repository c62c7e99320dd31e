"""Profiles and growth."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from assessment.estimates import (
    DomainEstimate,
    Profile,
    find_profile,
    find_profiles,
    get_own_profile,
    growth,
    profiles_of,
    standing_of,
)
from assessment.models import Sitting
from assessment.sittings import leave, start_sitting
from assessment.terms import Standing
from content.terms import Domain
from core.errors import NotFound


def profile(eap: float, sd: float, *, is_measured: bool = True) -> Profile:
    estimate = DomainEstimate(eap, sd, eap - sd, eap + sd, 5 if is_measured else 2, is_measured)
    return Profile(1, datetime(2026, 1, 1, tzinfo=UTC), {Domain.TEACHING: estimate})


@pytest.mark.parametrize(
    ("logits", "standing"),
    [
        (-3.0, "starting"),
        (-1.81, "starting"),
        (-1.8, "developing"),
        (0.0, "capable"),
        (0.6, "proficient"),
        (2.5, "leading"),
    ],
)
def test_five_level_descriptors_share_the_scale(logits: float, standing: str) -> None:
    assert standing_of(logits) is Standing(standing)


def test_growth_is_flagged_only_beyond_measurement_error() -> None:
    # Jacobson and Truax: difference / sqrt(sd1^2 + sd2^2); 0.5 / 0.5 = 1.0 and 1.0 / 0.5 = 2.0 against 1.96
    small = growth(profile(0.0, 0.3), profile(0.5, 0.4))[Domain.TEACHING]
    large = growth(profile(0.0, 0.3), profile(1.0, 0.4))[Domain.TEACHING]
    fall = growth(profile(1.0, 0.3), profile(0.0, 0.4))[Domain.TEACHING]
    assert (small.z, small.is_reliable) == (pytest.approx(1.0), False)
    assert (large.z, large.is_reliable) == (pytest.approx(2.0), True)
    assert (fall.change_logits, fall.is_reliable) == (-1.0, True)


def test_growth_speaks_only_of_domains_that_both_sittings_measured() -> None:
    assert growth(profile(0.0, 0.3, is_measured=False), profile(1.0, 0.4)) == {}


@pytest.mark.usefixtures("bank")
def test_a_short_sitting_does_not_hide_the_complete_profile_before_it(
    session: Session, world, sit: Callable[..., Sitting], answer, right_answer, now: datetime
) -> None:
    complete = sit(world.teacher.id, right_answer, now=now)
    later = now + timedelta(days=40)
    short = start_sitting(session, world.teacher.id, now=later)
    answer(short, right_answer, now=later)
    leave(session, world.teacher.id, now=later)
    found = find_profile(session, world.teacher.id)
    assert found is not None
    assert found.sitting_id == complete.id
    assert [one.sitting_id for one in profiles_of(session, world.teacher.id)] == [complete.id, short.id]
    assert find_profiles(session, [world.teacher.id, world.colleague.id]) == {world.teacher.id: found}


@pytest.mark.usefixtures("bank")
def test_a_result_belongs_to_its_person_alone_and_exists_only_once_ended(
    session: Session, world, now: datetime
) -> None:
    sitting = start_sitting(session, world.teacher.id, now=now)
    with pytest.raises(NotFound):
        get_own_profile(session, sitting.id, person_id=world.teacher.id)
    leave(session, world.teacher.id, now=now)
    assert get_own_profile(session, sitting.id, person_id=world.teacher.id).sitting_id == sitting.id
    with pytest.raises(NotFound):
        get_own_profile(session, sitting.id, person_id=world.colleague.id)
