"""Words for the reasons of a recommendation."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale, gettext

from assessment.estimates import standing_of
from content.terms import DeliveryMode, Domain, MandatoryTopic
from core.people import CareerStage, Subject
from recommender.terms import ReasonKind
from webapp.labels.terms import LABELS

Reason = Mapping[str, Any]


def _(words: str, **figures: object) -> str:
    return str(gettext(words, **figures))


def in_words(reason: Reason) -> str:
    """One reason as a sentence a teacher understands."""
    return WORDS[ReasonKind(reason["kind"])](reason)


def _word(vocabulary: type[StrEnum], value: str) -> str:
    return str(LABELS[vocabulary][vocabulary(value)])


def _gap(reason: Reason) -> str:
    domain, level = _word(Domain, reason["domain"]), reason["level"]
    if not reason["is_measured"]:
        return _("“%(domain)s” is not measured yet; a first look here is worth it.", domain=domain)
    low, high = (_standing(reason[end]) for end in ("low_logits", "high_logits"))
    percent = min(99, max(1, round(100 * reason["p_below"])))  # never a certainty
    if low == high:
        return _(
            "In “%(domain)s” you are likely at “%(low)s”; this course works on that stretch and leads to level "
            "%(level)s of 5. Chance that you are still below your stage's target: %(percent)s%%.",
            domain=domain, low=low, level=level, percent=percent,
        )  # fmt: skip
    return _(
        "In “%(domain)s” you are likely between “%(low)s” and “%(high)s”; this course works on that stretch and "
        "leads to level %(level)s of 5. Chance that you are still below your stage's target: %(percent)s%%.",
        domain=domain, low=low, high=high, level=level, percent=percent,
    )  # fmt: skip


def _standing(logits: float) -> str:
    standing = standing_of(logits)
    return str(LABELS[type(standing)][standing])


def _topic(reason: Reason) -> str:
    topic = _word(MandatoryTopic, reason["topic"])
    if reason.get("is_missing", True):
        return _("Covers the mandatory topic “%(topic)s”, which you still lack in this cycle.", topic=topic)
    return _("Covers the mandatory topic “%(topic)s”.", topic=topic)


def _level(reason: Reason) -> str:
    return _("Level %(level)s lies slightly above where you are now: within reach.", level=reason["level"])


def _stage(reason: Reason) -> str:
    return _("Written for teachers at the stage “%(stage)s”.", stage=_word(CareerStage, reason["stage"]))


def _subject(reason: Reason) -> str:
    return _("Made for your subject: %(subject)s.", subject=_word(Subject, reason["subject"]))


def _hours(reason: Reason) -> str:
    return _(
        "You still need %(short)s hours this year; this course gives up to %(units)s.",
        short=_figure(reason["short_units"]), units=_figure(reason["units"]),
    )  # fmt: skip


def _practice(reason: Reason) -> str:
    return _(
        "%(short)s of the hours still to come must be practice; this course has %(units)s.",
        short=_figure(reason["short_units"]), units=_figure(reason["units"]),
    )  # fmt: skip


def _mentor(reason: Reason) -> str:
    return _("Your mentor %(mentor)s suggests it.", mentor=reason["mentor"])


def _like(reason: Reason) -> str:
    return _("Close in content to “%(title)s”, which you chose.", title=reason["title"])


def _popular(reason: Reason) -> str:
    return _("%(n)s colleagues chose it.", n=reason["n_people"])


def _seats(reason: Reason) -> str:
    return _("Begins on %(day)s, %(n)s seats left.", day=_day(reason["starts_on"]), n=reason["n_seats"])


def _long(reason: Reason) -> str:
    return _("You said that time is short, and this course takes %(units)s hours.", units=reason["units"])


def _mode(reason: Reason) -> str:
    return _("You said you would rather not study %(mode)s.", mode=_word(DeliveryMode, reason["mode"]).lower())


def _unlike(reason: Reason) -> str:
    return _("Close in content to “%(title)s”, which you put aside.", title=reason["title"])


def _figure(amount: float) -> str:
    return f"{amount:g}"


def _day(iso: str) -> str:
    is_chinese = str(get_locale()).startswith("zh")
    return format_date(date.fromisoformat(iso), "M月d日" if is_chinese else "d MMM", locale=get_locale())


WORDS: Mapping[ReasonKind, Callable[[Reason], str]] = {
    ReasonKind.GAP: _gap,
    ReasonKind.MANDATORY_TOPIC: _topic,
    ReasonKind.FITS_STAGE: _stage,
    ReasonKind.FITS_SUBJECT: _subject,
    ReasonKind.LEVEL_FIT: _level,
    ReasonKind.HOURS_NEEDED: _hours,
    ReasonKind.PRACTICE_NEEDED: _practice,
    ReasonKind.MENTOR_SUGGESTS: _mentor,
    ReasonKind.LIKE_YOUR_COURSES: _like,
    ReasonKind.POPULAR: _popular,
    ReasonKind.SEATS_LEFT: _seats,
    ReasonKind.TOO_LONG_NOW: _long,
    ReasonKind.MODE_YOU_AVOID: _mode,
    ReasonKind.LIKE_PUT_ASIDE: _unlike,
}
