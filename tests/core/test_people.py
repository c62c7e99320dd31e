"""Places and posts: one record for life, one post at a time."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.people import OrganisationLevel, Post, ancestors_of, found_organisation, move_post, workplace
from tests.conftest import World


def test_moving_school_closes_one_post_the_day_before_and_opens_another(session: Session, world: World) -> None:
    move_post(session, world.teacher, world.foreign_school, on=date(2026, 9, 1))
    posts = session.scalars(select(Post).where(Post.person_id == world.teacher.id).order_by(Post.started_on)).all()
    assert [(post.started_on, post.ended_on) for post in posts] == [
        (date(2021, 9, 1), date(2026, 8, 31)),
        (date(2026, 9, 1), None),
    ]
    assert workplace(session, world.teacher.id) is world.foreign_school


def test_moving_to_where_one_is_changes_nothing(session: Session, world: World) -> None:
    move_post(session, world.teacher, world.school, on=date(2026, 9, 1))
    assert len(session.scalars(select(Post).where(Post.person_id == world.teacher.id)).all()) == 1


def test_a_new_post_cannot_begin_before_the_present_one(session: Session, world: World) -> None:
    with pytest.raises(Conflict, match="post_starts_before_the_open_one"):
        move_post(session, world.teacher, world.other_school, on=date(2021, 9, 1))


def test_the_path_of_a_place_names_its_ancestors(session: Session, world: World) -> None:
    assert [place.code for place in ancestors_of(session, world.school)] == ["N", "P", "C", "X1", "S1"]


def test_a_county_cannot_stand_below_a_school(session: Session, world: World) -> None:
    with pytest.raises(Invalid, match="organisation_level_order"):
        found_organisation(session, code="X9", name="县", level=OrganisationLevel.COUNTY, parent=world.school)
