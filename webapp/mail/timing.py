"""When e-mail may leave: not at night, a digest once in the morning, retries ever further apart. All Chinese time."""

from datetime import datetime, time, timedelta

from learning.engine.days import ZONE

QUIET_FROM, QUIET_UNTIL = time(22, 0), time(7, 0)
DIGEST_AT = time(7, 30)
MAX_TRIES = 6
FIRST_WAIT = timedelta(minutes=2)
STALE_AFTER = timedelta(days=3)  # never tried for so long (no server was set): the inbox has told it by then


def is_quiet(now: datetime) -> bool:
    """Whether people are left in peace: from 22:00 until before 07:00.

    >>> [is_quiet(datetime(2026, 11, 16, hour, 0, tzinfo=ZONE)) for hour in (21, 22, 6, 7)]
    [False, True, True, False]
    """
    at = now.astimezone(ZONE).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL


def find_digest_cut(now: datetime) -> datetime | None:
    """This morning's half past seven once it has come: what was told before it goes into today's digest.

    >>> find_digest_cut(datetime(2026, 11, 16, 7, 29, tzinfo=ZONE)) is None
    True
    """
    local = now.astimezone(ZONE)
    return None if local.time() < DIGEST_AT else datetime.combine(local.date(), DIGEST_AT, ZONE)


def wait_after(n_tries: int) -> timedelta:
    """How long after the n-th try the next one may come: 2, 8, 32, 128, 512 minutes.

    >>> [wait_after(n).total_seconds() / 60 for n in (1, 2, 5)]
    [2.0, 8.0, 512.0]
    """
    return FIRST_WAIT * (1 << 2 * (n_tries - 1))
