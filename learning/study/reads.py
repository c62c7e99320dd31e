"""What others read of study: how far somebody is, what comes next, what waits for whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from content.models import Course, CourseModule
from content.terms import ModuleKind
from learning.study.enrolments import enrolments_of
from learning.study.models import Declaration, Enrolment, Meeting, ModuleResult, StudyInterval, Submission
from learning.terms import DeclarationState, EnrolmentState, ModuleState, SubmissionState

__all__ = [
    "Progress", "Stop", "continue_of", "enrolments_of", "meetings_ahead", "path_of", "progress_of",
    "returned_of", "submissions_waiting", "waiting_of",
]  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """One module on the path through a course."""

    module: CourseModule
    state: ModuleState
    result: ModuleResult | None


@dataclass(frozen=True)
class Progress:
    """How far an enrolment is, and the module to go on with (None: nothing the student can do now)."""

    enrolment: Enrolment
    n_done: int
    n_modules: int
    counted_seconds: int
    next_module: CourseModule | None
    last_at: datetime

    @property
    def share(self) -> float:
        """Modules done, 0..1."""
        return self.n_done / self.n_modules if self.n_modules else 0.0


def path_of(session: Session, enrolment: Enrolment) -> list[Stop]:
    """The modules of a course in order, each with its state for this student."""
    return _stops(enrolment, _latest_states(session, [enrolment.id]))


def _stops(enrolment: Enrolment, latest: Mapping[tuple[int, int], ModuleState]) -> list[Stop]:
    done = {result.module_id: result for result in enrolment.results}
    return [
        Stop(
            module,
            ModuleState.DONE if module.id in done else latest.get((enrolment.id, module.id), ModuleState.OPEN),
            done.get(module.id),
        )
        for module in enrolment.course.modules
    ]


def _latest_states(session: Session, enrolment_ids: Collection[int]) -> Mapping[tuple[int, int], ModuleState]:
    """State of the last submission or declaration by (enrolment, module)."""
    shown = {
        SubmissionState.SUBMITTED.value: ModuleState.WAITING, DeclarationState.DECLARED.value: ModuleState.WAITING,
        SubmissionState.RETURNED.value: ModuleState.RETURNED,
    }  # fmt: skip
    states: dict[tuple[int, int], ModuleState] = {}
    for table in (Submission, Declaration):
        rows = session.execute(
            select(table.enrolment_id, table.module_id, table.state)
            .where(table.enrolment_id.in_(enrolment_ids))
            .order_by(table.id)
        )
        for enrolment_id, module_id, state in rows:
            states[enrolment_id, module_id] = shown.get(state.value, ModuleState.OPEN)
    return states


def progress_of(session: Session, person_id: int) -> list[Progress]:
    """A person's courses that were not withdrawn, those studied last first."""
    enrolments = enrolments_of(session, person_id)
    latest = _latest_states(session, [enrolment.id for enrolment in enrolments])
    studied = _last_studied(session, [enrolment.id for enrolment in enrolments])
    rows = [_progress(enrolment, latest, studied) for enrolment in enrolments]
    return sorted(rows, key=lambda row: row.last_at, reverse=True)


def _progress(
    enrolment: Enrolment, latest: Mapping[tuple[int, int], ModuleState], studied: Mapping[int, datetime]
) -> Progress:
    stops = _stops(enrolment, latest)
    mine = (
        stop.module for stop in stops
        if stop.state in (ModuleState.OPEN, ModuleState.RETURNED) and stop.module.kind is not ModuleKind.F2F_SESSION
    )  # fmt: skip
    moments = [enrolment.enrolled_at, *(result.completed_at for result in enrolment.results)]
    if enrolment.id in studied:
        moments.append(studied[enrolment.id])
    return Progress(
        enrolment, len(enrolment.results), len(stops), sum(result.counted_seconds for result in enrolment.results),
        next(mine, None), max(moments),
    )  # fmt: skip


def _last_studied(session: Session, enrolment_ids: Collection[int]) -> Mapping[int, datetime]:
    rows = session.execute(
        select(StudyInterval.enrolment_id, func.max(StudyInterval.to_at))
        .where(StudyInterval.enrolment_id.in_(enrolment_ids))
        .group_by(StudyInterval.enrolment_id)
    )
    return dict(rows.all())


def continue_of(session: Session, person_id: int) -> list[Progress]:
    """Courses a person can go on with now, those studied last first."""
    return [
        row
        for row in progress_of(session, person_id)
        if row.enrolment.state is EnrolmentState.ENROLLED and row.next_module is not None
    ]


def submissions_waiting(session: Session, apprentice_ids: Collection[int]) -> Sequence[Submission]:
    """Work of these people that waits to be judged, the oldest first."""
    return session.scalars(
        select(Submission)
        .join(Submission.enrolment)
        .where(
            Enrolment.person_id.in_(apprentice_ids), Submission.state == SubmissionState.SUBMITTED,
            Enrolment.state == EnrolmentState.ENROLLED,
        )
        .options(
            contains_eager(Submission.enrolment).joinedload(Enrolment.person),
            contains_eager(Submission.enrolment).joinedload(Enrolment.course),
            joinedload(Submission.module),
        )
        .order_by(Submission.submitted_at, Submission.id)
    ).all()  # fmt: skip


def returned_of(session: Session, person_id: int) -> Sequence[Submission]:
    """A person's work that came back and was not handed in anew, the last first."""
    newest = (
        select(func.max(Submission.id))
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .where(Enrolment.person_id == person_id, Enrolment.state == EnrolmentState.ENROLLED)
        .group_by(Submission.enrolment_id, Submission.module_id)
    )
    return session.scalars(
        select(Submission)
        .where(Submission.id.in_(newest), Submission.state == SubmissionState.RETURNED)
        .options(joinedload(Submission.enrolment).joinedload(Enrolment.course), joinedload(Submission.module))
        .order_by(Submission.reviewed_at.desc())
    ).all()


def waiting_of(session: Session, person_id: int) -> tuple[Sequence[Submission], Sequence[Declaration]]:
    """What a person waits for: work with the mentor, declarations with the school."""
    pieces = session.scalars(
        select(Submission)
        .join(Submission.enrolment)
        .where(Enrolment.person_id == person_id, Submission.state == SubmissionState.SUBMITTED)
        .options(contains_eager(Submission.enrolment).joinedload(Enrolment.course), joinedload(Submission.module))
        .order_by(Submission.submitted_at)
    ).all()
    declared = session.scalars(
        select(Declaration)
        .join(Declaration.enrolment)
        .where(Enrolment.person_id == person_id, Declaration.state == DeclarationState.DECLARED)
        .options(contains_eager(Declaration.enrolment).joinedload(Enrolment.course), joinedload(Declaration.module))
        .order_by(Declaration.declared_at)
    ).all()
    return pieces, declared


def meetings_ahead(
    session: Session, person_id: int, *, now: datetime, limit: int = 5
) -> Sequence[tuple[Meeting, Course]]:
    """The person's next meetings that have not ended, with their course."""
    rows = session.execute(
        select(Meeting, Course)
        .join(Enrolment, Enrolment.offering_id == Meeting.offering_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.person_id == person_id, Enrolment.state == EnrolmentState.ENROLLED, Meeting.ends_at >= now)
        .options(joinedload(Meeting.module), joinedload(Meeting.offering))
        .order_by(Meeting.starts_at)
        .limit(limit)
    )
    return rows.all()
