"""Recommendations as a record: what was offered to whom, why, by which weights, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from assessment.estimates import Profile
from content.models import Course
from content.terms import DeliveryMode, MandatoryTopic
from core.errors import Conflict, NotFound
from core.people import Person
from recommender.engine.ranking import recommend_courses
from recommender.engine.scoring import Belief, Learner, Refusal
from recommender.gather import Catalogue, prepare_catalogue
from recommender.models import Pick
from recommender.targets import STAGE_WHEN_UNKNOWN
from recommender.terms import PickState, PutAsideReason

FOR_GOOD = timedelta(days=3650)
KEPT_OUT: Mapping[PutAsideReason, timedelta] = {
    PutAsideReason.KNOWN_ALREADY: FOR_GOOD,
    PutAsideReason.DONE_ELSEWHERE: FOR_GOOD,
    PutAsideReason.NOT_MY_NEED: timedelta(days=365),
    PutAsideReason.PREFER_OTHER_MODE: timedelta(days=180),
    PutAsideReason.NO_TIME: timedelta(days=90),
}
SHIFTS_WEIGHTS_FOR = timedelta(days=180)


@dataclass(frozen=True)
class Circumstances:
    """What the record says of a person, as far as it bears on what to study next."""

    short_units: float = 0.0
    short_practice_units: float = 0.0
    missing_topics: frozenset[MandatoryTopic] = frozenset()
    done_course_ids: frozenset[int] = frozenset()
    live_course_ids: frozenset[int] = frozenset()
    suggested: Mapping[int, str] = field(default_factory=dict)  # course -> the mentor's name
    seats: Mapping[int, tuple[int, date]] = field(default_factory=dict)  # course -> free seats, first day
    n_takers: Mapping[int, int] = field(default_factory=dict)


def recommend(
    session: Session,
    person: Person,
    profile: Profile | None,
    circumstances: Circumstances,
    *,
    now: datetime,
    catalogue: Catalogue | None = None,
) -> list[Pick]:
    """Offer a new list in place of what was still on offer; give ``catalogue`` when recommending to many."""
    catalogue = catalogue or prepare_catalogue(session)
    # One run of a person at a time: two tabs that finish together must not both become run n.
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    past = session.execute(
        select(Pick.course_id, Pick.state, Pick.put_aside_reason, Pick.decided_at, Course.mode)
        .join(Course, Course.id == Pick.course_id)
        .where(Pick.person_id == person.id, Pick.state.in_((PickState.TAKEN, PickState.PUT_ASIDE)))
        .order_by(Pick.id)
    ).all()
    learner = Learner(
        stage=person.stage,
        school_level=person.school_level,
        subjects=_subjects(person),
        targets={domain.value: at for domain, at in catalogue.targets[person.stage or STAGE_WHEN_UNKNOWN].items()},
        beliefs=_beliefs(profile) if person.is_personalised else {},
        missing_topics=frozenset(topic.value for topic in circumstances.missing_topics),
        short_units=circumstances.short_units,
        short_practice_units=circumstances.short_practice_units,
        done=circumstances.done_course_ids,
        live=circumstances.live_course_ids,
        chosen=frozenset(row.course_id for row in past if row.state is PickState.TAKEN),
        suggested=circumstances.suggested,
        seats={course: (n_seats, day.isoformat()) for course, (n_seats, day) in circumstances.seats.items()},
        n_takers=circumstances.n_takers,
        refusals=tuple(
            _refusal(row.course_id, row.put_aside_reason, row.mode, row.decided_at, now)
            for row in past
            if row.state is PickState.PUT_ASIDE
        ),
        is_personalised=person.is_personalised,
    )
    return _offer(session, person, learner, catalogue, now=now)


def _offer(session: Session, person: Person, learner: Learner, catalogue: Catalogue, *, now: datetime) -> list[Pick]:
    """Close the earlier offer and write the new one."""
    session.execute(
        update(Pick)
        .where(Pick.person_id == person.id, Pick.state == PickState.OFFERED)
        .values(state=PickState.REPLACED, decided_at=now)
    )
    run_no = 1 + (session.scalar(select(func.max(Pick.run_no)).where(Pick.person_id == person.id)) or 0)
    ranked = recommend_courses(catalogue.table, learner, catalogue.weights.values)
    picks = [
        Pick(
            person_id=person.id, course_id=one.course_id, run_no=run_no, rank=rank, score=one.score,
            reasons=one.reasons, model_version=catalogue.weights.version if person.is_personalised else "not-personal-1",
            is_personalised=person.is_personalised, offered_at=now, state=PickState.OFFERED,
        )
        for rank, one in enumerate(ranked, start=1)
    ]  # fmt: skip
    session.add_all(picks)
    session.flush()
    return picks


def _subjects(person: Person) -> tuple[str, ...]:
    main = (person.main_subject.value,) if person.main_subject else ()
    return (*main, *(subject for subject in person.other_subjects or () if subject not in main))


def _beliefs(profile: Profile | None) -> dict[str, Belief]:
    """Measured domains as the diagnostic left them; the others as before any answer."""
    if profile is None:
        return {}
    return {
        domain.value: Belief(one.eap_logits, one.sd_logits, one.low_logits, one.high_logits, True)
        if one.is_measured
        else Belief()
        for domain, one in profile.by_domain.items()
    }


def _refusal(
    course_id: int, reason: PutAsideReason | None, mode: DeliveryMode, decided_at: datetime | None, now: datetime
) -> Refusal:
    known = reason or PutAsideReason.NOT_MY_NEED
    age = now - (decided_at or now)
    return Refusal(course_id, known, mode.value, is_barred=age < KEPT_OUT[known], is_recent=age < SHIFTS_WEIGHTS_FOR)


def picks_of(session: Session, person_id: int) -> Sequence[Pick]:
    """What is on offer to a person, best first; a personal list is gone the moment personalisation is off."""
    return session.scalars(
        select(Pick)
        .join(Person, (Person.id == Pick.person_id) & (Person.is_personalised == Pick.is_personalised))
        .where(Pick.person_id == person_id, Pick.state == PickState.OFFERED)
        .options(joinedload(Pick.course))
        .order_by(Pick.rank, Pick.run_no.desc())
    ).all()


def is_renewed_since(session: Session, person_id: int, moment: datetime) -> bool:
    """Whether the person's list was made at or after a moment."""
    made_at = session.scalar(select(func.max(Pick.offered_at)).where(Pick.person_id == person_id))
    return made_at is not None and made_at >= moment


def put_aside_of(session: Session, person_id: int) -> Sequence[Pick]:
    """What the person put aside, the latest first, so that it can be brought back."""
    return session.scalars(
        select(Pick).where(Pick.person_id == person_id, Pick.state == PickState.PUT_ASIDE)
        .options(joinedload(Pick.course)).order_by(Pick.decided_at.desc(), Pick.id.desc())
    ).all()  # fmt: skip


def get_own_pick(session: Session, person_id: int, pick_id: int, *, is_locked: bool = False) -> Pick:
    """A recommendation made to this person, or NotFound; held until the end when it is about to be decided."""
    wanted = select(Pick).where(Pick.id == pick_id, Pick.person_id == person_id).options(joinedload(Pick.course))
    found = session.scalar(wanted.with_for_update(of=Pick) if is_locked else wanted)
    if found is None:
        raise NotFound("pick_not_found", id=pick_id)
    return found


def take(session: Session, person_id: int, pick_id: int, *, now: datetime) -> Pick:
    """The person wants this course; taking it twice, or from a page that shows an older list, is harmless."""
    pick = _in_force(session, get_own_pick(session, person_id, pick_id, is_locked=True))
    if pick.state is not PickState.TAKEN:
        pick.state, pick.decided_at, pick.put_aside_reason = PickState.TAKEN, now, None
        session.flush()
    return pick


def put_aside(session: Session, person_id: int, pick_id: int, *, reason: PutAsideReason, now: datetime) -> Pick:
    """The person does not want this course now, and says why; a second time only changes the reason."""
    pick = _in_force(session, get_own_pick(session, person_id, pick_id, is_locked=True))
    if pick.state is PickState.TAKEN:
        raise Conflict("pick_is_taken", title=pick.course.title)
    if pick.state is PickState.OFFERED or pick.put_aside_reason is not reason:
        pick.state, pick.decided_at, pick.put_aside_reason = PickState.PUT_ASIDE, now, reason
        session.flush()
    return pick


def bring_back(session: Session, person_id: int, pick_id: int) -> Pick:
    """Undo putting aside: the course is on offer again."""
    pick = get_own_pick(session, person_id, pick_id, is_locked=True)
    if pick.state is PickState.PUT_ASIDE:
        pick.state, pick.decided_at, pick.put_aside_reason = PickState.OFFERED, None, None
        session.flush()
    return pick


def _in_force(session: Session, pick: Pick) -> Pick:
    """The same course in the list of now, when the page showed an older list."""
    if pick.state is not PickState.REPLACED:
        return pick
    newer = session.scalar(
        select(Pick).where(
            Pick.person_id == pick.person_id, Pick.course_id == pick.course_id, Pick.state != PickState.REPLACED
        ).options(joinedload(Pick.course)).order_by(Pick.id.desc()).limit(1).with_for_update(of=Pick)
    )  # fmt: skip
    if newer is None:
        raise Conflict("pick_is_replaced", title=pick.course.title)
    return newer
