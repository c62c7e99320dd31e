"""Words for every term, error, reason and message: the one place where a code becomes language."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from core.errors import DomainError
from webapp.labels import (
    errors_account,
    errors_assess,
    errors_content,
    errors_credit,
    errors_mentor,
    errors_recommend,
    errors_study,
    messages,
    reasons,
)
from webapp.labels.terms import LABELS

ERRORS = {
    **errors_account.WORDS,
    **errors_content.WORDS,
    **errors_assess.WORDS,
    **errors_recommend.WORDS,
    **errors_study.WORDS,
    **errors_credit.WORDS,
    **errors_mentor.WORDS,
}


def label(member: StrEnum | None) -> str:
    """The reader's word for a term."""
    return "" if member is None else str(LABELS[type(member)][member])


def choices(vocabulary: type[StrEnum]) -> list[tuple[str, str]]:
    """(value, word) pairs of a whole vocabulary, for a form."""
    return [(member.value, label(member)) for member in vocabulary]


def error_words(error: DomainError) -> str:
    """What a person should read about an error they can mend."""
    words = ERRORS.get(error.code)
    if words is None:
        return str(_("That cannot be done (%(code)s).", code=error.code))
    return str(words) % {name: _shown(value) for name, value in error.figures.items()}


def reason_words(reason: Mapping[str, Any]) -> str:
    """One reason of a recommendation, in words and numbers."""
    return reasons.in_words(reason)


def message_words(rule: str, figures: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text of a message."""
    return messages.in_words(rule, figures)


def _shown(value: object) -> object:
    return label(value) if isinstance(value, StrEnum) and type(value) in LABELS else value
