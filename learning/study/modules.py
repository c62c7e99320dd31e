"""Finishing a module: a reading that was really read, a film watched in full, a quiz passed at 60."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from random import Random

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.models import CourseModule
from content.terms import ModuleKind
from core.errors import Conflict, Invalid
from learning.engine.completion import READING_SHARE, is_passed, reading_needs_seconds, score_hundredths
from learning.engine.evidence import SECOND_MS
from learning.study.measure import measured
from learning.study.models import Enrolment, ModuleResult, QuizAttempt
from learning.study.results import find_result, get_module, lock_own, require_studying, write_result
from learning.study.tasks import judge_submission, submit_task

__all__ = [
    "QuizQuestion", "attempts_of", "finish_reading", "finish_video", "judge_submission", "needed_seconds",
    "questions_of", "shown_order", "submit_quiz", "submit_task",
]  # fmt: skip

KEY_LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class QuizQuestion:
    """A question of a module's quiz, with the key and the reason that are shown only after an attempt."""

    stem: str
    options: tuple[str, ...]
    key_index: int
    rationale: str


def needed_seconds(module: CourseModule) -> int:
    """Measured seconds a reading needs before it can be finished: three tenths, or the share its course says."""
    share = module.material.get("min_share")
    return reading_needs_seconds(module.seconds, READING_SHARE if share is None else Fraction(str(share)))


def finish_reading(
    session: Session, enrolment_id: int, module_id: int, *, person_id: int, now: datetime
) -> ModuleResult:
    """Finish a reading; what was measured counts. Refused while too little of it was read."""
    enrolment, module = _hold(session, enrolment_id, module_id, ModuleKind.READING, person_id=person_id)
    done = find_result(session, enrolment_id, module_id)
    if done is not None:
        return done
    require_studying(enrolment)
    counted = measured(session, enrolment_id, module).counted_seconds
    missing = needed_seconds(module) - counted
    if missing > 0:
        raise Conflict("reading_too_short", counted=_minutes(counted), missing=_minutes(missing))
    return write_result(session, enrolment, module, counted_seconds=counted, completed_at=now, now=now)


def finish_video(session: Session, enrolment_id: int, module_id: int, *, person_id: int, now: datetime) -> ModuleResult:
    """Finish a film that was watched in full; it counts whole."""
    enrolment, module = _hold(session, enrolment_id, module_id, ModuleKind.VIDEO, person_id=person_id)
    done = find_result(session, enrolment_id, module_id)
    if done is not None:
        return done
    require_studying(enrolment)
    seen = measured(session, enrolment_id, module)
    if not seen.is_fully_watched:
        raise Conflict("film_not_watched_fully", missing=sum(high - low for low, high in seen.missing) // SECOND_MS)
    return write_result(session, enrolment, module, counted_seconds=seen.counted_seconds, completed_at=now, now=now)


def questions_of(module: CourseModule) -> tuple[QuizQuestion, ...]:
    """The questions of a quiz as its author wrote them."""
    return tuple(
        QuizQuestion(
            str(raw["stem"]), tuple(str(option) for option in raw["options"]), _key_index(raw), str(raw["rationale"])
        )
        for raw in module.material.get("questions", ())
    )


def _key_index(raw: dict[str, object]) -> int:
    """A key is kept as a letter (A is the first option) or as a position from 0."""
    key = raw.get("key", raw.get("key_index"))
    return key if isinstance(key, int) else KEY_LETTERS.index(str(key))


def shown_order(enrolment_id: int, question_index: int, *, n_options: int, n_attempts: int) -> list[int]:
    """In which order the options of a question stand in this attempt: another one each time."""
    order = list(range(n_options))
    Random(f"{enrolment_id}/{question_index}/{n_attempts}").shuffle(order)
    return order


def attempts_of(session: Session, enrolment_id: int, module_id: int) -> Sequence[QuizAttempt]:
    """Tries at a quiz, the last first."""
    return session.scalars(
        select(QuizAttempt)
        .where(QuizAttempt.enrolment_id == enrolment_id, QuizAttempt.module_id == module_id)
        .order_by(QuizAttempt.id.desc())
    ).all()


def submit_quiz(
    session: Session,
    enrolment_id: int,
    module_id: int,
    *,
    person_id: int,
    choices: Sequence[int],
    client_token: str,
    now: datetime,
) -> QuizAttempt:
    """Hand in a quiz; every attempt is kept, and 60 of 100 finishes the module. The same token twice is one attempt."""
    enrolment, module = _hold(session, enrolment_id, module_id, ModuleKind.QUIZ, person_id=person_id)
    known = _find_attempt(session, enrolment, client_token)
    if known is not None:
        return known
    require_studying(enrolment)
    if find_result(session, enrolment_id, module_id) is not None:
        raise Conflict("module_done", module=module.title)
    questions = questions_of(module)
    if len(choices) != len(questions) or not all(
        0 <= choice < len(question.options) for choice, question in zip(choices, questions, strict=True)
    ):
        raise Invalid("quiz_answer_every_question", n_questions=len(questions))
    score = score_hundredths(choices, [question.key_index for question in questions])
    attempt = QuizAttempt(
        enrolment_id=enrolment_id, module_id=module_id, client_token=client_token, choices=list(choices),
        score_hundredths=score, at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError as met:
        raise Conflict("sent_already") from met
    if is_passed(score):
        counted = measured(session, enrolment_id, module).counted_seconds
        write_result(session, enrolment, module, counted_seconds=counted, completed_at=now, now=now)
    return attempt


def _find_attempt(session: Session, enrolment: Enrolment, client_token: str) -> QuizAttempt | None:
    return session.scalar(
        select(QuizAttempt).where(QuizAttempt.client_token == client_token, QuizAttempt.enrolment_id == enrolment.id)
    )


def _hold(
    session: Session, enrolment_id: int, module_id: int, kind: ModuleKind, *, person_id: int
) -> tuple[Enrolment, CourseModule]:
    enrolment = lock_own(session, enrolment_id, person_id=person_id)
    return enrolment, get_module(session, enrolment, module_id, kind)


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)
