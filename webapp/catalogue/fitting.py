"""How a course stands to its reader: whether it is for their stage, what they have of what it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from content.models import Course
from content.terms import CourseState, DeliveryMode, FacetKind
from core.people import Person
from learning.study.enrolments import enrolments_of
from learning.study.models import Enrolment
from learning.study.offerings import OpenRun, offerings_of
from learning.terms import EnrolmentState


@dataclass(frozen=True)
class Standing:
    """What the reader has to do with a course."""

    enrolment: Enrolment | None
    required: tuple[tuple[Course, EnrolmentState | None], ...]
    runs: tuple[OpenRun, ...]
    is_joinable: bool  # on the shelf, and there is something to begin now

    @property
    def is_ready(self) -> bool:
        """Whether everything the course asks first is complete."""
        return all(state is EnrolmentState.COMPLETED for _course, state in self.required)


def standing_of(session: Session, course: Course, person: Person, *, now: datetime) -> Standing:
    """The reader's enrolment in a course, their state in what it requires, and the runs they may join."""
    mine = {enrolment.course_id: enrolment for enrolment in enrolments_of(session, person.id)}
    required = tuple(
        (link.required, mine[link.required_id].state if link.required_id in mine else None)
        for link in course.prerequisites
    )
    is_f2f = course.mode is DeliveryMode.F2F
    runs = tuple(offerings_of(session, course.id, person_id=person.id, now=now)) if is_f2f else ()
    is_joinable = course.state is CourseState.PUBLISHED and _has_something_to_begin(course, runs)
    return Standing(mine.get(course.id), required, runs, is_joinable)


def states_of(session: Session, person_id: int) -> Mapping[int, EnrolmentState]:
    """The reader's state in every course they ever chose and did not leave."""
    return {enrolment.course_id: enrolment.state for enrolment in enrolments_of(session, person_id)}


def fits_stage(course: Course, person: Person) -> bool:
    """Whether the course is cut for the reader's stage, by name or because it is for all."""
    stages = course.facet_values(FacetKind.STAGE)
    return not stages or (person.stage is not None and person.stage.value in stages)


def _has_something_to_begin(course: Course, runs: tuple[OpenRun, ...]) -> bool:
    if course.mode is DeliveryMode.ONLINE:
        return course.is_open
    return any(run.n_left > 0 for run in runs) if course.mode is DeliveryMode.F2F else True
