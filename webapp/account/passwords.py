"""Passwords: how they are hashed, which are refused, and how many may be hashed at once.

A hash takes 64 MiB for a moment; more than a few at once would let a crowd at the door push the
product out of memory. One-time passwords are random (59 bits), so a light hash is enough for them,
and a thousand can be made while somebody waits.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Conflict, Invalid
from core.people import Person

N_AT_ONCE = 2
WAIT_SECONDS = 10
SHORTEST, LONGEST = 10, 128
RUNS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
)
COMMON = frozenset(
    ["1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qazxsw23edc", "q1w2e3r4t5", "qwerty1234", "qwer1234", "qwerty12345", "qwert12345", "password12", "password123", "password1234", "passw0rd123", "p@ssw0rd123", "admin12345", "admin123456", "administrator", "root123456", "abc1234567", "abc12345678", "abc123456789", "abcd123456", "a123456789", "a1234567890", "aa12345678", "aa123456789", "asd123456789", "123456789a", "1234567890a", "123456789q", "123456abcdef", "12345qwert", "123qwe123qwe", "qweasdzxc123", "zxcvbnm123", "asdfghjkl1", "woaini1314", "woaini520", "woaini520520", "woaini1314520", "5201314520", "5201314521", "1314520520", "iloveyou520", "iloveyou123", "5845201314", "7758521520", "1231231234", "1122334455", "1472583690", "147258369a", "9876543210", "1357924680", "0987654321", "welcome123", "welcome1234", "teacher123", "teacher1234", "jiaoshi123", "laoshi1234", "laoshi123456", "xuexiao123", "mima123456", "wangyut2017", "changeme123", "letmein1234", "football123", "superman123", "sunshine123", "dragon12345", "zhongguo123", "china12345"]
)  # fmt: skip

_strong = PasswordHasher()
_light = PasswordHasher(time_cost=2, memory_cost=1024, parallelism=1)
_slots = BoundedSemaphore(N_AT_ONCE)


def hash_password(password: str) -> str:
    """The argon2id hash of a password a person chose."""
    with _slot():
        return _strong.hash(_normal(password))


def hash_one_time(password: str) -> str:
    """The argon2id hash of a random one-time password."""
    return _light.hash(_normal(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; takes the same time for somebody who does not exist (None)."""
    with _slot():
        if password_hash is None or _is_light(password_hash):
            _fits(password, _nobody())
        return password_hash is not None and _fits(password, password_hash)


def check_password(password: str, person: Person) -> None:
    """Refuse a password that others would guess, with what to do instead."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise Invalid("password_short", n=SHORTEST)
    if len(plain) > LONGEST:
        raise Invalid("password_long", n=LONGEST)
    lower = plain.lower()
    own = {person.staff_no.lower(), (person.email or "").lower(), person.name.lower()}
    own |= {(person.email or "").lower().partition("@")[0]}
    if lower in own or _is_padded(lower, person.staff_no.lower()):
        raise Invalid("password_own")
    if lower in COMMON or len(set(lower)) < 4 or any(lower in run or lower in run[::-1] for run in RUNS):
        raise Invalid("password_common")


def _is_padded(lower: str, staff_no: str) -> bool:
    """The staff number with next to nothing around it."""
    return len(staff_no) >= 4 and staff_no in lower and len(lower) - len(staff_no) < 4


def _normal(password: str) -> str:
    """The same characters whether a keyboard composed them or not."""
    return unicodedata.normalize("NFKC", password)


def _fits(password: str, password_hash: str) -> bool:
    try:
        return _strong.verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _is_light(password_hash: str) -> bool:
    try:
        return _strong.check_needs_rehash(password_hash)
    except InvalidHashError:
        return True


@cache
def _nobody() -> str:
    return _strong.hash("nobody has this password")


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise Conflict("sign_in_busy")
    try:
        yield
    finally:
        _slots.release()
