"""Tables of measuring: designs, item parameters, campaigns, sittings, answers, estimates."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.terms import EndReason, SittingState
from content.models import Item
from content.terms import Domain
from core.db import Base, Document, sentence, term
from core.people import SchoolLevel


class Design(Base):
    """A blueprint of the diagnostic, versioned: domains with minima, target precision, length, exposure."""

    __tablename__ = "design"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]  # one per school level, for instance "DIAG-primary"
    version: Mapped[int]
    school_level: Mapped[SchoolLevel] = mapped_column(term(SchoolLevel))
    spec: Mapped[Document]  # see assessment.designs.DesignSpec
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Release(Base):
    """A set of item parameters on one scale. A provisional release was set by experts, not calibrated on answers."""

    __tablename__ = "parameter_release"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    is_provisional: Mapped[bool]
    source: Mapped[str]  # how it came about, in one sentence
    created_at: Mapped[datetime]


class ItemParameter(Base):
    """Parameters of one item in one release: slope a (per logit) and ordered boundaries b (logits)."""

    __tablename__ = "item_parameter"
    __table_args__ = (sentence("a_slope_is_positive", "slope > 0"),)

    release_id: Mapped[int] = mapped_column(ForeignKey("parameter_release.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    slope: Mapped[float]
    boundaries: Mapped[list[float]]
    slope_se: Mapped[float | None]
    boundary_se: Mapped[float | None]
    n_answers: Mapped[int] = mapped_column(default=0)

    item: Mapped[Item] = relationship()


class Campaign(Base):
    """A window in which the people of an organisation's subtree are asked to take the diagnostic."""

    __tablename__ = "campaign"
    __table_args__ = (sentence("a_window_closes_after_it_opens", "closes_at > opens_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Sitting(Base):
    """One person taking the diagnostic once. All that replays it is here: design, release, seed, and its answers."""

    __tablename__ = "sitting"
    __table_args__ = (
        Index(
            "uq_sitting_one_open_per_person", "person_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index("ix_sitting_person_id_started_at", "person_id", "started_at"),
        sentence("an_ended_sitting_says_when", "(state = 'open') = (closed_at IS NULL)"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    design_id: Mapped[int] = mapped_column(ForeignKey("design.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("parameter_release.id"))
    seed: Mapped[int]
    pool: Mapped[list[int]] = mapped_column(default=list)  # items that may be given in it; empty: all of the release
    state: Mapped[SittingState] = mapped_column(term(SittingState), default=SittingState.OPEN)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    stop_reason: Mapped[EndReason | None] = mapped_column(term(EndReason))

    design: Mapped[Design] = relationship()
    questions: Mapped[list["Question"]] = relationship(back_populates="sitting", order_by="Question.ordinal")
    estimates: Mapped[list["Estimate"]] = relationship(back_populates="sitting")


class Question(Base):
    """An item put before a person: the n-th of the sitting. Only the last, unanswered one is ever shown."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("sitting_id", "ordinal"),
        UniqueConstraint("sitting_id", "item_id"),
        UniqueConstraint("token"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    ordinal: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    token: Mapped[str]  # names the question to the browser; says nothing of the item
    option_order: Mapped[list[int]]  # shown position -> stored position
    put_at: Mapped[datetime]

    sitting: Mapped[Sitting] = relationship(back_populates="questions")
    item: Mapped[Item] = relationship()
    answer: Mapped["Answer | None"] = relationship(back_populates="question")


class Answer(Base):
    """What was answered; appended once, never changed. The client token makes a double click harmless."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("question_id"), UniqueConstraint("client_token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    client_token: Mapped[str]
    option_index: Mapped[int]  # stored position of the chosen option
    category: Mapped[int]  # scored: 0 wrong, 1 right; higher for graded items
    answered_at: Mapped[datetime]
    seconds: Mapped[int]  # between putting and answering, by the server's clock

    question: Mapped[Question] = relationship(back_populates="answer")


class Estimate(Base):
    """The result of an ended sitting in one domain: posterior mean, sd and central 80 % interval, in logits."""

    __tablename__ = "estimate"
    __table_args__ = (
        UniqueConstraint("sitting_id", "domain"),
        sentence("an_interval_holds_its_estimate", "low_logits <= eap_logits AND eap_logits <= high_logits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    domain: Mapped[Domain] = mapped_column(term(Domain))
    eap_logits: Mapped[float]
    sd_logits: Mapped[float]
    low_logits: Mapped[float]
    high_logits: Mapped[float]
    n_items: Mapped[int]

    sitting: Mapped[Sitting] = relationship(back_populates="estimates")
