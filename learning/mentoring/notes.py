"""What the two of a pair write to each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.outbox import tell
from core.people import Person, get_person
from learning.engine.days import local_day
from learning.mentoring.models import Note, Pair
from learning.mentoring.pairs import get_member_pair

LONGEST_NOTE = 2000
EXCERPT = 40


@dataclass(frozen=True)
class ShownNote:
    """A note as either of the two reads it."""

    author_id: int
    author: str
    body: str
    at: datetime


def write_note(session: Session, author_id: int, *, pair_id: int, body: str, client_token: str, now: datetime) -> Note:
    """Write to the other of a running pair, who is told once; sending the same note again changes nothing."""
    pair = get_member_pair(session, pair_id, author_id, on=local_day(now))
    words = body.strip()
    if not words:
        raise Invalid("note_is_empty")
    if len(words) > LONGEST_NOTE:
        raise Invalid("note_is_too_long", n=len(words), longest=LONGEST_NOTE)
    note = Note(pair_id=pair.id, author_id=author_id, client_token=client_token, body=words, at=now)
    try:
        with session.begin_nested():
            session.add(note)
    except IntegrityError:
        return _written_before(session, pair, author_id, client_token)
    is_mentor = author_id == pair.mentor_id
    tell(
        session, "mentor.note", recipient_id=pair.apprentice_id if is_mentor else pair.mentor_id,
        subject_kind="mentoring_note", subject_id=note.id, due_slot="", now=now,
        link="/mentor/mine#notes" if is_mentor else f"/mentor/people/{pair.apprentice_id}#notes",
        name=get_person(session, author_id).name, excerpt=words[:EXCERPT],
    )  # fmt: skip
    return note


def notes_of(session: Session, pair_id: int, *, limit: int = 50) -> Sequence[ShownNote]:
    """The thread of a pair, newest first. The caller has established that the reader is one of the two."""
    rows = session.execute(
        select(Note.author_id, Person.name, Note.body, Note.at)
        .join(Person, Person.id == Note.author_id).where(Note.pair_id == pair_id)
        .order_by(Note.at.desc(), Note.id.desc()).limit(limit)
    )  # fmt: skip
    return [ShownNote(*row) for row in rows]


def _written_before(session: Session, pair: Pair, author_id: int, client_token: str) -> Note:
    standing = session.scalar(
        select(Note).where(Note.client_token == client_token, Note.author_id == author_id, Note.pair_id == pair.id)
    )
    if standing is None:
        raise Conflict("note_token_taken")
    return standing
