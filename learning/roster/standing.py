"""What stands in the database for the people of a workbook, gathered in a few queries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Grant, Role, organisations_within
from core.people import Organisation, Person, Post
from learning.roster.reading import Draft

T = TypeVar("T")
CHUNK = 500
LOST_ZEROS = 4  # leading zeros a spreadsheet may have taken from a staff number


@dataclass
class Standing:
    """People, places, posts and roles as they are before the workbook."""

    places: dict[str, Organisation] = field(default_factory=dict)  # inside the actor's reach only
    people: dict[str, Person] = field(default_factory=dict)  # by staff number in lower case
    posts: dict[int, Post] = field(default_factory=dict)
    place_of: dict[int, Organisation] = field(default_factory=dict)  # person -> organisation of the open post
    grants: dict[int, list[Grant]] = field(default_factory=dict)
    email_holders: dict[str, int] = field(default_factory=dict)

    def find_person(self, draft: Draft) -> Person | None:
        """The person the draft's staff number names."""
        return self.people.get(draft.staff_no.lower())

    def find_zero_twin(self, staff_no: str) -> str | None:
        """A known staff number that is this one with leading zeros."""
        twins = (staff_no.lower().zfill(len(staff_no) + more) for more in range(1, LOST_ZEROS + 1))
        return next((self.people[twin].staff_no for twin in twins if twin in self.people), None)


def gather(session: Session, drafts: Sequence[Draft], *, by: Actor | None) -> Standing:
    """Look up all that the drafts name; ``by`` None is the command line, which reaches everywhere."""
    standing = Standing()
    within = organisations_within(by, Role.ADMINISTRATOR) if by is not None else Organisation.id.is_not(None)
    for codes in _chunks({draft.school_code for draft in drafts}):
        for place in session.scalars(
            select(Organisation).where(Organisation.code.in_(codes), Organisation.closed_on.is_(None), within)
        ):
            standing.places[place.code] = place
    wanted = {draft.staff_no.lower() for draft in drafts}
    twins = {no.zfill(len(no) + more) for no in wanted if no.isdigit() for more in range(1, LOST_ZEROS + 1)}
    for numbers in _chunks(wanted | twins):
        for person in session.scalars(select(Person).where(func.lower(Person.staff_no).in_(numbers))):
            standing.people[person.staff_no.lower()] = person
    for emails in _chunks({draft.email for draft in drafts if draft.email}):
        rows = session.execute(select(Person.email, Person.id).where(func.lower(Person.email).in_(emails)))
        standing.email_holders.update({str(email).lower(): person_id for email, person_id in rows})
    _gather_work(session, standing)
    return standing


def _gather_work(session: Session, standing: Standing) -> None:
    for ids in _chunks({person.id for person in standing.people.values()}):
        for post, place in session.execute(
            select(Post, Organisation)
            .join(Organisation, Organisation.id == Post.organisation_id)
            .where(Post.person_id.in_(ids), Post.ended_on.is_(None))
        ):
            standing.posts[post.person_id] = post
            standing.place_of[post.person_id] = place
        for grant in session.scalars(
            select(Grant).where(Grant.person_id.in_(ids), Grant.revoked_at.is_(None)).order_by(Grant.id)
        ):
            standing.grants.setdefault(grant.person_id, []).append(grant)


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    ordered = sorted(values, key=str)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))
