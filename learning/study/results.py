"""The one way a module becomes done: its result is written once, the course completes, credit is settled."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.models import CourseModule
from content.terms import ModuleKind
from core.errors import Conflict, NotFound
from core.people import Person
from learning.credit import ledger
from learning.engine.completion import is_course_done
from learning.study.models import Enrolment, ModuleResult, StudySession
from learning.terms import EnrolmentState


def take_turn(session: Session, person_id: int) -> None:
    """Hold a person's row: acts on one person's study wait for each other, as postings to their account do.

    Always the first thing to be locked, so that two acts never wait for one another.
    """
    held = select(Person.id).where(Person.id == person_id, Person.is_active).with_for_update(key_share=True)
    if session.scalar(held) is None:
        raise NotFound("person_not_found", id=person_id)


def lock_own(session: Session, enrolment_id: int, *, person_id: int) -> Enrolment:
    """A person's own enrolment, held until the end of the transaction so that two acts on it take turns."""
    take_turn(session, person_id)
    found = session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.person_id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("enrolment_not_found", id=enrolment_id)
    return found


def get_module(session: Session, enrolment: Enrolment, module_id: int, *kinds: ModuleKind) -> CourseModule:
    """A module of the enrolled course, of one of the kinds when any is named; NotFound otherwise."""
    found = session.scalar(
        select(CourseModule).where(CourseModule.id == module_id, CourseModule.course_id == enrolment.course_id)
    )
    if found is None or (kinds and found.kind not in kinds):
        raise NotFound("module_not_found", id=module_id)
    return found


def find_result(session: Session, enrolment_id: int, module_id: int) -> ModuleResult | None:
    """The result of a module within an enrolment, if it is done."""
    return session.scalar(
        select(ModuleResult).where(ModuleResult.enrolment_id == enrolment_id, ModuleResult.module_id == module_id)
    )


def results_of(session: Session, enrolment_id: int) -> Mapping[int, ModuleResult]:
    """Results of an enrolment by module."""
    rows = session.scalars(select(ModuleResult).where(ModuleResult.enrolment_id == enrolment_id))
    return {row.module_id: row for row in rows}


def require_studying(enrolment: Enrolment) -> None:
    """Refuse an act on an enrolment that was withdrawn or is complete."""
    if enrolment.state is not EnrolmentState.ENROLLED:
        raise Conflict("enrolment_not_open", state=enrolment.state)


def write_result(
    session: Session,
    enrolment: Enrolment,
    module: CourseModule,
    *,
    counted_seconds: int,
    completed_at: datetime,
    now: datetime,
) -> ModuleResult:
    """Note that a module is done and what it counts; a second time changes nothing. Expects the enrolment locked."""
    result = ModuleResult(
        enrolment_id=enrolment.id, module_id=module.id, completed_at=completed_at,
        counted_seconds=max(0, min(counted_seconds, module.seconds)),
    )  # fmt: skip
    known = find_result(session, enrolment.id, module.id)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            session.add(result)
    except IntegrityError:  # another process was first
        return session.scalars(
            select(ModuleResult).where(ModuleResult.enrolment_id == enrolment.id, ModuleResult.module_id == module.id)
        ).one()
    end_study(session, enrolment, module, now=now)
    _complete_when_done(session, enrolment, now=now)
    ledger.settle_enrolment(session, enrolment.id, now=now)
    return result


def end_study(session: Session, enrolment: Enrolment, module: CourseModule, *, now: datetime) -> None:
    """End the study session that is open on a module, if one is: nothing more is measured on it."""
    live = session.scalars(
        select(StudySession)
        .where(
            StudySession.person_id == enrolment.person_id,
            StudySession.module_id == module.id,
            StudySession.ended_at.is_(None),
        )
        .with_for_update(key_share=True)
    )
    for study in live:
        study.ended_at = now
    session.flush()


def _complete_when_done(session: Session, enrolment: Enrolment, *, now: datetime) -> None:
    modules = session.scalars(select(CourseModule.id).where(CourseModule.course_id == enrolment.course_id)).all()
    if is_course_done(modules, results_of(session, enrolment.id)) and enrolment.state is EnrolmentState.ENROLLED:
        enrolment.state = EnrolmentState.COMPLETED
        enrolment.completed_at = now
        session.flush()
