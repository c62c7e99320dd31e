"""Courses a mentor thinks an apprentice should take; the recommender weighs them in the next run."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.models import Course
from content.terms import CourseState
from core.errors import Conflict, Invalid, NotFound
from core.outbox import tell
from core.people import Person, get_person
from learning.engine.days import local_day
from learning.mentoring.models import Pair, Suggestion
from learning.mentoring.pairs import get_pair, holds_on
from learning.study.models import Enrolment
from learning.terms import EnrolmentState

LONGEST_REASON = 300


def suggest_course(
    session: Session, mentor_id: int, apprentice_id: int, course_id: int, *, reason: str, now: datetime
) -> Suggestion:
    """Suggest a published course to one's own apprentice; suggesting it again renews the reason."""
    pair = get_pair(session, mentor_id, apprentice_id, on=local_day(now))
    course = session.scalar(select(Course).where(Course.id == course_id, Course.state == CourseState.PUBLISHED))
    if course is None:
        raise NotFound("course_not_found", id=course_id)
    if len(reason.strip()) > LONGEST_REASON:
        raise Invalid("suggestion_reason_too_long", longest=LONGEST_REASON)
    if _has_begun(session, apprentice_id, course_id):
        raise Conflict("course_is_begun_already", title=course.title)
    suggestion = _standing(session, pair.id, course_id) or _append(session, pair.id, course_id, now)
    if suggestion.withdrawn_at is not None:
        suggestion.withdrawn_at, suggestion.at = None, now
    suggestion.reason = reason.strip()
    session.flush()
    tell(
        session, "mentor.suggestion", recipient_id=apprentice_id, subject_kind="mentoring_suggestion",
        subject_id=suggestion.id, due_slot=suggestion.at.isoformat(), link=f"/catalogue/{course.code}", now=now,
        name=get_person(session, mentor_id).name, title=course.title,
    )  # fmt: skip
    return suggestion


def withdraw_suggestion(session: Session, mentor_id: int, suggestion_id: int, *, now: datetime) -> Suggestion:
    """Take one's own suggestion back; a second time changes nothing."""
    found = session.scalar(
        select(Suggestion)
        .join(Pair, Pair.id == Suggestion.pair_id)
        .where(Suggestion.id == suggestion_id, Pair.mentor_id == mentor_id, holds_on(Pair, local_day(now)))
    )
    if found is None:
        raise NotFound("suggestion_not_found", id=suggestion_id)
    if found.withdrawn_at is None:
        found.withdrawn_at = now
        session.flush()
    return found


def suggestions_of(session: Session, pair_id: int) -> Sequence[tuple[Suggestion, Course]]:
    """Suggestions of a pair that stand, with their courses, newest first."""
    rows = session.execute(
        select(Suggestion, Course)
        .join(Course, Course.id == Suggestion.course_id)
        .where(Suggestion.pair_id == pair_id, Suggestion.withdrawn_at.is_(None))
        .order_by(Suggestion.at.desc(), Suggestion.id.desc())
    )
    return [(suggestion, course) for suggestion, course in rows]


def suggested_to(session: Session, person_id: int, *, on: date) -> Mapping[int, str]:
    """What stands suggested to a person by their present mentor: course id -> the mentor's name."""
    rows = session.execute(
        select(Suggestion.course_id, Person.name)
        .join(Pair, Pair.id == Suggestion.pair_id)
        .join(Person, Person.id == Pair.mentor_id)
        .where(Pair.apprentice_id == person_id, Suggestion.withdrawn_at.is_(None), holds_on(Pair, on))
    )
    return {row.course_id: row.name for row in rows}


def _standing(session: Session, pair_id: int, course_id: int) -> Suggestion | None:
    return session.scalar(
        select(Suggestion).where(Suggestion.pair_id == pair_id, Suggestion.course_id == course_id).with_for_update()
    )


def _append(session: Session, pair_id: int, course_id: int, now: datetime) -> Suggestion:
    suggestion = Suggestion(pair_id=pair_id, course_id=course_id, at=now)
    try:
        with session.begin_nested():
            session.add(suggestion)
    except IntegrityError:
        standing = _standing(session, pair_id, course_id)
        if standing is None:
            raise
        return standing
    return suggestion


def _has_begun(session: Session, person_id: int, course_id: int) -> bool:
    live = select(Enrolment.id).where(
        Enrolment.person_id == person_id, Enrolment.course_id == course_id,
        Enrolment.state != EnrolmentState.WITHDRAWN,
    )  # fmt: skip
    return session.scalar(live) is not None
