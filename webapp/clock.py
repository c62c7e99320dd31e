"""The clock: the only caller of ``now``. It can be set, so that a year is rehearsed in seconds."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import current_app

from learning.engine.days import local_day


class Clock:
    """Tells the moment; in a rehearsal it starts elsewhere and can be pushed forward through a file."""

    def __init__(self, as_of: datetime | None = None, shift_file: Path | None = None) -> None:
        self._shift = as_of - datetime.now(UTC) if as_of is not None else timedelta()
        self._shift_file = shift_file

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        moment = datetime.now(UTC) + self._shift
        if self._shift_file is not None and self._shift_file.exists():
            moment += timedelta(seconds=float(self._shift_file.read_text() or 0))
        return moment


def now() -> datetime:
    """The moment by the running application's clock."""
    clock: Clock = current_app.extensions["shicheng_clock"]
    return clock.now()


def today() -> date:
    """The local day by the running application's clock."""
    return local_day(now())
