"""Passwords: argon2id, few at once, and the same time for somebody who does not exist."""

import threading
import time

import pytest

from core.errors import Conflict, Invalid
from core.people import Person
from webapp.account import passwords
from webapp.account.passwords import check_password, hash_one_time, hash_password, is_password


def test_a_password_is_kept_as_argon2id_with_64_mib() -> None:
    kept = hash_password("three blue lanterns")
    assert kept.startswith("$argon2id$v=19$m=65536,")
    assert is_password("three blue lanterns", kept)
    assert not is_password("three blue lantern", kept)


def test_full_width_letters_from_a_chinese_keyboard_are_the_same_password() -> None:
    assert is_password("ａｂｃｄ-efgh-12", hash_one_time("abcd-efgh-12"))


def test_a_damaged_or_missing_hash_fits_nothing() -> None:
    assert not is_password("", "")
    assert not is_password("x", "nonsense")
    assert not is_password("x", None)


def test_somebody_unknown_takes_as_long_as_somebody_known() -> None:
    known, light = hash_password("a known password"), hash_one_time("abcd-efgh-jkmn")
    is_password("warm", None)

    def seconds(kept: str | None) -> float:
        runs = []
        for _ in range(5):
            started = time.perf_counter()
            is_password("wrong", kept)
            runs.append(time.perf_counter() - started)
        return min(runs)

    full = seconds(known)
    for kept in (None, light):
        assert full * 0.5 < seconds(kept) < full * 2


def test_no_more_than_a_few_hash_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.05)
    for _ in range(passwords.N_AT_ONCE):
        assert passwords._slots.acquire(timeout=5)
    try:
        with pytest.raises(Conflict, match="sign_in_busy"):
            hash_password("one too many")
    finally:
        for _ in range(passwords.N_AT_ONCE):
            passwords._slots.release()
    done = threading.Thread(target=hash_password, args=("room again",))
    done.start()
    done.join(10)
    assert not done.is_alive()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("123456789", "password_short"),
        ("x" * 129, "password_long"),
        ("1234567890", "password_common"),
        ("0987654321", "password_common"),
        ("QWERTYUIOP", "password_common"),
        ("ababababab", "password_common"),
        ("20210037ab", "password_own"),
        ("linyi2021@example.cn", "password_own"),
    ],
)
def test_what_others_would_try_first_is_refused(password: str, code: str) -> None:
    person = Person(staff_no="20210037", name="林一", email="linyi2021@example.cn")
    with pytest.raises(Invalid, match=code):
        check_password(password, person)


@pytest.mark.parametrize("password", ["three blue lanterns", "窗前明月光照进来啦哈哈", "Correct-horse-7"])
def test_a_longer_phrase_is_welcome(password: str) -> None:
    check_password(password, Person(staff_no="20210037", name="林一", email=None))
