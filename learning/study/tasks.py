"""Work handed in for a task and judged by the mentor: submitted -> accepted | returned, then handed in anew."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.models import CourseModule
from content.terms import ModuleKind
from core.access import Actor
from core.audit import record
from core.db import Document
from core.errors import Conflict, Invalid, NotFound
from core.outbox import tell
from core.people import Person
from learning.engine.days import local_day
from learning.mentoring.pairs import apprentices_within
from learning.study.models import Enrolment, Submission
from learning.study.results import find_result, get_module, lock_own, require_studying, write_result
from learning.terms import SubmissionState

MIN_BODY, MAX_BODY = 30, 20_000
MAX_COMMENT = 4_000


def rubric_of(module: CourseModule) -> list[Document]:
    """Rows of a task's rubric: {criterion, levels}, the lowest level first."""
    return list(module.material.get("rubric", ()))


def submissions_of(session: Session, enrolment_id: int, module_id: int) -> Sequence[Submission]:
    """What was handed in for a task, the last first."""
    return session.scalars(
        select(Submission)
        .where(Submission.enrolment_id == enrolment_id, Submission.module_id == module_id)
        .order_by(Submission.id.desc())
    ).all()


def submit_task(
    session: Session,
    enrolment_id: int,
    module_id: int,
    *,
    person_id: int,
    body: str,
    client_token: str,
    now: datetime,
) -> Submission:
    """Hand in work for a task; one piece waits at a time. The same token twice is one piece."""
    enrolment = lock_own(session, enrolment_id, person_id=person_id)
    module = get_module(session, enrolment, module_id, ModuleKind.TASK)
    earlier = submissions_of(session, enrolment_id, module_id)
    known = next((piece for piece in earlier if piece.client_token == client_token), None)
    if known is not None:
        return known
    require_studying(enrolment)
    if find_result(session, enrolment_id, module_id) is not None:
        raise Conflict("module_done", module=module.title)
    if earlier and earlier[0].state is SubmissionState.SUBMITTED:
        raise Conflict("submission_waits_already")
    text = body.strip()
    if not MIN_BODY <= len(text) <= MAX_BODY:
        raise Invalid("submission_length", length=len(text), least=MIN_BODY, most=MAX_BODY)
    piece = Submission(
        enrolment_id=enrolment_id, module_id=module_id, client_token=client_token, body=text, submitted_at=now,
        state=SubmissionState.SUBMITTED,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(piece)
    except IntegrityError as met:
        raise Conflict("sent_already") from met
    return piece


def judge_submission(
    session: Session,
    submission_id: int,
    *,
    reviewer: Actor,
    state: SubmissionState,
    ratings: Sequence[int],
    comment: str,
    now: datetime,
) -> Submission:
    """The mentor accepts or returns an apprentice's work; accepted work counts the task's whole time."""
    enrolment, piece = _hold_apprentices(session, submission_id, reviewer=reviewer, now=now)
    if piece.state is not SubmissionState.SUBMITTED:
        raise Conflict("submission_judged_already", state=piece.state)
    module = session.get_one(CourseModule, piece.module_id)
    _check_judgement(module, state, ratings, comment)
    require_studying(enrolment)
    piece.state, piece.ratings, piece.comment = state, list(ratings), comment.strip()
    piece.reviewer_id, piece.reviewed_at = reviewer.person_id, now
    session.flush()
    record(
        session, "submission.judge", actor=reviewer, subject_kind="submission", subject_id=piece.id, now=now,
        state=state.value, ratings=list(ratings),
    )  # fmt: skip
    tell(
        session, f"submission.{state.value}", recipient_id=enrolment.person_id, subject_kind="submission",
        subject_id=piece.id, due_slot="", link=f"/study/{enrolment.id}/modules/{module.id}", now=now,
        module=module.title, mentor=reviewer.name,
    )  # fmt: skip
    if state is SubmissionState.ACCEPTED:
        write_result(session, enrolment, module, counted_seconds=module.seconds, completed_at=now, now=now)
    return piece


def _hold_apprentices(
    session: Session, submission_id: int, *, reviewer: Actor, now: datetime
) -> tuple[Enrolment, Submission]:
    """The work of one of the reviewer's own apprentices and its enrolment, held; NotFound for everybody else's."""
    found = session.execute(
        select(Enrolment.id, Enrolment.person_id)
        .join(Submission, Submission.enrolment_id == Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Submission.id == submission_id, apprentices_within(reviewer.person_id, local_day(now)))
    ).one_or_none()
    if found is None:
        raise NotFound("submission_not_found", id=submission_id)
    enrolment = lock_own(session, found.id, person_id=found.person_id)
    return enrolment, session.get_one(Submission, submission_id, populate_existing=True)


def _check_judgement(module: CourseModule, state: SubmissionState, ratings: Sequence[int], comment: str) -> None:
    if state is SubmissionState.SUBMITTED:
        raise Invalid("submission_accept_or_return")
    rubric = rubric_of(module)
    if len(ratings) != len(rubric) or any(
        not 0 <= level < len(row["levels"]) for level, row in zip(ratings, rubric, strict=False)
    ):
        raise Invalid("submission_rate_every_row", n_rows=len(rubric))
    if state is SubmissionState.RETURNED and not comment.strip():
        raise Invalid("submission_say_what_to_change")
    if len(comment) > MAX_COMMENT:
        raise Invalid("comment_too_long", most=MAX_COMMENT)
