"""What the schedule says about itself: one line of JSON for each run, without secrets or personal data.

An error is told by its kind and the places it passed through; never by its text, which may quote a row,
an address or a password.
"""

import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

ROOT = str(Path(__file__).parents[2])
HIDDEN = ("password", "secret", "token", "email", "url", "name", "staff_no")

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _logger, _method, event: {key: "***" if key in HIDDEN else value for key, value in event.items()},
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),  # looked up anew: it may have been redirected
)
log: Any = structlog.get_logger("jobs")


def told(error: BaseException) -> dict[str, object]:
    """An error as the log may keep it: its kind, and the lines of ours it went through."""
    return {"error": type(error).__name__, "through": _places(error.__traceback__)}


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(ROOT) and "site-packages" not in file:
            places.append(f"{file[len(ROOT) + 1 :]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-6:]
