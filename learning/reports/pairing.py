"""Pairs of a place, and who could guide whom: the same school first, then the same subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import Actor, Grant, Role, get_person_within, organisations_within
from core.people import CareerStage, Organisation, Person, Post, Subject
from learning.mentoring.models import Pair
from learning.reports.roster import is_teacher

FULL_DESK = 10  # apprentices a backbone teacher leads in the provincial communities (50 to 100 over ten)
MOST_SHOWN = 30


@dataclass(frozen=True)
class PairRow:
    """A running pair as an administrator sees it."""

    pair_id: int
    mentor: str
    apprentice: str
    school: str
    stage: CareerStage | None
    started_on: date


@dataclass(frozen=True)
class Unpaired:
    """A teacher without a mentor."""

    person_id: int
    name: str
    school: str
    stage: CareerStage | None
    main_subject: Subject | None


@dataclass(frozen=True)
class Candidate:
    """Somebody who could guide a teacher, and why they come to mind."""

    person_id: int
    name: str
    school: str
    main_subject: Subject | None
    n_apprentices: int
    is_same_school: bool
    is_same_subject: bool


def pairs_within(session: Session, actor: Actor, *, on: date) -> Sequence[PairRow]:
    """Pairs that run on the day and whose apprentice works where the actor administers or audits."""
    mentor = aliased(Person)
    rows = session.execute(
        select(Pair.id, mentor.name, Person.name, Organisation.name, Person.stage, Pair.started_on)
        .join(Person, Person.id == Pair.apprentice_id)
        .join(mentor, mentor.id == Pair.mentor_id)
        .join(Post, and_(Post.person_id == Person.id, Post.ended_on.is_(None)))
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(organisations_within(actor, Role.ADMINISTRATOR, Role.AUDITOR), _runs(on))
        .order_by(mentor.name_sort, mentor.id, Person.name_sort, Person.id)
    )
    return [PairRow(*row) for row in rows]


def unpaired_within(session: Session, actor: Actor, *, on: date) -> Sequence[Unpaired]:
    """Novices and adapting teachers without a mentor, where the actor administers, newest in service first."""
    paired = select(Pair.apprentice_id).where(or_(Pair.ended_on.is_(None), Pair.ended_on >= on))
    rows = session.execute(
        select(Person.id, Person.name, Organisation.name, Person.stage, Person.main_subject)
        .join(Post, and_(Post.person_id == Person.id, Post.ended_on.is_(None)))
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(
            organisations_within(actor, Role.ADMINISTRATOR, Role.AUDITOR), is_teacher(),
            Person.stage.in_((CareerStage.NOVICE, CareerStage.ADAPTING)), Person.id.not_in(paired),
        )
        .order_by(Person.stage == CareerStage.ADAPTING, Organisation.code, Person.name_sort, Person.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return [Unpaired(*row) for row in rows]


def candidates_for(session: Session, actor: Actor, person_id: int, *, on: date) -> tuple[Person, Sequence[Candidate]]:
    """Who could guide this teacher: same school first, then same subject, then who guides the fewest."""
    person = get_person_within(session, actor, person_id, Role.ADMINISTRATOR)
    home = select(Post.organisation_id).where(Post.person_id == person.id, Post.ended_on.is_(None)).scalar_subquery()
    is_same_school = func.coalesce(Post.organisation_id == home, False)
    is_same_subject = func.coalesce(Person.main_subject == person.main_subject, False)
    n_apprentices = (
        select(func.count(Pair.id)).where(Pair.mentor_id == Person.id, _runs(on)).correlate(Person).scalar_subquery()
    )
    rows = session.execute(
        select(
            Person.id, Person.name, Organisation.name, Person.main_subject, n_apprentices, is_same_school,
            is_same_subject,
        )
        .join(Post, and_(Post.person_id == Person.id, Post.ended_on.is_(None)))
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(
            organisations_within(actor, Role.ADMINISTRATOR), Person.is_active, Person.id != person.id,
            Person.id.in_(select(Grant.person_id).where(Grant.role == Role.MENTOR, Grant.revoked_at.is_(None))),
        )
        .order_by(
            case((is_same_school, 0), else_=1), case((is_same_subject, 0), else_=1), n_apprentices, Person.name_sort,
            Person.id,
        )
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return person, [
        Candidate(key, name, school, subject, n_guided, bool(is_near), bool(is_alike))
        for key, name, school, subject, n_guided, is_near, is_alike in rows
    ]


def _runs(on: date) -> ColumnElement[bool]:
    return and_(Pair.started_on <= on, or_(Pair.ended_on.is_(None), Pair.ended_on >= on))
