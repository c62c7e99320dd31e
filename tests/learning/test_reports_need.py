"""The map of competence: right figures, and none that stands for, or gives away, fewer people than allowed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from content.terms import Domain
from core.access import Role
from core.people import CareerStage, Organisation
from learning.engine.disclosure import Place, counts, publishable
from learning.reports.need import need_map
from tests.conftest import World, make_person
from tests.learning.mentoring.building import sit


def _people(session: Session, organisation: Organisation, n: int, logits: float, now: datetime) -> None:
    for place in range(n):
        person = make_person(
            session,
            f"{organisation.code}-{place}",
            f"师{place}",
            organisation,
            Role.TEACHER,
            stage=CareerStage.QUALIFIED,
        )
        sit(session, person, logits, at=now)


def _shown(session: Session, organisation: Organisation, min_cell: int = 10) -> Mapping[str, int | None]:
    found = need_map(session, organisation, min_cell=min_cell)
    cells = {row.organisation.code: row.cells[Domain.TEACHING] for row in (found.total, *found.units)}
    return {code: cell and cell.n_people for code, cell in cells.items()}


def test_a_cell_is_the_mean_and_the_share_below_the_target_of_the_persons_stage(
    session: Session, world: World, now: datetime
) -> None:
    _people(session, world.school, 6, 0.0, now)  # below 0.5, the shipped target of a qualified teacher
    _people(session, world.other_school, 10, 1.0, now)
    novice = make_person(session, "N1", "新", world.school, Role.TEACHER, stage=CareerStage.NOVICE)
    sit(session, novice, 0.0, at=now)  # above -0.5, the shipped target of a novice
    _people(session, world.county, 3, 1.0, now)
    cell = need_map(session, world.county, min_cell=10).total.cells[Domain.TEACHING]
    assert cell is not None
    assert cell.n_people == 20
    assert cell.mean_logits == pytest.approx(13 / 20)
    assert cell.below_ratio == pytest.approx(6 / 20)


def test_a_unit_of_fewer_than_ten_is_withheld_and_so_is_the_one_that_would_give_it_away(
    session: Session, world: World, now: datetime
) -> None:
    _people(session, world.school, 9, 0.0, now)
    _people(session, world.other_school, 12, 0.0, now)
    assert _shown(session, world.county) == {"X1": 21, "S1": None, "S2": None}


def test_ten_people_are_enough(session: Session, world: World, now: datetime) -> None:
    _people(session, world.school, 10, 0.0, now)
    _people(session, world.other_school, 12, 0.0, now)
    assert _shown(session, world.county) == {"X1": 22, "S1": 10, "S2": 12}


def test_a_page_below_does_not_give_away_what_the_page_above_withholds(
    session: Session, world: World, now: datetime
) -> None:
    _people(session, world.foreign_school, 4, 0.0, now)
    _people(session, world.school, 11, 0.0, now)
    _people(session, world.other_school, 12, 0.0, now)
    assert _shown(session, world.city) == {"C": 27, "X1": None, "X2": None}
    assert _shown(session, world.county) == {"X1": None, "S1": None, "S2": 12}  # else 27 - 11 - 12 = 4


def test_only_the_result_that_stands_for_a_person_counts(session: Session, world: World, now: datetime) -> None:
    _people(session, world.school, 10, 0.0, now)
    person = world.teacher
    sit(session, person, 1.0, at=now - timedelta(days=9))
    sit(session, person, {Domain.TEACHING: -3.0}, at=now - timedelta(days=3))  # complete in itself: one domain
    cell = need_map(session, world.county, min_cell=10).total.cells[Domain.TEACHING]
    assert cell is not None
    assert cell.mean_logits == pytest.approx(-3.0 / 11)


def test_nobody_measured_is_an_empty_map(session: Session, world: World) -> None:
    assert need_map(session, world.county, min_cell=10).is_empty


@st.composite
def trees(draw: st.DrawFn) -> list[Place]:
    n_places = draw(st.integers(1, 14))
    parents = [None, *(draw(st.integers(0, place - 1)) for place in range(1, n_places))]
    return [Place(key, parent, draw(st.integers(0, 25))) for key, parent in enumerate(parents)]


@given(trees(), st.integers(2, 12))
@settings(max_examples=200, deadline=None)
def test_no_sum_or_difference_of_shown_figures_stands_for_too_few(places: list[Place], min_cell: int) -> None:
    """By brute force: every signed sum of up to four shown places that is a group of people is large enough."""
    shown = sorted(publishable(places, min_cell=min_cell))
    inside = {place.key: _below(places, place.key) for place in places}
    own = {place.key: place.n_own for place in places}
    for size in range(1, min(4, len(shown)) + 1):
        for chosen in combinations(shown, size):
            whole, *parts = sorted(chosen, key=lambda key: -len(inside[key]))
            left = set(inside[whole])
            for part in parts:
                left = left - inside[part] if inside[part] <= left else set()
            n_people = sum(own[key] for key in left)
            assert n_people == 0 or n_people >= min_cell


@given(trees())
@settings(max_examples=50, deadline=None)
def test_with_room_for_all_everything_is_shown(places: list[Place]) -> None:
    assert publishable(places, min_cell=1) == {key for key, n in counts(places).items() if n >= 1}


def _below(places: list[Place], key: int) -> frozenset[int]:
    found = {key}
    for place in places:  # parents stand before their children
        if place.parent in found:
            found.add(place.key)
    return frozenset(found)
