"""What stands in the address of a search, and the chips that show and change it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from flask import url_for
from flask_babel import gettext as _

from content.catalogue import CourseQuery
from content.terms import Competency, DeliveryMode, Domain, MandatoryTopic
from core.people import CareerStage, Person, SchoolLevel, Subject
from webapp.labels import label

Term = TypeVar("Term", bound=StrEnum)
HOURS: Mapping[str, tuple[int | None, int | None]] = {
    "1-2": (1, 2), "3-5": (3, 5), "6-10": (6, 10), "11-": (11, None),
}  # fmt: skip
LONGEST_WORDS = 80


@dataclass(frozen=True)
class Choice:
    """One chip of a group of filters."""

    value: str
    words: str


@dataclass(frozen=True)
class Group:
    """One group of filters, with the value that is chosen."""

    name: str
    words: str
    chosen: str
    choices: tuple[Choice, ...]


def read_query(args: Mapping[str, str]) -> CourseQuery:
    """The query of an address; what is not understood is not asked."""
    hours = HOURS.get(args.get("hours", ""), (None, None))
    page = args.get("page", "1")
    return CourseQuery(
        words=args.get("words", "").strip()[:LONGEST_WORDS],
        stage=_member(CareerStage, args.get("stage")),
        school_level=_member(SchoolLevel, args.get("school_level")),
        subject=_member(Subject, args.get("subject")),
        mode=_member(DeliveryMode, args.get("mode")),
        topic=_member(MandatoryTopic, args.get("topic")),
        competency=_member(Competency, args.get("competency")),
        hours_from=hours[0],
        hours_to=hours[1],
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )


def address(query: CourseQuery, **changes: object) -> str:
    """The address of a query with some of it changed; a change of filter begins at the first page."""
    changed = replace(query, **{"page": 1, **changes})  # type: ignore[arg-type]
    parts: dict[str, Any] = {name: value for name, value in asdict(changed).items() if value}
    if changed.page == 1:
        parts.pop("page", None)
    for name in ("hours_from", "hours_to"):
        parts.pop(name, None)
    if hours_key(changed):
        parts["hours"] = hours_key(changed)
    return url_for("catalogue.search", **parts)


def hours_key(query: CourseQuery) -> str:
    """The chip of the query's hours."""
    asked = (query.hours_from, query.hours_to)
    return next((key for key, hours in HOURS.items() if hours == asked), "")


def groups(query: CourseQuery) -> list[Group]:
    """Every group of filters, the most used first."""
    return [
        _group("mode", _("Mode"), query.mode, DeliveryMode),
        Group(
            "hours", _("Hours"), hours_key(query),
            (
                Choice("1-2", _("1–2 hours")), Choice("3-5", _("3–5 hours")), Choice("6-10", _("6–10 hours")),
                Choice("11-", _("11 hours or more")),
            ),
        ),
        _group("school_level", _("School section"), query.school_level, SchoolLevel),
        _group("stage", _("Career stage"), query.stage, CareerStage),
        _group("topic", _("Mandatory topic"), query.topic, MandatoryTopic),
        _group("subject", _("Subject"), query.subject, Subject),
    ]  # fmt: skip


def competency_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Competencies under their domains, for a list to choose from."""
    return [
        (label(domain), [(member.value, label(member)) for member in Competency if member.domain is domain])
        for domain in Domain
    ]


def active_chips(query: CourseQuery) -> list[tuple[str, str]]:
    """What narrows the list now: its words, and the address without it."""
    chips = [(query.words, address(query, words=""))] if query.words else []
    for name in ("mode", "school_level", "stage", "subject", "topic", "competency"):
        value = getattr(query, name)
        if value is not None:
            chips.append((label(value), address(query, **{name: None})))
    key = hours_key(query)
    if key:
        words = next(choice.words for choice in groups(query)[1].choices if choice.value == key)
        chips.append((words, address(query, hours_from=None, hours_to=None)))
    return chips


def for_me(person: Person) -> str | None:
    """The address of what fits the reader's stage, section and subject, if any of them is known."""
    mine = CourseQuery(stage=person.stage, school_level=person.school_level, subject=person.main_subject)
    return address(mine) if mine.is_filtered else None


def _group(name: str, words: str, chosen: StrEnum | None, vocabulary: type[StrEnum]) -> Group:
    return Group(
        name, words, chosen.value if chosen else "", tuple(Choice(member.value, label(member)) for member in vocabulary)
    )


def _member(vocabulary: type[Term], value: str | None) -> Term | None:
    return next((member for member in vocabulary if member.value == value), None)
