"""Work that apprentices handed in, as their mentor finds it: what waits, one piece, what was judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager

from core.errors import NotFound
from core.people import Person
from learning.mentoring.pairs import apprentices_within
from learning.study.models import Enrolment, Submission
from learning.terms import SubmissionState

MOST_SHOWN = 100


@dataclass(frozen=True)
class Piece:
    """A submission with whose it is; its module and course hang from it."""

    submission: Submission
    person: Person


def get_piece(session: Session, mentor_id: int, submission_id: int, *, on: date) -> Piece:
    """Work of one of the mentor's own present apprentices, or NotFound."""
    found = _pieces(session, apprentices_within(mentor_id, on), Submission.id == submission_id)
    if not found:
        raise NotFound("submission_not_found", id=submission_id)
    return found[0]


def earlier_pieces(session: Session, piece: Submission) -> Sequence[Submission]:
    """What the same person handed in for the same task before, the last first."""
    return session.scalars(
        select(Submission)
        .where(
            Submission.enrolment_id == piece.enrolment_id,
            Submission.module_id == piece.module_id,
            Submission.id < piece.id,
        )
        .order_by(Submission.id.desc())
    ).all()


def waiting_for(session: Session, mentor_id: int, *, on: date) -> Sequence[Piece]:
    """All work that waits for this mentor, the longest wait first."""
    waits = Submission.state == SubmissionState.SUBMITTED
    return sorted(
        _pieces(session, apprentices_within(mentor_id, on), waits),
        key=lambda piece: (piece.submission.submitted_at, piece.submission.id),
    )


def pieces_of(session: Session, mentor_id: int, person_id: int, *, on: date) -> Sequence[Piece]:
    """All work of one of the mentor's own apprentices, newest first."""
    return _pieces(session, apprentices_within(mentor_id, on), Person.id == person_id)


def judged_by(session: Session, mentor_id: int) -> Sequence[Piece]:
    """What this mentor judged, newest first; also of people they guide no more."""
    found = _pieces(session, Submission.reviewer_id == mentor_id)
    return sorted(found, key=lambda piece: (piece.submission.reviewed_at, piece.submission.id), reverse=True)


def next_waiting(session: Session, mentor_id: int, *, on: date) -> Submission | None:
    """The piece that has waited longest, if any waits."""
    waiting = waiting_for(session, mentor_id, on=on)
    return waiting[0].submission if waiting else None


def _pieces(session: Session, *conditions: ColumnElement[bool]) -> list[Piece]:
    rows = session.scalars(
        select(Submission)
        .join(Submission.enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Enrolment.course)
        .join(Submission.module)
        .options(
            contains_eager(Submission.enrolment).contains_eager(Enrolment.person),
            contains_eager(Submission.enrolment).contains_eager(Enrolment.course),
            contains_eager(Submission.module),
        )
        .where(*conditions)
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Piece(submission, submission.enrolment.person) for submission in rows]
