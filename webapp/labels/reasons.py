"""Words for the reasons of a recommendation."""

from collections.abc import Mapping
from typing import Any


def in_words(reason: Mapping[str, Any]) -> str:
    """One reason as a sentence a teacher understands."""
    return str(reason["kind"])
