"""Tables of the personal development plan."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.models import Course
from core.db import Base, sentence, term
from learning.terms import PlanEntryState, PlanState


class Plan(Base):
    """One version of a person's plan for a calendar year inside a five-year cycle. The highest version is the one in force."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("person_id", "year", "version"),
        sentence("a_confirmed_plan_says_by_whom", "(state = 'confirmed') = (confirmed_by IS NOT NULL)"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    year: Mapped[int]
    cycle_start_year: Mapped[int]
    version: Mapped[int]
    state: Mapped[PlanState] = mapped_column(term(PlanState), default=PlanState.DRAFT)
    goal: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]

    entries: Mapped[list["PlanEntry"]] = relationship(back_populates="plan", order_by="PlanEntry.quarter, PlanEntry.id")


class PlanEntry(Base):
    """A course a person means to study in a quarter of the year."""

    __tablename__ = "plan_entry"
    __table_args__ = (
        UniqueConstraint("plan_id", "course_id"),
        Index("ix_plan_entry_course_id", "course_id"),
        sentence("a_quarter_is_one_to_four", "quarter BETWEEN 1 AND 4"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    quarter: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[PlanEntryState] = mapped_column(term(PlanEntryState), default=PlanEntryState.PLANNED)

    plan: Mapped[Plan] = relationship(back_populates="entries")
    course: Mapped[Course] = relationship()
