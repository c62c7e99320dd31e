"""The process that works the schedule off: ``shicheng jobs work``. As many of them as one likes.

APScheduler wakes each job every few seconds; whether something is due is read from the job's trigger and
from the slots in the database, not from the memory of one process. So a standstill is made up for once (the
last slot only), a slot whose worker died is taken over when its lease runs out, and a clock that was set
for a rehearsal is followed.
"""

import logging
import signal
import threading
from collections.abc import Sequence
from datetime import UTC
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from core.outbox import find_slot
from webapp.jobs.logs import log, told
from webapp.jobs.running import REAL, Crew, do_slot
from webapp.jobs.schedule import Job
from webapp.jobs.slots import last_slot

LOOK_SECONDS = 5.0


def work(crew: Crew, jobs: Sequence[Job], *, look_seconds: float = LOOK_SECONDS) -> None:
    """Work until SIGTERM or SIGINT; a job under way stops at its next step and gives its slot back."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(max(1, len(jobs)))})
    for job in jobs:
        scheduler.add_job(
            look, IntervalTrigger(seconds=look_seconds, timezone=UTC), args=(crew, job), id=job.name,
            max_instances=1, coalesce=True, misfire_grace_time=None, next_run_time=REAL.now(),
        )  # fmt: skip

    def stop(_signal: int, _frame: FrameType | None) -> None:
        crew.stop.set()
        # Not from inside the handler: the interrupted thread may hold the lock that shutting down needs.
        threading.Thread(target=scheduler.shutdown, kwargs={"wait": True}, name="shutdown").start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("worker begins", worker=crew.worker, jobs=[job.name for job in jobs])
    scheduler.start()
    crew.database.engine.dispose()
    log.info("worker ends", worker=crew.worker)


def look(crew: Crew, job: Job) -> None:
    """Do the job's last slot when it is neither done nor in somebody's hands."""
    if crew.stop.is_set():
        return
    try:
        now = crew.clock.now()
        slot_at = last_slot(job.trigger, now)
        if slot_at is None:
            return
        with crew.database.session(is_read_only=True) as session:
            slot = find_slot(session, job.name, slot_at)
        is_held = slot is not None and slot.lease_until is not None and slot.lease_until >= REAL.now()
        if slot is None or (slot.finished_at is None and not is_held):
            do_slot(crew, job, slot_at, now=now)
    except Exception as error:  # noqa: BLE001  (a database that is away comes back; the schedule waits for it)
        log.error("look failed", job=job.name, **told(error))
