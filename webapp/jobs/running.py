"""Doing one slot: claim it, keep the lease while working, close it; leave it for another when it fails.

A lease is measured by the real clock even in a rehearsal: it is about processes, which live in real time.
"""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flask import Flask

from core.db import Document
from core.outbox import claim_slot, find_slot, finish_slot, give_back_slot, renew_slot
from webapp.application import create_app
from webapp.clock import Clock
from webapp.database import Database
from webapp.jobs.logs import log, told
from webapp.jobs.schedule import Job, Run
from webapp.settings import Settings

LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
REAL = Clock()


class Outcome(StrEnum):
    """How an attempt at a slot went. taken: another worker has it or had it; stopped: told to stop, given back."""

    DONE = "done"
    TAKEN = "taken"
    FAILED = "failed"
    STOPPED = "stopped"


class Stopped(Exception):
    """This worker is to stop: it was told to, or it lost its slot."""


@dataclass(frozen=True)
class Crew:
    """One worker process: the application it works for, its name, and the word that makes it stop."""

    app: Flask
    settings: Settings
    lease: timedelta = LEASE
    worker: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}")
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def database(self) -> Database:
        found: Database = self.app.extensions["shicheng_database"]
        return found

    @property
    def clock(self) -> Clock:
        found: Clock = self.app.extensions["shicheng_clock"]
        return found


def hire(settings: Settings, *, lease: timedelta = LEASE) -> Crew:
    """A worker for the deployment with these settings."""
    return Crew(create_app(settings), settings, lease)


def wait_after(n_failures: int) -> timedelta:
    """How long a slot that failed so often is left alone.

    >>> [wait_after(n).seconds for n in (1, 2, 3, 20)]
    [30, 60, 120, 3600]
    """
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(20, n_failures - 1)))


def do_slot(crew: Crew, job: Job, slot_at: datetime, *, now: datetime) -> tuple[Outcome, Document]:
    """Do a job's slot if nobody has it; ``now`` is the moment the job works for."""
    with crew.database.unit_of_work() as session:
        mine = claim_slot(session, job.name, slot_at, worker=crew.worker, lease=crew.lease, now=REAL.now())
        slot = find_slot(session, job.name, slot_at)
        earlier = dict(slot.outcome or {}) if slot else {}
    if not mine:
        return Outcome.TAKEN, {}
    try:
        with _heartbeat(crew, job, slot_at) as lost, crew.app.app_context():
            found = job.work(Run(crew.database, crew.settings, now, lambda: _check(crew, lost)))
    except Stopped:
        _give_back(crew, job, slot_at, earlier, REAL.now())
        log.info("slot given back", job=job.name, slot=slot_at.isoformat())
        return Outcome.STOPPED, {}
    except Exception as error:  # noqa: BLE001  (whatever a job raises, the schedule lives on and tries again)
        return Outcome.FAILED, _leave_failed(crew, job, slot_at, earlier, error)
    with crew.database.unit_of_work() as session:
        kept = finish_slot(session, job.name, slot_at, worker=crew.worker, outcome=found, now=now)
    log.info("slot done", job=job.name, slot=slot_at.isoformat(), kept=kept, **found)
    return Outcome.DONE, found


def _leave_failed(crew: Crew, job: Job, slot_at: datetime, earlier: Document, error: Exception) -> Document:
    """Write down that it failed and when it may be tried again."""
    n_failures = int(earlier.get("n_failures", 0)) + 1
    outcome = {"n_failures": n_failures, "error": type(error).__name__}
    wait = wait_after(n_failures)
    _give_back(crew, job, slot_at, outcome, REAL.now() + wait)
    log.error(
        "slot failed", job=job.name, slot=slot_at.isoformat(), n_failures=n_failures,
        again_in_seconds=int(wait.total_seconds()), **told(error),
    )  # fmt: skip
    return outcome


def _give_back(crew: Crew, job: Job, slot_at: datetime, outcome: Document, not_before: datetime) -> None:
    with crew.database.unit_of_work() as session:
        give_back_slot(session, job.name, slot_at, worker=crew.worker, outcome=outcome, not_before=not_before)


def _check(crew: Crew, lost: threading.Event) -> None:
    if crew.stop.is_set() or lost.is_set():
        raise Stopped


@contextmanager
def _heartbeat(crew: Crew, job: Job, slot_at: datetime) -> Iterator[threading.Event]:
    """Keep moving the end of the lease while the work lasts; the event is set when the slot was lost."""
    over, lost = threading.Event(), threading.Event()

    def beat() -> None:
        while not over.wait(crew.lease.total_seconds() / 3):
            try:
                with crew.database.unit_of_work() as session:
                    until = REAL.now() + crew.lease
                    if not renew_slot(session, job.name, slot_at, worker=crew.worker, lease_until=until):
                        lost.set()
                        return
            except Exception as error:  # noqa: BLE001  (one missed beat is no loss; the next may pass)
                log.warning("heartbeat missed", job=job.name, **told(error))

    thread = threading.Thread(target=beat, name=f"heartbeat-{job.name}", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        over.set()
        thread.join()
