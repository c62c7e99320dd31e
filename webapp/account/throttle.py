"""Counting failed tries at the door, and how long to wait after them.

The first few tries are free; after that each failure doubles the wait. A try made while one has to
wait is turned away unlooked at and not counted, so that nobody can lock somebody else out for good.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.access import SignInAttempt


@dataclass(frozen=True)
class Patience:
    """How many failures are free, how the wait grows, and how far back failures count."""

    n_free: int
    first_wait: timedelta
    longest_wait: timedelta
    window: timedelta

    def wait_after(self, n_failures: int) -> timedelta:
        """How long to wait after the n-th failure.

        >>> [IDENTIFIER.wait_after(n).seconds for n in (4, 5, 6, 7, 20)]
        [0, 30, 60, 120, 3600]
        """
        if n_failures < self.n_free:
            return timedelta()
        return min(self.longest_wait, self.first_wait * (1 << min(20, n_failures - self.n_free)))


IDENTIFIER = Patience(5, timedelta(seconds=30), timedelta(hours=1), timedelta(hours=24))
# A whole school comes from one address: it takes many failures before the address itself has to wait.
ADDRESS = Patience(60, timedelta(seconds=15), timedelta(minutes=15), timedelta(hours=1))


def digest(secret: str, kind: str, text: str) -> str:
    """Stands for an identifier or an address without telling it."""
    return hmac.new(secret.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


def wait_seconds(
    session: Session, *, identifier_digest: str, address_digest: str, since: datetime | None, now: datetime
) -> int:  # fmt: skip
    """Whole seconds until a next try is looked at; 0 means now. ``since`` forgives failures before a new password."""
    success_at = session.scalar(
        select(func.max(SignInAttempt.at)).where(
            SignInAttempt.identifier_digest == identifier_digest, SignInAttempt.is_success
        )
    )
    forgiven = [moment for moment in (success_at, since) if moment is not None]
    own = SignInAttempt.identifier_digest == identifier_digest
    place = SignInAttempt.address_digest == address_digest
    return max(
        _wait(session, own, IDENTIFIER, after=max([now - IDENTIFIER.window, *forgiven]), now=now),
        _wait(session, place, ADDRESS, after=now - ADDRESS.window, now=now),
    )


def _wait(session: Session, whose: ColumnElement[bool], patience: Patience, *, after: datetime, now: datetime) -> int:
    n_failures, last_at = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            whose, SignInAttempt.is_success.is_(False), SignInAttempt.at > after
        )
    ).one()
    if not n_failures:
        return 0
    left = last_at + patience.wait_after(n_failures) - now
    return max(0, -(-int(left.total_seconds() * 1000) // 1000))
