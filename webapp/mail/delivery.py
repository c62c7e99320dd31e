"""Bringing the letters out: claim one, send it, note what became of it; each step its own transaction."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from core.db import Document
from webapp.database import Database
from webapp.mail.letters import NoSuchAddress, compose
from webapp.mail.postman import Postman, PutOff, Refused, Unreachable
from webapp.mail.queue import (
    ClaimedElsewhere,
    Letter,
    claim,
    letters_due,
    note_failed,
    note_sent,
    suppress_unwanted,
)
from webapp.settings import Settings

BATCH = 200


def deliver(database: Database, settings: Settings, *, now: datetime, go_on: Callable[[], None]) -> Document:
    """Send what may leave now; ``go_on`` is asked before each letter and raises when this worker should stop."""
    with database.unit_of_work() as session:
        tally = Counter({"suppressed": suppress_unwanted(session, now=now)})
    if not settings.mail.host:
        return {"mail_server": "not set", **tally}
    with database.session(is_read_only=True) as session:
        letters = letters_due(session, now=now, limit=BATCH)
    with Postman(settings.mail) as postman:
        for letter in letters:
            go_on()
            outcome = _bring(database, settings, postman, letter, now=now)
            tally[outcome] += 1
            if outcome == "unreachable":
                break
    return dict(tally)


def _bring(database: Database, settings: Settings, postman: Postman, letter: Letter, *, now: datetime) -> str:
    try:
        with database.unit_of_work() as session:
            claim(session, letter, now=now)
    except ClaimedElsewhere:
        return "elsewhere"
    try:
        postman.send(compose(letter, settings, now=now))
    except (Refused, NoSuchAddress):
        return _failed(database, letter, is_final=True, outcome="refused")
    except PutOff:
        return _failed(database, letter, is_final=False, outcome="put_off")
    except Unreachable:
        return _failed(database, letter, is_final=False, outcome="unreachable")
    with database.unit_of_work() as session:
        note_sent(session, letter, now=now)
    return "sent"


def _failed(database: Database, letter: Letter, *, is_final: bool, outcome: str) -> str:
    with database.unit_of_work() as session:
        note_failed(session, letter, is_final=is_final)
    return outcome
