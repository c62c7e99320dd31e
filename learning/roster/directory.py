"""Finding people and places inside one's own subtree."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from core.access import READERS, Actor, Grant, Role, organisations_within, people_within
from core.people import CareerStage, Organisation, OrganisationLevel, Person, Post

PAGE_SIZE = 30


@dataclass(frozen=True)
class PeopleQuery:
    """What the reader of the list asked for."""

    words: str = ""
    organisation_id: int | None = None
    stage: CareerStage | None = None
    role: Role | None = None
    only_inactive: bool = False
    page: int = 1


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, each with where they work."""

    rows: Sequence[tuple[Person, Organisation]]
    n_found: int
    page: int
    n_pages: int


@dataclass(frozen=True)
class PlaceRow:
    """A place below another, with what lies in it."""

    place: Organisation
    n_people: int
    n_places: int


def find_people(session: Session, actor: Actor, query: PeopleQuery) -> PeoplePage:
    """People inside the actor's subtree, in the order of their names' pinyin."""
    wanted = _matching(actor, query)
    n_found = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    n_pages = max(1, -(-n_found // PAGE_SIZE))
    page = min(max(1, query.page), n_pages)
    rows = session.execute(
        wanted.order_by(Person.name_sort, Person.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )  # fmt: skip
    return PeoplePage([(person, place) for person, place in rows], n_found, page, n_pages)


def _matching(actor: Actor, query: PeopleQuery) -> Select[Person, Organisation]:
    wanted = (
        select(Person, Organisation)
        .join(Post, Post.person_id == Person.id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Post.ended_on.is_(None), people_within(actor, *READERS), Person.is_active != query.only_inactive)
    )
    if query.organisation_id is not None:
        top = select(Organisation.path).where(Organisation.id == query.organisation_id).scalar_subquery()
        wanted = wanted.where(Organisation.path.startswith(top))
    if query.stage is not None:
        wanted = wanted.where(Person.stage == query.stage)
    if query.role is not None:
        wanted = wanted.where(
            exists().where(Grant.person_id == Person.id, Grant.role == query.role, Grant.revoked_at.is_(None))
        )
    words = unicodedata.normalize("NFKC", query.words).strip()
    return wanted.where(_named(words)) if words else wanted


def _named(words: str) -> ColumnElement[bool]:
    """A part of the name, the start of its pinyin, its first letters, or the start of the staff number."""
    bare = words.lower().replace(" ", "")
    return or_(
        Person.name.contains(words, autoescape=True),
        func.replace(Person.name_sort, " ", "").startswith(bare, autoescape=True),
        Person.name_sort.endswith(" " + bare, autoescape=True),
        func.lower(Person.staff_no).startswith(words.lower(), autoescape=True),
    )


def tops_of(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The tops of the actor's subtrees, none below another."""
    paths = actor.paths(*READERS)
    tops = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    return session.scalars(select(Organisation).where(Organisation.path.in_(tops)).order_by(Organisation.path)).all()


def places_within(session: Session, actor: Actor, *roles: Role) -> Sequence[Organisation]:
    """Every open place of the actor's subtree, in the order of the tree."""
    return session.scalars(
        select(Organisation)
        .where(organisations_within(actor, *roles), Organisation.closed_on.is_(None))
        .order_by(Organisation.path)
    ).all()


def offices_within(session: Session, actor: Actor) -> Sequence[Organisation]:
    """Places above schools in the actor's subtree: few enough to choose from in a list."""
    return session.scalars(
        select(Organisation)
        .where(organisations_within(actor, *READERS), Organisation.level != OrganisationLevel.SCHOOL)
        .order_by(Organisation.path)
    ).all()


def place_names(session: Session, person_ids: Sequence[int]) -> Mapping[int, str]:
    """Where each of these people works now, by name."""
    found: dict[int, str] = {}
    for start in range(0, len(person_ids), 500):
        rows = session.execute(
            select(Post.person_id, Organisation.name)
            .join(Organisation, Organisation.id == Post.organisation_id)
            .where(Post.person_id.in_(person_ids[start : start + 500]), Post.ended_on.is_(None))
        )
        found.update({row.person_id: row.name for row in rows})
    return found


def children_of(session: Session, place: Organisation) -> list[PlaceRow]:
    """The places right below, each with how many people work in it and how many places lie in it."""
    places = session.scalars(
        select(Organisation).where(Organisation.parent_id == place.id).order_by(Organisation.level, Organisation.code)
    ).all()
    n_people = _n_people_below(session, place)
    paths = session.scalars(
        select(Organisation.path).where(Organisation.path.startswith(place.path, autoescape=True))
    ).all()  # fmt: skip
    return [
        PlaceRow(
            child,
            sum(n for path, n in n_people.items() if path.startswith(child.path)),
            sum(1 for path in paths if path.startswith(child.path)) - 1,
        )
        for child in places
    ]


def _n_people_below(session: Session, place: Organisation) -> Mapping[str, int]:
    counted = session.execute(
        select(Organisation.path, func.count(Post.id))
        .join(Post, Post.organisation_id == Organisation.id)
        .join(Person, Person.id == Post.person_id)
        .where(Post.ended_on.is_(None), Person.is_active)
        .where(Organisation.path.startswith(place.path, autoescape=True))
        .group_by(Organisation.path)
    )
    return {row.path: row[1] for row in counted}
