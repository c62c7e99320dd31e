"""Who guides whom, from a day to a day. What lets a mentor see a person is the pair, inside every query."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, contains_eager

from core.access import Actor, Grant, Role, get_person_within
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.outbox import tell
from core.people import Person, Post, get_person, workplace
from learning.mentoring.models import Pair

TITLEHOLDER_MIN_APPRENTICES = 3  # distinct persons a calendar year: Guizhou reply to proposal 856 (2024), line 23


def holds_on(pair: type[Pair], on: date) -> ColumnElement[bool]:
    """Condition on a pair: it runs on the day, and both people hold a post on that day."""
    return and_(
        pair.started_on <= on,
        or_(pair.ended_on.is_(None), pair.ended_on >= on),
        _in_post(pair.mentor_id, on),
        _in_post(pair.apprentice_id, on),
    )


def apprentices_within(mentor_id: int, on: date) -> ColumnElement[bool]:
    """Condition on Person: they are this mentor's apprentice on the day. The mentor's scope in every query."""
    pair = aliased(Pair)
    paired = select(pair.id).where(pair.mentor_id == mentor_id, pair.apprentice_id == Person.id, holds_on(pair, on))
    return and_(Person.is_active, exists(paired.correlate(Person)))


def is_mentor_of(session: Session, mentor_id: int, person_id: int, *, on: date) -> bool:
    """Whether one guides the other on the day."""
    return (
        session.scalar(select(Person.id).where(Person.id == person_id, apprentices_within(mentor_id, on))) is not None
    )


def apprentices_of(session: Session, mentor_id: int, *, on: date) -> Sequence[Person]:
    """A mentor's apprentices on the day, by name."""
    return session.scalars(
        select(Person).where(apprentices_within(mentor_id, on)).order_by(Person.name_sort, Person.id)
    ).all()


def get_own_apprentice(session: Session, mentor_id: int, person_id: int, *, on: date) -> Person:
    """One of the mentor's own apprentices, or NotFound: nobody else exists for a mentor."""
    found = session.scalar(select(Person).where(Person.id == person_id, apprentices_within(mentor_id, on)))
    if found is None:
        raise NotFound("person_not_found", id=person_id)
    return found


def find_pair(session: Session, apprentice_id: int, *, on: date) -> Pair | None:
    """The pair in which a person is guided on the day, with its mentor."""
    return session.scalar(
        select(Pair).join(Pair.mentor).options(contains_eager(Pair.mentor))
        .where(Pair.apprentice_id == apprentice_id, holds_on(Pair, on), Person.is_active)
    )  # fmt: skip


def find_mentor(session: Session, person_id: int, *, on: date) -> Person | None:
    """Who guides a person on the day, if anybody."""
    pair = find_pair(session, person_id, on=on)
    return pair.mentor if pair else None


def get_pair(session: Session, mentor_id: int, apprentice_id: int, *, on: date) -> Pair:
    """The running pair of these two, or NotFound."""
    found = session.scalar(
        select(Pair).where(Pair.mentor_id == mentor_id, Pair.apprentice_id == apprentice_id, holds_on(Pair, on))
    )
    if found is None:
        raise NotFound("pair_not_found")
    return found


def get_member_pair(session: Session, pair_id: int, member_id: int, *, on: date) -> Pair:
    """A running pair that the person is one of, or NotFound."""
    found = session.scalar(
        select(Pair).where(
            Pair.id == pair_id, or_(Pair.mentor_id == member_id, Pair.apprentice_id == member_id), holds_on(Pair, on)
        )
    )
    if found is None:
        raise NotFound("pair_not_found", id=pair_id)
    return found


def past_pairs_of(session: Session, mentor_id: int, *, on: date) -> Sequence[Pair]:
    """Pairs of a mentor that ended before the day, the last first."""
    return session.scalars(
        select(Pair).join(Pair.apprentice).options(contains_eager(Pair.apprentice))
        .where(Pair.mentor_id == mentor_id, Pair.ended_on < on).order_by(Pair.ended_on.desc(), Pair.id)
    ).all()  # fmt: skip


def n_apprentices_in_year(session: Session, mentor_id: int, year: int) -> int:
    """How many different people a mentor guided at any time of a calendar year."""
    return session.scalar(
        select(func.count(Pair.apprentice_id.distinct())).where(
            Pair.mentor_id == mentor_id, Pair.started_on <= date(year, 12, 31),
            or_(Pair.ended_on.is_(None), Pair.ended_on >= date(year, 1, 1)),
        )
    ) or 0  # fmt: skip


def pair_up(session: Session, mentor_id: int, apprentice_id: int, *, on: date) -> Pair:
    """Let one guide the other from a day on; pairing the same two again changes nothing."""
    if mentor_id == apprentice_id:
        raise Invalid("nobody_mentors_themselves")
    standing = _standing_pair(session, apprentice_id, on)
    if standing is not None and standing.mentor_id == mentor_id and standing.ended_on is None:
        return standing
    if standing is not None:
        raise Conflict("apprentice_has_a_mentor", mentor=get_person(session, standing.mentor_id).name)
    for person_id in (mentor_id, apprentice_id):
        _check_in_service(session, person_id, on)
    _check_mentor_role(session, mentor_id)
    pair = Pair(mentor_id=mentor_id, apprentice_id=apprentice_id, started_on=on)
    try:
        with session.begin_nested():
            session.add(pair)
    except IntegrityError as raced:
        raise Conflict("pair_raced") from raced
    return pair


def end_pair(session: Session, pair_id: int, *, on: date) -> Pair:
    """Let a pair end; the day given is its last. What was written and judged stays."""
    pair = session.scalar(select(Pair).where(Pair.id == pair_id).with_for_update())
    if pair is None:
        raise NotFound("pair_not_found", id=pair_id)
    if pair.ended_on is not None:
        raise Conflict("pair_has_ended", ended_on=pair.ended_on.isoformat())
    if on < pair.started_on:
        raise Invalid("pair_ends_before_it_starts", started_on=pair.started_on.isoformat())
    pair.ended_on = on
    session.flush()
    return pair


def pair_within(session: Session, actor: Actor, *, mentor_id: int, apprentice_id: int, on: date, now: datetime) -> Pair:
    """An administrator pairs two people of their own subtree; both are told, and the act is on record."""
    for person_id in (mentor_id, apprentice_id):
        get_person_within(session, actor, person_id, Role.ADMINISTRATOR)
    pair = pair_up(session, mentor_id, apprentice_id, on=on)
    mentor, apprentice = get_person(session, mentor_id), get_person(session, apprentice_id)
    place = workplace(session, apprentice_id)
    told = tell(
        session, "mentor.paired", recipient_id=mentor.id, subject_kind="mentoring_pair", subject_id=pair.id,
        due_slot="", link=f"/mentor/people/{apprentice.id}", now=now, name=apprentice.name,
    )  # fmt: skip
    if told is None:
        return pair  # it stood already
    tell(
        session, "mentor.guided", recipient_id=apprentice.id, subject_kind="mentoring_pair", subject_id=pair.id,
        due_slot="", link="/mentor/mine", now=now, name=mentor.name,
    )  # fmt: skip
    record(
        session, "pair.open", actor=actor, subject_kind="mentoring_pair", subject_id=pair.id, now=now,
        organisation_id=place.id if place else None, mentor_id=mentor_id, apprentice_id=apprentice_id,
        started_on=on.isoformat(),
    )  # fmt: skip
    return pair


def end_within(session: Session, actor: Actor, pair_id: int, *, on: date, now: datetime) -> Pair:
    """An administrator ends a pair whose apprentice works in their own subtree."""
    pair = session.get(Pair, pair_id)
    if pair is None:
        raise NotFound("pair_not_found", id=pair_id)
    get_person_within(session, actor, pair.apprentice_id, Role.ADMINISTRATOR)
    end_pair(session, pair_id, on=on)
    place = workplace(session, pair.apprentice_id)
    record(
        session, "pair.end", actor=actor, subject_kind="mentoring_pair", subject_id=pair.id, now=now,
        organisation_id=place.id if place else None, ended_on=on.isoformat(),
    )  # fmt: skip
    return pair


def _in_post(person_id: InstrumentedAttribute[int], on: date) -> ColumnElement[bool]:
    post = aliased(Post)
    held = select(post.id).where(
        post.person_id == person_id, post.started_on <= on, or_(post.ended_on.is_(None), post.ended_on >= on)
    )
    return exists(held.correlate(person_id.class_))


def _standing_pair(session: Session, apprentice_id: int, on: date) -> Pair | None:
    """The pair that holds the apprentice on the day or later."""
    return session.scalar(
        select(Pair)
        .where(Pair.apprentice_id == apprentice_id, or_(Pair.ended_on.is_(None), Pair.ended_on >= on))
        .order_by(Pair.started_on)
        .limit(1)
    )


def _check_in_service(session: Session, person_id: int, on: date) -> None:
    person = get_person(session, person_id)
    if not person.is_active:
        raise Invalid("pair_needs_active_people", name=person.name)
    held = session.scalar(
        select(Post.id).where(
            Post.person_id == person_id, Post.started_on <= on, or_(Post.ended_on.is_(None), Post.ended_on >= on)
        )
    )
    if held is None:
        raise Invalid("pair_outside_post", name=person.name, on=on.isoformat())


def _check_mentor_role(session: Session, mentor_id: int) -> None:
    held = session.scalar(
        select(Grant.id).where(Grant.person_id == mentor_id, Grant.role == Role.MENTOR, Grant.revoked_at.is_(None))
    )
    if held is None:
        raise Invalid("mentor_role_missing", name=get_person(session, mentor_id).name)
