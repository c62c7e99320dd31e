"""The schedule as a table: a row a job. Every job is safe to run twice; each due moment is done once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from assessment.sittings import end_expired
from core.db import Document
from core.outbox import tell_many
from learning import reminders
from learning.credit.certificates import issue_due
from learning.credit.ledger import settle_due
from learning.engine.days import ZONE
from learning.reminders import Reminder
from learning.study.attendance import settle_meetings
from webapp.database import Database
from webapp.jobs.cleaning import clean_up
from webapp.mail import deliver
from webapp.settings import Settings

FONT = Path(__file__).parent.parent / "static" / "vendor" / "fonts" / "NotoSansSC-Regular.ttf"
CHUNK = 200  # messages written in one transaction: short enough that nobody waits for it


@dataclass(frozen=True)
class Run:
    """One run as a job sees it: the moment it counts as, and a word to say before each next step."""

    database: Database
    settings: Settings
    now: datetime
    go_on: Callable[[], None]  # raises when the worker is told to stop, or lost the slot to another


@dataclass(frozen=True)
class Job:
    """A row of the schedule."""

    name: str
    trigger: BaseTrigger
    in_words: str
    work: Callable[[Run], Document]


def remind(of: Reminder) -> Callable[[Run], Document]:
    """A job that tells everybody a rule finds, some at a time; who was told already is passed over."""

    def work(run: Run) -> Document:
        with run.database.session(is_read_only=True) as session:
            notices = of(session, run.now)
        n_told = 0
        for start in range(0, len(notices), CHUNK):
            run.go_on()
            with run.database.unit_of_work() as session:
                n_told += tell_many(session, notices[start : start + CHUNK], now=run.now)
        return {"due": len(notices), "told": n_told}

    return work


def issue_certificates(run: Run) -> Document:
    """Issue what completed courses have earned; the holders are told."""
    font = FONT if FONT.exists() else None
    n_issued = 0
    while True:
        run.go_on()
        with run.database.unit_of_work() as session:
            issued = issue_due(session, now=run.now, limit=CHUNK, font=font)
        n_issued += len(issued)
        if not issued:
            return {"issued": n_issued}


def end_sittings(run: Run) -> Document:
    """End diagnostics that stood open too long."""
    with run.database.unit_of_work() as session:
        return {"ended": len(end_expired(session, now=run.now))}


def settle_attendance(run: Run) -> Document:
    """Count meetings that have ended for everybody who was there."""
    with run.database.unit_of_work() as session:
        return {"settled": settle_meetings(session, now=run.now)}


def settle_credit(run: Run) -> Document:
    """Post hours that a profile made active later has not seen yet."""
    with run.database.unit_of_work() as session:
        return {"posted": settle_due(session, now=run.now)}


def tidy(run: Run) -> Document:
    """End forgotten study sessions and forget what need not be kept."""
    with run.database.unit_of_work() as session:
        return clean_up(session, now=run.now)


def send_mail(run: Run) -> Document:
    """Send the e-mail copies that may leave now."""
    return deliver(run.database, run.settings, now=run.now, go_on=run.go_on)


def daily(hour: int, minute: int) -> BaseTrigger:
    return CronTrigger(hour=hour, minute=minute, timezone=ZONE)


def every_minutes(n_minutes: int) -> BaseTrigger:
    return CronTrigger(minute=f"*/{n_minutes}", timezone=ZONE)


JOBS: Mapping[str, Job] = {
    job.name: job
    for job in (
        Job("reminders.window_closing", daily(8, 0), "every day at 08:00", remind(reminders.window_closing)),
        Job("reminders.task_due", daily(8, 5), "every day at 08:05", remind(reminders.task_due)),
        Job("reminders.submission_waiting", daily(8, 10), "every day at 08:10", remind(reminders.submission_waiting)),
        Job("reminders.hours_behind", daily(8, 15), "every day at 08:15", remind(reminders.hours_behind)),
        Job("sittings.end_expired", every_minutes(10), "every 10 minutes", end_sittings),
        Job("attendance.settle", every_minutes(10), "every 10 minutes", settle_attendance),
        Job("credit.settle", every_minutes(30), "every 30 minutes", settle_credit),
        Job("certificates.issue", every_minutes(10), "every 10 minutes", issue_certificates),
        Job("sessions.clean_up", every_minutes(30), "every 30 minutes", tidy),
        Job("mail.deliver", every_minutes(1), "every minute", send_mail),
    )
}
