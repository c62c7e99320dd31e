"""Tables of mentoring: dated pairs, notes within a pair, courses a mentor suggests."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, sentence
from core.people import Person


class Pair(Base):
    """A mentor and an apprentice, from a day to a day. An apprentice has one mentor at a time."""

    __tablename__ = "mentoring_pair"
    __table_args__ = (
        Index(
            "uq_mentoring_pair_one_open_per_apprentice", "apprentice_id", unique=True,
            sqlite_where=text("ended_on IS NULL"), postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_mentoring_pair_mentor_id", "mentor_id"),
        sentence("nobody_mentors_themselves", "mentor_id <> apprentice_id"),
        sentence("a_pair_ends_after_it_starts", "ended_on IS NULL OR ended_on >= started_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    apprentice_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]

    mentor: Mapped[Person] = relationship(foreign_keys=[mentor_id])
    apprentice: Mapped[Person] = relationship(foreign_keys=[apprentice_id])


class Note(Base):
    """Something one of the two wrote to the other."""

    __tablename__ = "mentoring_note"
    __table_args__ = (Index("ix_mentoring_note_pair_id_at", "pair_id", "at"), UniqueConstraint("client_token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentoring_pair.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    client_token: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]


class Suggestion(Base):
    """A course the mentor thinks the apprentice should take; the recommender reads it."""

    __tablename__ = "mentoring_suggestion"
    __table_args__ = (UniqueConstraint("pair_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentoring_pair.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
