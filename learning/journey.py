"""The steps that cross packages, one visible sequence each: answer -> estimate -> recommendation -> plan -> study.

Every step may be repeated: a double click, a second tab or a lost answer leaves the same state as once.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.estimates import find_profile
from assessment.models import Sitting
from assessment.sittings import Step, leave, submit_answer
from content.terms import CourseState
from core.access import Actor
from core.audit import record
from core.people import get_person
from learning.engine.days import local_day
from learning.mentoring.suggestions import suggested_to
from learning.plans.editing import add_course
from learning.plans.forecast import find_statement
from learning.study.enrolments import enrol, find_live
from learning.study.models import Enrolment
from learning.study.offerings import open_seats
from learning.terms import EnrolmentSource, EnrolmentState
from recommender import picks
from recommender.gather import Catalogue, prepare_catalogue
from recommender.models import Pick
from recommender.terms import PutAsideReason


@dataclass(frozen=True)
class Ground:
    """What is the same for everybody; make it once and give it when renewing many lists."""

    catalogue: Catalogue
    n_takers: dict[int, int]  # course -> people who enrolled and did not withdraw


def prepare_ground(session: Session) -> Ground:
    """The catalogue and the popularity of its courses as they stand now."""
    takers = (
        select(Enrolment.course_id, func.count()).where(Enrolment.state != EnrolmentState.WITHDRAWN)
        .group_by(Enrolment.course_id)
    )  # fmt: skip
    return Ground(prepare_catalogue(session), dict(session.execute(takers).all()))


def circumstances_of(
    session: Session, person_id: int, *, now: datetime, ground: Ground | None = None
) -> picks.Circumstances:
    """What the record says of a person, as far as it bears on what to study next."""
    ground = ground or prepare_ground(session)
    statement = find_statement(session, person_id, now=now)
    studied = session.execute(
        select(Enrolment.course_id, Enrolment.state).where(
            Enrolment.person_id == person_id, Enrolment.state != EnrolmentState.WITHDRAWN
        )
    ).all()
    return picks.Circumstances(
        short_units=statement.short_units if statement else 0,
        short_practice_units=statement.short_practice_units if statement else 0,
        missing_topics=frozenset(t for t, is_done in statement.topics.items() if not is_done)
        if statement
        else frozenset(),
        done_course_ids=frozenset(row.course_id for row in studied if row.state is EnrolmentState.COMPLETED),
        live_course_ids=frozenset(row.course_id for row in studied if row.state is EnrolmentState.ENROLLED),
        suggested=suggested_to(session, person_id, on=local_day(now)),
        seats=open_seats(session, person_id=person_id, now=now),
        n_takers=ground.n_takers,
    )


def renew_picks(session: Session, person_id: int, *, now: datetime, ground: Ground | None = None) -> list[Pick]:
    """Measure the person's needs against the record and the catalogue, and offer a new list."""
    ground = ground or prepare_ground(session)
    person = get_person(session, person_id)
    profile = find_profile(session, person_id) if person.is_personalised else None
    circumstances = circumstances_of(session, person_id, now=now, ground=ground)
    return picks.recommend(session, person, profile, circumstances, now=now, catalogue=ground.catalogue)


def picks_on_offer(session: Session, person_id: int) -> list[Pick]:
    """The person's list without what they began elsewhere meanwhile, or what left the catalogue."""
    begun = session.scalars(
        select(Enrolment.course_id).where(
            Enrolment.person_id == person_id, Enrolment.state != EnrolmentState.WITHDRAWN
        )
    ).all()  # fmt: skip
    return [
        pick
        for pick in picks.picks_of(session, person_id)
        if pick.course_id not in begun and pick.course.state is CourseState.PUBLISHED
    ]


def finish_answer(
    session: Session, person_id: int, *, question_token: str, shown_position: int, client_token: str, now: datetime
) -> Step:
    """Take an answer; when it ends the sitting, the recommendations follow at once."""
    step = submit_answer(
        session, person_id, question_token=question_token, shown_position=shown_position,
        client_token=client_token, now=now,
    )  # fmt: skip
    if step.is_finished:
        _follow_sitting(session, person_id, step.sitting, now=now)
    return step


def leave_sitting(session: Session, person_id: int, *, now: datetime) -> Sitting | None:
    """End the diagnostic early; what was measured so far already guides the recommendations."""
    sitting = leave(session, person_id, now=now)
    if sitting is not None:
        _follow_sitting(session, person_id, sitting, now=now)
    return sitting


def _follow_sitting(session: Session, person_id: int, sitting: Sitting, *, now: datetime) -> None:
    if sitting.closed_at is not None and not picks.is_renewed_since(session, person_id, sitting.closed_at):
        renew_picks(session, person_id, now=now)


def take_pick(session: Session, person_id: int, pick_id: int, *, now: datetime) -> Pick:
    """Take a recommendation: it is noted as taken and stands in this year's plan."""
    pick = picks.take(session, person_id, pick_id, now=now)
    add_course(session, person_id, pick.course_id, year=local_day(now).year, now=now)
    return pick


def put_aside_pick(
    session: Session, person_id: int, pick_id: int, *, reason: PutAsideReason, now: datetime
) -> Pick:  # fmt: skip
    """Put a recommendation aside; the list is made anew with the reason in mind."""
    pick = picks.put_aside(session, person_id, pick_id, reason=reason, now=now)
    renew_picks(session, person_id, now=now)
    return pick


def enrol_from_pick(
    session: Session, person_id: int, pick_id: int, *, now: datetime, offering_id: int | None = None
) -> Enrolment:
    """Begin a recommended course: take it, plan it, enrol; enrolled already, go on there."""
    pick = take_pick(session, person_id, pick_id, now=now)
    return find_live(session, person_id, pick.course_id) or enrol(
        session, person_id, pick.course_id, source=EnrolmentSource.RECOMMENDED, now=now, offering_id=offering_id
    )


def choose_personalisation(
    session: Session, person_id: int, *, is_wanted: bool, by: Actor, now: datetime
) -> list[Pick]:
    """Switch personal recommendations on or off; the list of the other kind takes the place of the present one."""
    person = get_person(session, person_id)
    if person.is_personalised is not is_wanted:
        person.is_personalised = is_wanted
        record(
            session, "personalisation.on" if is_wanted else "personalisation.off", actor=by, subject_kind="person",
            subject_id=person_id, now=now,
        )  # fmt: skip
    return renew_picks(session, person_id, now=now)
