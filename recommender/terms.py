"""Vocabularies of deciding what to study next."""

from enum import StrEnum


class PickState(StrEnum):
    """offered -> taken | put_aside | replaced (a newer run took its place)."""

    OFFERED = "offered"
    TAKEN = "taken"
    PUT_ASIDE = "put_aside"
    REPLACED = "replaced"


class PutAsideReason(StrEnum):
    """Why a teacher put a recommendation aside; it feeds back into the next run."""

    KNOWN_ALREADY = "known_already"
    NOT_MY_NEED = "not_my_need"
    NO_TIME = "no_time"
    PREFER_OTHER_MODE = "prefer_other_mode"
    DONE_ELSEWHERE = "done_elsewhere"


class ReasonKind(StrEnum):
    """The parts of a recommendation's score that are shown as reasons in words."""

    GAP = "gap"  # figures: domain, gap_logits, p_below (0..1)
    MANDATORY_TOPIC = "mandatory_topic"  # topic
    FITS_STAGE = "fits_stage"  # stage
    FITS_SUBJECT = "fits_subject"  # subject
    LEVEL_FIT = "level_fit"  # domain, level
    HOURS_NEEDED = "hours_needed"  # units, short_units
    PRACTICE_NEEDED = "practice_needed"  # units, short_units
    MENTOR_SUGGESTS = "mentor_suggests"  # mentor
    LIKE_YOUR_COURSES = "like_your_courses"  # title
    POPULAR = "popular"  # n_people
    SEATS_LEFT = "seats_left"  # n_seats, starts_on
    TOO_LONG_NOW = "too_long_now"  # units; speaks against, like the two below
    MODE_YOU_AVOID = "mode_you_avoid"  # mode
    LIKE_PUT_ASIDE = "like_put_aside"  # title
