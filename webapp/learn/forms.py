"""Shapes of what the pages of study send."""

from collections.abc import Mapping
from datetime import date

from core.errors import Invalid
from learning.terms import Presence


def read_day(text: str) -> date:
    """A day as a date field sends it."""
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("day_not_read", text=text) from wrong


def read_roll(form: Mapping[str, str]) -> dict[int, Presence]:
    """Presence by person from fields named ``person-17``; a row left open is left out."""
    known = {member.value: member for member in Presence}
    return {
        int(name.removeprefix("person-")): known[value]
        for name, value in form.items()
        if name.startswith("person-") and name.removeprefix("person-").isdecimal() and value in known
    }
