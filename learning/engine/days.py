"""Days and years as the rules count them: local to China, whatever zone a server runs in."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """The calendar day of an aware moment in China.

    Raises
    ------
    ValueError
        If the moment is naive.

    Examples
    --------
    >>> from datetime import UTC
    >>> local_day(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    datetime.date(2027, 1, 1)
    """
    if moment.tzinfo is None:
        raise ValueError(f"a naive moment has no day: {moment!r}")
    return moment.astimezone(ZONE).date()
