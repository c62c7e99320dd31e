"""Reading the record of sensitive acts, inside one's own subtree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import READERS, Actor, organisations_within
from core.audit import AuditEntry
from core.people import Organisation, Person, Post
from learning.engine.days import ZONE

PAGE_SIZE = 40


@dataclass(frozen=True)
class AuditQuery:
    """What the reader of the log asked for."""

    action: str = ""
    words: str = ""  # part of the name, or the staff number, of who did it or whom it concerned
    from_on: date | None = None
    to_on: date | None = None
    page: int = 1


@dataclass(frozen=True)
class AuditRow:
    """One entry with the names it needs to be read."""

    entry: AuditEntry
    actor_name: str | None
    subject: Person | None
    place: str | None


@dataclass(frozen=True)
class AuditPage:
    """One page of the log."""

    rows: Sequence[AuditRow]
    n_found: int
    page: int
    n_pages: int


def find_entries(session: Session, actor: Actor, query: AuditQuery) -> AuditPage:
    """Entries that concern a place or a person of the actor's subtree, newest first."""
    doer, subject = aliased(Person), aliased(Person)
    wanted = (
        select(AuditEntry, doer.name, subject, Organisation.name)
        .outerjoin(doer, doer.id == AuditEntry.actor_id)
        .outerjoin(subject, and_(AuditEntry.subject_kind == "person", subject.id == AuditEntry.subject_id))
        .outerjoin(Organisation, Organisation.id == AuditEntry.organisation_id)
        .where(_within(actor))
    )
    if query.action:
        wanted = wanted.where(AuditEntry.action == query.action)
    if query.words:
        wanted = wanted.where(
            or_(
                *(who.name.contains(query.words, autoescape=True) for who in (doer, subject)),
                *(who.staff_no == query.words for who in (doer, subject)),
            )
        )
    wanted = _between(wanted, query)
    n_found = session.scalar(select(func.count()).select_from(wanted.with_only_columns(AuditEntry.id).subquery())) or 0
    n_pages = max(1, -(-n_found // PAGE_SIZE))
    page = min(max(1, query.page), n_pages)
    rows = session.execute(
        wanted.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )
    return AuditPage([AuditRow(*row) for row in rows], n_found, page, n_pages)


def actions_within(session: Session, actor: Actor) -> Sequence[str]:
    """The kinds of acts that occur in the actor's part of the log."""
    return session.scalars(
        select(AuditEntry.action).where(_within(actor)).distinct().order_by(AuditEntry.action)
    ).all()  # fmt: skip


def _within(actor: Actor) -> ColumnElement[bool]:
    """An entry is the actor's to read when its place is, or, naming no place, when its person or doer is."""
    people = (
        select(Post.id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Post.ended_on.is_(None), organisations_within(actor, *READERS))
    )
    places = select(Organisation.id).where(organisations_within(actor, *READERS))
    about = and_(
        AuditEntry.subject_kind == "person", exists(people.where(Post.person_id == AuditEntry.subject_id))
    )  # fmt: skip
    doer = and_(AuditEntry.subject_kind != "person", exists(people.where(Post.person_id == AuditEntry.actor_id)))
    return or_(
        AuditEntry.organisation_id.in_(places), and_(AuditEntry.organisation_id.is_(None), or_(about, doer))
    )  # fmt: skip


def _between(
    wanted: Select[AuditEntry, str, Person, str], query: AuditQuery
) -> Select[AuditEntry, str, Person, str]:  # fmt: skip
    if query.from_on is not None:
        wanted = wanted.where(AuditEntry.at >= datetime.combine(query.from_on, time(), ZONE))
    if query.to_on is not None:
        wanted = wanted.where(AuditEntry.at < datetime.combine(query.to_on + timedelta(days=1), time(), ZONE))
    return wanted
