"""``shicheng jobs work | list | run NAME``: the schedule at work, at a glance, and by hand or in rehearsal."""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

from core.outbox import JobSlot, find_last_slot
from learning.engine.days import ZONE
from webapp.cli.grammar import Subparsers
from webapp.jobs.running import LEASE, Crew, Outcome, do_slot, hire
from webapp.jobs.schedule import JOBS, Job
from webapp.jobs.slots import next_slot
from webapp.jobs.worker import LOOK_SECONDS, work
from webapp.settings import Mode, SettingsError, read_settings

ALL = "all"


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("jobs", help="the schedule: work it off, look at it, run one job")
    acts = own.add_subparsers(required=True, metavar="ACT")
    working = acts.add_parser("work", help="work the schedule off until told to stop")
    working.add_argument("--only", choices=sorted(JOBS), action="append", help="only this job (may be repeated)")
    working.add_argument("--look-seconds", type=float, default=LOOK_SECONDS, help="how often to look for due slots")
    working.add_argument(
        "--lease-seconds",
        type=float,
        default=LEASE.total_seconds(),
        help="after how long a silent worker counts as dead",
    )
    working.set_defaults(run=run_work)
    listing = acts.add_parser("list", help="every job: when, last slot, how it went, next slot")
    listing.set_defaults(run=run_list)
    once = acts.add_parser("run", help="run one job now, or as of another time")
    once.add_argument("name", choices=[*sorted(JOBS), ALL], metavar="NAME")
    once.add_argument("--as-of", type=moment, help="the moment the clock shows, for instance 2026-12-24T08:15+08:00")
    once.add_argument("--until", type=moment, help="rehearse every day at that time of day, up to this moment")
    once.set_defaults(run=run_once)


def moment(text: str) -> datetime:
    """A moment that names its zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"not a moment such as 2026-12-24T08:15+08:00: {text!r}") from wrong
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"it must name its zone, for instance {text}+08:00")
    return found


def run_work(arguments: argparse.Namespace) -> int:
    """Work until a signal says stop."""
    crew = hire(read_settings(), lease=timedelta(seconds=arguments.lease_seconds))
    jobs = [JOBS[name] for name in arguments.only or JOBS]
    work(crew, jobs, look_seconds=arguments.look_seconds)
    return 0


def run_list(_arguments: argparse.Namespace) -> int:
    """Print the schedule."""
    crew = hire(read_settings())
    now = crew.clock.now()
    rows = [("JOB", "WHEN (China)", "LAST SLOT", "OUTCOME", "NEXT")]
    with crew.database.session(is_read_only=True) as session:
        for job in JOBS.values():
            slot = find_last_slot(session, job.name)
            last = shown(slot.slot_at) if slot else "never"
            rows.append((job.name, job.in_words, last, outcome_words(slot), shown(next_slot(job.trigger, now))))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def run_once(arguments: argparse.Namespace) -> int:
    """Run a job for one moment, or for every day of a span."""
    settings = read_settings()
    if arguments.as_of and settings.mode is Mode.PRODUCTION:
        raise SettingsError("--as-of rehearses a date and is refused in production: real people would be told")
    if arguments.until and (not arguments.as_of or arguments.until < arguments.as_of):
        print("shicheng jobs run: --until needs an earlier --as-of", file=sys.stderr)
        return 2
    crew = hire(settings)
    jobs = list(JOBS.values()) if arguments.name == ALL else [JOBS[arguments.name]]
    start = arguments.as_of or crew.clock.now()
    outcomes = [_run_as_of(crew, job, at) for at in days(start, arguments.until or start) for job in jobs]
    crew.database.engine.dispose()
    return 1 if Outcome.FAILED in outcomes else 0


def days(start: datetime, until: datetime) -> Iterator[datetime]:
    """The same time of day on every day of a span, both ends included."""
    while start <= until:
        yield start
        start += timedelta(days=1)


def shown(at: datetime | None) -> str:
    """A moment in Chinese time."""
    return "never" if at is None else at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def outcome_words(slot: JobSlot | None) -> str:
    """How a slot went, for the list."""
    if slot is None:
        return "-"
    figures = " ".join(f"{key}={value}" for key, value in (slot.outcome or {}).items())
    if slot.finished_at is not None:
        return f"done {figures}".strip()
    return f"failed {figures}" if "error" in (slot.outcome or {}) else "under way"


def _run_as_of(crew: Crew, job: Job, at: datetime) -> Outcome:
    outcome, found = do_slot(crew, job, at, now=at)
    figures = " ".join(f"{key}={value}" for key, value in found.items())
    words = "taken: done already, or in another worker's hands" if outcome is Outcome.TAKEN else f"{outcome} {figures}"
    stream = sys.stderr if outcome is Outcome.FAILED else sys.stdout
    print(f"{at.astimezone(ZONE).isoformat(timespec='seconds')}  {job.name}: {words}".rstrip(), file=stream)
    return outcome
