"""The moments at which a job is due, out of its trigger. Only the last one matters after a standstill."""

from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger

LOOK_BACK = (timedelta(minutes=3), timedelta(hours=3), timedelta(days=3), timedelta(days=70), timedelta(days=800))
TICK = timedelta(microseconds=1)


def next_slot(trigger: BaseTrigger, after: datetime) -> datetime | None:
    """The first moment after another at which the job is due."""
    found: datetime | None = trigger.get_next_fire_time(None, after + TICK)
    return None if found is None else found.astimezone(UTC)


def last_slot(trigger: BaseTrigger, now: datetime) -> datetime | None:
    """The latest moment, now included, at which the job was due; what came before it need not be made up for."""
    for span in LOOK_BACK:
        found = None
        upcoming = next_slot(trigger, now - span)
        while upcoming is not None and upcoming <= now:
            found, upcoming = upcoming, next_slot(trigger, upcoming)
        if found is not None:
            return found
    return None
