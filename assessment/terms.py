"""Vocabularies of measuring."""

from enum import StrEnum


class SittingState(StrEnum):
    """open -> closed (a stop rule ended it) | left (the window shut, or the teacher ended it early)."""

    OPEN = "open"
    CLOSED = "closed"
    LEFT = "left"


class EndReason(StrEnum):
    """Why a sitting ended: four rules of measuring (closed), or three ways of being left.

    closed: precision_reached | maximum_length | bank_exhausted | precision_out_of_reach
    left:   ended_early (by the teacher) | window_shut (of the campaign) | left_open (longer than it may stand open)
    """

    PRECISION_REACHED = "precision_reached"
    MAXIMUM_LENGTH = "maximum_length"
    BANK_EXHAUSTED = "bank_exhausted"
    PRECISION_OUT_OF_REACH = "precision_out_of_reach"
    ENDED_EARLY = "ended_early"
    WINDOW_SHUT = "window_shut"
    LEFT_OPEN = "left_open"


class Standing(StrEnum):
    """Five level descriptors of the scale, from the low end up: starting, developing, capable, proficient, leading."""

    STARTING = "starting"
    DEVELOPING = "developing"
    CAPABLE = "capable"
    PROFICIENT = "proficient"
    LEADING = "leading"
