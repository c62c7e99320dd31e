"""Tables of study: offerings, enrolments, measured time, results of modules, attendance, declarations."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.models import Course, CourseModule
from core.db import Base, Document, sentence, term
from core.people import Organisation, Person
from learning.terms import (
    DeclarationState,
    EnrolmentSource,
    EnrolmentState,
    OfferingState,
    Presence,
    RollMethod,
    SubmissionState,
)


class Offering(Base):
    """A scheduled run of a face-to-face course: dates, place, seats."""

    __tablename__ = "offering"
    __table_args__ = (
        sentence("an_offering_ends_after_it_starts", "ends_on >= starts_on"),
        sentence("an_offering_has_seats", "n_seats > 0"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)  # whose people it is for
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    place: Mapped[str]
    n_seats: Mapped[int]
    state: Mapped[OfferingState] = mapped_column(term(OfferingState), default=OfferingState.PLANNED)

    course: Mapped[Course] = relationship()
    organisation: Mapped[Organisation] = relationship()
    meetings: Mapped[list["Meeting"]] = relationship(back_populates="offering", order_by="Meeting.starts_at")


class Meeting(Base):
    """One session of an offering, teaching one module; its secret drives the rotating attendance code."""

    __tablename__ = "meeting"
    __table_args__ = (sentence("a_meeting_ends_after_it_starts", "ends_at > starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    room: Mapped[str]
    secret: Mapped[str]

    offering: Mapped[Offering] = relationship(back_populates="meetings")
    module: Mapped[CourseModule] = relationship()


class Enrolment(Base):
    """A person studying a course, once at a time. ``seat_no`` makes the seat count one the database keeps."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index(
            "uq_enrolment_one_live_per_course", "person_id", "course_id", unique=True,
            sqlite_where=text("state <> 'withdrawn'"), postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(
            "uq_enrolment_one_person_per_seat", "offering_id", "seat_no", unique=True,
            sqlite_where=text("state <> 'withdrawn'"), postgresql_where=text("state <> 'withdrawn'"),
        ),
        sentence("a_seat_belongs_to_an_offering", "(offering_id IS NULL) = (seat_no IS NULL)"),
        sentence("a_completed_enrolment_says_when", "(state = 'completed') = (completed_at IS NOT NULL)"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"), index=True)
    seat_no: Mapped[int | None]
    source: Mapped[EnrolmentSource] = mapped_column(term(EnrolmentSource))
    state: Mapped[EnrolmentState] = mapped_column(term(EnrolmentState), default=EnrolmentState.ENROLLED)
    enrolled_at: Mapped[datetime]
    due_on: Mapped[date | None]  # when its tasks are due, if anybody set a date
    completed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    course: Mapped[Course] = relationship()
    offering: Mapped[Offering | None] = relationship()
    results: Mapped[list["ModuleResult"]] = relationship(back_populates="enrolment")


class ModuleResult(Base):
    """A module done within an enrolment: when, and the time that counts for it. Written once."""

    __tablename__ = "module_result"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "module_id"),
        sentence("counted_time_is_not_negative", "counted_seconds >= 0"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    counted_seconds: Mapped[int]  # capped by the module's own seconds
    completed_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = relationship(back_populates="results")
    module: Mapped[CourseModule] = relationship()


class StudySession(Base):
    """One open module on one device. Only one per person is live; opening another ends this one."""

    __tablename__ = "study_session"
    __table_args__ = (
        Index(
            "uq_study_session_one_live_per_person", "person_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    device: Mapped[str]  # random word in the browser's own storage
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]  # server time up to which intervals were taken
    last_seq: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


class StudyInterval(Base):
    """A stretch of visible, active study by the server's clock; for video also the range really played."""

    __tablename__ = "study_interval"
    __table_args__ = (
        UniqueConstraint("study_session_id", "seq"),
        Index("ix_study_interval_person_id_from_at", "person_id", "from_at"),
        Index("ix_study_interval_enrolment_id_module_id", "enrolment_id", "module_id"),
        sentence("an_interval_moves_forward", "to_at > from_at"),
        sentence("a_range_moves_forward", "media_to_ms IS NULL OR media_to_ms > media_from_ms"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_session_id: Mapped[int] = mapped_column(ForeignKey("study_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    seq: Mapped[int]
    from_at: Mapped[datetime]
    to_at: Mapped[datetime]
    media_from_ms: Mapped[int | None]
    media_to_ms: Mapped[int | None]


class QuizAttempt(Base):
    """One try at a quiz: what was chosen and the share right in hundredths (6000 is 60 of 100)."""

    __tablename__ = "quiz_attempt"
    __table_args__ = (UniqueConstraint("client_token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    client_token: Mapped[str]
    choices: Mapped[list[int]]
    score_hundredths: Mapped[int]
    at: Mapped[datetime]


class Submission(Base):
    """Work handed in for a task, and what the mentor said of it."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("client_token"),
        Index("ix_submission_state_submitted_at", "state", "submitted_at"),
        sentence("a_judged_submission_says_by_whom", "(state = 'submitted') = (reviewer_id IS NULL)"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    client_token: Mapped[str]
    body: Mapped[str]
    state: Mapped[SubmissionState] = mapped_column(term(SubmissionState), default=SubmissionState.SUBMITTED)
    submitted_at: Mapped[datetime]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")
    ratings: Mapped[list[int]] = mapped_column(default=list)  # level per rubric row, from 0

    enrolment: Mapped[Enrolment] = relationship()
    module: Mapped[CourseModule] = relationship()


class Attendance(Base):
    """A person at a meeting, established by code or roll; a correction by roll replaces presence and is audited."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    presence: Mapped[Presence] = mapped_column(term(Presence))
    method: Mapped[RollMethod] = mapped_column(term(RollMethod))
    at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Declaration(Base):
    """A school-based activity that a teacher declares with evidence and the school verifies."""

    __tablename__ = "declaration"
    __table_args__ = (
        UniqueConstraint("client_token"),
        sentence("a_declared_time_is_positive", "seconds > 0"),
        sentence("a_judged_declaration_says_by_whom", "(state = 'declared') = (verified_by IS NULL)"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    client_token: Mapped[str]
    done_on: Mapped[date]
    seconds: Mapped[int]
    account: Mapped[str]  # what was done, in the teacher's words
    evidence: Mapped[list[Document]] = mapped_column(default=list)  # files by hash: {name, sha256, size, media_type}
    state: Mapped[DeclarationState] = mapped_column(term(DeclarationState), default=DeclarationState.DECLARED)
    declared_at: Mapped[datetime]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")

    enrolment: Mapped[Enrolment] = relationship()
    module: Mapped[CourseModule] = relationship()
