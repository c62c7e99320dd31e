"""Words for the messages people are sent, by rule."""

from collections.abc import Mapping
from typing import Any


def in_words(rule: str, figures: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text of a message in the reader's language."""
    return rule, str(dict(figures))
