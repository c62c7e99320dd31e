"""Vocabularies of measuring."""

from enum import StrEnum


class SittingState(StrEnum):
    """open -> closed (a stop rule ended it) | left (the window shut, or the teacher ended it early)."""

    OPEN = "open"
    CLOSED = "closed"
    LEFT = "left"
