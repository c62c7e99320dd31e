"""Tables of deciding what to study next: target profiles and what was recommended, why, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.models import Course
from content.terms import Domain
from core.db import Base, Document, term
from core.people import CareerStage
from recommender.terms import PickState, PutAsideReason


class TargetProfile(Base):
    """What a stage is expected to reach in a domain, in logits; an administrator's setting, not policy."""

    __tablename__ = "target_profile"

    stage: Mapped[CareerStage] = mapped_column(term(CareerStage), primary_key=True)
    domain: Mapped[Domain] = mapped_column(term(Domain), primary_key=True)
    target_logits: Mapped[float]


class Pick(Base):
    """One course recommended to one person in one run, with the parts of its score as reasons."""

    __tablename__ = "pick"
    __table_args__ = (
        UniqueConstraint("person_id", "run_no", "course_id"),
        Index("ix_pick_person_id_state", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    run_no: Mapped[int]  # runs of this person, from 1
    rank: Mapped[int]
    score: Mapped[float]
    reasons: Mapped[list[Document]]  # [{kind, weight, ...figures}], strongest first
    model_version: Mapped[str]
    is_personalised: Mapped[bool]
    offered_at: Mapped[datetime]
    state: Mapped[PickState] = mapped_column(term(PickState), default=PickState.OFFERED)
    decided_at: Mapped[datetime | None]
    put_aside_reason: Mapped[PutAsideReason | None] = mapped_column(term(PutAsideReason))

    course: Mapped[Course] = relationship()
