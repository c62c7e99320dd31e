"""A teacher's start: the one thing to do next, and what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.estimates import find_profile
from assessment.sittings import find_open_sitting
from content.models import Course
from core.outbox import Message, inbox_of
from learning.credit.statements import Statement
from learning.plans.forecast import find_statement
from learning.study.attendance import is_open
from learning.study.models import Attendance, Declaration, Meeting, Submission
from learning.study.reads import Progress, meetings_ahead, progress_of, returned_of, waiting_of
from learning.terms import EnrolmentState, StartStep
from recommender.models import Pick
from recommender.picks import picks_of

N_MESSAGES = 4


@dataclass(frozen=True)
class Start:
    """All that the start page shows; ``step`` is its one primary action."""

    step: StartStep
    statement: Statement | None
    studying: Sequence[Progress]
    n_complete: int
    returned: Sequence[Submission]
    pieces_waiting: Sequence[Submission]
    declarations_waiting: Sequence[Declaration]
    meetings: Sequence[tuple[Meeting, Course]]
    picks: Sequence[Pick]
    messages: Sequence[Message]

    @property
    def going_on(self) -> Progress | None:
        """The course to go on with: the one studied last that has something to do."""
        return next((row for row in self.studying if row.next_module is not None), None)


def start_of(session: Session, person_id: int, *, now: datetime) -> Start:
    """What a teacher should see on coming in."""
    courses = progress_of(session, person_id)
    studying = [row for row in courses if row.enrolment.state is EnrolmentState.ENROLLED]
    returned = returned_of(session, person_id)
    meetings = meetings_ahead(session, person_id, now=now)
    picks = picks_of(session, person_id)
    statement = find_statement(session, person_id, now=now)
    pieces, declared = waiting_of(session, person_id)
    can_go_on = any(row.next_module is not None for row in studying)
    standing: list[tuple[bool, StartStep]] = [
        (_may_check_in(session, person_id, meetings, now), StartStep.CHECK_IN),
        (find_open_sitting(session, person_id) is not None, StartStep.RESUME_DIAGNOSTIC),
        (find_profile(session, person_id) is None, StartStep.TAKE_DIAGNOSTIC),
        (bool(returned), StartStep.REWORK_TASK),
        (can_go_on, StartStep.GO_ON_STUDYING),
        (bool(picks), StartStep.CHOOSE_PICK),
        (statement is None or statement.short_units > 0, StartStep.FIND_COURSE),
    ]
    return Start(
        next((step for applies, step in standing if applies), StartStep.ALL_DONE), statement, studying,
        len(courses) - len(studying), returned, pieces, declared, meetings, picks,
        inbox_of(session, person_id, limit=N_MESSAGES),
    )  # fmt: skip


def _may_check_in(session: Session, person_id: int, meetings: Sequence[tuple[Meeting, Course]], now: datetime) -> bool:
    """Whether a session is open for checking in and the person has not done so."""
    open_now = [meeting.id for meeting, _course in meetings if is_open(meeting, now)]
    if not open_now:
        return False
    there = select(Attendance.meeting_id).where(Attendance.person_id == person_id, Attendance.meeting_id.in_(open_now))
    return set(session.scalars(there)) != set(open_now)
