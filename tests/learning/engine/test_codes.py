"""The rotating code against the published vectors of RFC 6238, and signatures that fit one beat only."""

from datetime import UTC, datetime, timedelta

import pytest

from learning.engine.codes import beat_signature, digits, is_beat_signature, is_current, step_of, token

RFC_KEY = b"12345678901234567890123456789012"
NINE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "46119246"), (1111111109, "68084774"), (1111111111, "67062674"), (1234567890, "91819424"),
        (2000000000, "90698825"), (20000000000, "77737706"),
    ],
)  # fmt: skip
def test_six_digits_are_the_end_of_the_eight_in_rfc_6238_appendix_b(seconds: int, eight_digits: str) -> None:
    assert digits(RFC_KEY, seconds // 30) == eight_digits[-6:]


@pytest.mark.parametrize("make", [digits, token])
def test_a_code_is_good_in_its_own_step_and_the_next_and_not_before(make: object) -> None:
    shown = make(b"secret", step_of(NINE))  # type: ignore[operator]
    ok = [is_current(b"secret", shown, now=NINE + timedelta(seconds=s)) for s in (-1, 0, 14, 15, 29, 30)]
    assert ok == [False, True, True, True, True, False]
    assert not is_current(b"another", shown, now=NINE)


def test_a_signature_fits_one_session_and_one_number() -> None:
    signature = beat_signature(b"secret", session_id=7, seq=3)
    assert is_beat_signature(b"secret", signature, session_id=7, seq=3)
    assert not is_beat_signature(b"secret", signature, session_id=7, seq=4)
    assert not is_beat_signature(b"secret", signature, session_id=8, seq=3)
    assert not is_beat_signature(b"other", signature, session_id=7, seq=3)
    assert not is_beat_signature(b"secret", "é", session_id=7, seq=3)
