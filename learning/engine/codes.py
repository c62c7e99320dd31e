"""Words that prove something for a short time: signatures of beats, and the rotating code of a meeting.

The six digits follow RFC 4226 (HOTP, section 5.3) with the counter of RFC 6238 (TOTP, section 4) and
SHA-256; the step of 15 seconds and the one step of grace are the platform's own choice (CHOICE).
"""

import hmac
from datetime import UTC, datetime, timedelta

STEP_SECONDS = 15
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def beat_signature(secret: bytes, *, session_id: int, seq: int) -> str:
    """What the browser must show to send beat ``seq`` of a study session; only the server can make it."""
    return hmac.digest(secret, f"beat:{session_id}:{seq}".encode(), "sha256").hex()[:32]


def is_beat_signature(secret: bytes, signature: str, *, session_id: int, seq: int) -> bool:
    """Whether the signature belongs to this beat; compared in constant time."""
    return hmac.compare_digest(beat_signature(secret, session_id=session_id, seq=seq).encode(), signature.encode())


def step_of(now: datetime) -> int:
    """Number of the 15-second step a moment lies in.

    Examples
    --------
    >>> step_of(EPOCH + timedelta(seconds=31))
    2
    """
    return (now - EPOCH) // timedelta(seconds=STEP_SECONDS)


def digits(secret: bytes, step: int) -> str:
    """Six digits of one step, by dynamic truncation (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha256")
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def token(secret: bytes, step: int) -> str:
    """The same proof at length, for the QR code, where nobody has to type it."""
    return hmac.digest(secret, f"qr:{step}".encode(), "sha256").hex()[:24]


def is_current(secret: bytes, word: str, *, now: datetime) -> bool:
    """Whether the digits or the token belong to this step or the one before.

    Examples
    --------
    >>> nine = datetime(2026, 11, 16, 9, tzinfo=UTC)
    >>> shown = digits(b"k", step_of(nine))
    >>> [is_current(b"k", shown, now=nine + timedelta(seconds=s)) for s in (0, 29, 30)]
    [True, True, False]
    """
    step = step_of(now)
    valid = [make(secret, at) for at in (step, step - 1) for make in (digits, token)]
    return sum(hmac.compare_digest(known.encode(), word.encode()) for known in valid) > 0  # no early way out
