"""What the diagnostic says of a place, and never of too few people; made-up sittings that replay."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.calibration import provisional_release
from assessment.campaigns import campaigns_of, get_campaign_within, open_campaign
from assessment.designs import ensure_designs
from assessment.estimates import find_profiles
from assessment.models import Estimate
from assessment.rehearsal import Rehearsed, rehearse_sittings
from assessment.replay import replay
from assessment.reports import campaign_progress, need_of
from assessment.sittings import leave, start_sitting
from content.terms import Domain
from core.access import Role, give_role
from core.errors import Invalid, NotAllowed, NotFound
from core.people import Organisation, Person, SchoolLevel, move_post

pytestmark = pytest.mark.usefixtures("bank")


def staff(session: Session, place: Organisation, n: int, now: datetime) -> list[Person]:
    people = [
        Person(
            staff_no=f"{place.code}-{number}",
            name="某老师",
            name_sort="x",
            school_level=SchoolLevel.PRIMARY,
            joined_at=now,
        )
        for number in range(n)
    ]
    session.add_all(people)
    session.flush()
    for person in people:
        move_post(session, person, place, on=now.date())
        give_role(session, person.id, Role.TEACHER, place, by=None, now=now)
    return people


def measure(session: Session, people: list[Person], ability: float, *, at: datetime, seed: int) -> list[int]:
    ensure_designs(session, now=at)
    provisional_release(session, now=at)
    abilities = dict.fromkeys(Domain, ability)
    made = [Rehearsed(person.id, at, abilities, seed + number) for number, person in enumerate(people)]
    return rehearse_sittings(session, SchoolLevel.PRIMARY, made)


def test_made_up_sittings_replay_like_real_ones(session: Session, world, now: datetime) -> None:
    for sitting_id in measure(session, staff(session, world.school, 6, now), 0.4, at=now, seed=5):
        assert replay(session, sitting_id).is_faithful


def test_the_need_of_a_unit_is_the_mean_of_its_peoples_latest_estimates(session: Session, world, now: datetime) -> None:
    people = staff(session, world.school, 12, now)
    measure(session, people, -1.5, at=now - timedelta(days=90), seed=1)
    latest = measure(session, people, 1.0, at=now, seed=2)
    expected = {
        domain: np.mean(session.scalars(
            select(Estimate.eap_logits).where(Estimate.domain == domain, Estimate.sitting_id.in_(latest))
        ).all())
        for domain in Domain
    }  # fmt: skip
    unit = next(row for row in need_of(session, world.county).units if row.organisation_id == world.school.id)
    for domain in Domain:
        cell = unit.by_domain[domain]
        assert cell is not None
        assert (cell.n_people, cell.mean_logits) == (12, pytest.approx(expected[domain]))


@pytest.mark.parametrize(("n", "is_shown"), [(9, False), (10, True)])
def test_a_cell_of_fewer_than_ten_people_is_withheld(
    session: Session, world, now: datetime, n: int, is_shown: bool
) -> None:
    measure(session, staff(session, world.school, n, now), 0.0, at=now, seed=1)
    shown = need_of(session, world.county)
    assert all((cell is not None) == is_shown for cell in shown.whole.by_domain.values())


def test_a_small_unit_cannot_be_had_by_subtracting_the_others_from_the_whole(
    session: Session, world, now: datetime
) -> None:
    measure(session, staff(session, world.school, 15, now), 0.0, at=now, seed=1)
    measure(session, staff(session, world.other_school, 4, now), 0.0, at=now, seed=100)
    shown = need_of(session, world.county)
    assert shown.whole.by_domain[Domain.ETHICS] is not None
    assert [row.by_domain[Domain.ETHICS] for row in shown.units] == [None, None]


def test_a_place_hears_nothing_of_people_elsewhere(session: Session, world, now: datetime) -> None:
    measure(session, staff(session, world.foreign_school, 12, now), 0.0, at=now, seed=1)
    assert all(cell is None for cell in need_of(session, world.county).whole.by_domain.values())


def test_campaign_progress_counts_teachers_asked_begun_and_ended(session: Session, world, now: datetime) -> None:
    by = world.actor(session, world.administrator)
    campaign = open_campaign(
        session, world.county, "秋季诊断", opens_at=now, closes_at=now + timedelta(days=9), by=by, now=now
    )
    start_sitting(session, world.teacher.id, now=now)
    leave(session, world.teacher.id, now=now)
    start_sitting(session, world.colleague.id, now=now)
    progress = campaign_progress(session, campaign, world.county)
    # teachers of the county: the teacher and the mentor at one school, the colleague at the other
    assert (progress.whole.n_invited, progress.whole.n_started, progress.whole.n_closed) == (3, 2, 1)
    counts = {row.name: (row.n_invited, row.n_started, row.n_closed) for row in progress.units}
    assert counts == {"青屏县第一小学": (2, 1, 1), "青屏县河湾小学": (1, 1, 0)}


def test_an_administrator_opens_and_sees_campaigns_of_the_own_subtree_only(
    session: Session, world, now: datetime
) -> None:
    by, foreign = (world.actor(session, one) for one in (world.administrator, world.foreign_administrator))
    window = {"opens_at": now, "closes_at": now + timedelta(days=1), "now": now}
    campaign = open_campaign(session, world.county, "本县", by=by, **window)
    with pytest.raises(NotAllowed):
        open_campaign(session, world.foreign_county, "邻县", by=by, **window)
    assert [one.id for one, _ in campaigns_of(session, by)] == [campaign.id]
    assert campaigns_of(session, foreign) == []
    with pytest.raises(NotFound):
        get_campaign_within(session, foreign, campaign.id)
    with pytest.raises(Invalid):
        open_campaign(session, world.county, "倒着", by=by, opens_at=now, closes_at=now, now=now)


def test_made_up_people_are_measured_near_their_known_ability(session: Session, world, now: datetime) -> None:
    people = staff(session, world.school, 40, now)
    measure(session, people, 1.0, at=now, seed=9)
    found = find_profiles(session, [person.id for person in people])
    means = [np.mean([estimate.eap_logits for estimate in one.by_domain.values()]) for one in found.values()]
    assert np.mean(means) == pytest.approx(0.75, abs=0.2)  # an EAP is drawn towards the mean of all
