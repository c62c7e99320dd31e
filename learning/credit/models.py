"""Tables of credit: rule profiles, the ledger, certificates. The ledger is appended to and reversed, never edited."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.terms import ContentFamily, DeliveryMode
from core.db import Base, Document, sentence, term
from core.people import Person
from learning.terms import EntryKind, SourceKind


class RuleProfile(Base):
    """One version of one authority's credit rules, as data with evidence marks."""

    __tablename__ = "rule_profile"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        Index(
            "uq_rule_profile_one_active_version", "code", unique=True,
            sqlite_where=text("is_active"), postgresql_where=text("is_active"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    spec: Mapped[Document]
    is_active: Mapped[bool]
    loaded_at: Mapped[datetime]


class LedgerEntry(Base):
    """Hours and credit put into (or taken back out of) one person's account under one rule profile.

    ``source_key`` names the unit of evidence that was counted (for instance ``enrolment:81/online/3``: the
    third unit of online time of enrolment 81); it is unique per profile, so posting twice changes nothing.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("profile_id", "source_key", "kind", "round_no", name="uq_ledger_entry_posted_once"),
        UniqueConstraint("reverses_id", name="uq_ledger_entry_reversed_once"),
        Index("ix_ledger_entry_person_id_earned_on", "person_id", "earned_on"),
        Index("ix_ledger_entry_source", "source_kind", "source_id"),
        sentence("an_entry_is_never_zero", "hours_hundredths <> 0"),
        sentence("a_post_adds_and_a_reverse_takes", "(kind = 'post') = (hours_hundredths > 0)"),
        sentence("credit_has_the_sign_of_hours", "hours_hundredths * credit_hundredths >= 0"),
        sentence("a_reverse_names_its_post", "(kind = 'reverse') = (reverses_id IS NOT NULL)"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("rule_profile.id"))
    kind: Mapped[EntryKind] = mapped_column(term(EntryKind))
    hours_hundredths: Mapped[int]
    credit_hundredths: Mapped[int]
    mode: Mapped[DeliveryMode] = mapped_column(term(DeliveryMode))
    family: Mapped[ContentFamily] = mapped_column(term(ContentFamily))
    is_practice: Mapped[bool]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    earned_on: Mapped[date]  # the day it belongs to: day cap, year and cycle are counted by it
    source_kind: Mapped[SourceKind] = mapped_column(term(SourceKind))
    source_id: Mapped[int]
    source_key: Mapped[str]
    round_no: Mapped[int] = mapped_column(default=1)  # rises when a reversed unit is posted anew
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"))
    reason: Mapped[str] = mapped_column(default="")
    posted_at: Mapped[datetime]
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    profile: Mapped[RuleProfile] = relationship()


class Certificate(Base):
    """Proof of one completed course, checked by anybody who holds its code."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("serial"), UniqueConstraint("public_code"), UniqueConstraint("enrolment_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str]
    public_code: Mapped[str]  # random; stands in the QR
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    issued_at: Mapped[datetime]
    facts: Mapped[Document]  # what it certifies, frozen at issue
    digest: Mapped[str]  # sha256 over the canonical facts
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")
