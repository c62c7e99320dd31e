"""Words for the places of a course that need attention."""

import re
from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from content.formats.course_file import Fault
from core.errors import DomainError, Invalid
from webapp.labels import error_words

PLACES: Mapping[str, LazyString] = {
    "code": _l("Code"), "title": _l("Title"), "summary": _l("Summary"), "problem": _l("Problem it solves"),
    "provider": _l("Provider"), "family": _l("Family"), "requirement": _l("Required or elective"),
    "pedagogy": _l("Method"), "mode": _l("Mode"), "topics": _l("Mandatory topics"), "stages": _l("Stages"),
    "school_levels": _l("Sections"), "subjects": _l("Subjects"), "competencies": _l("Competencies"),
    "prerequisites": _l("Prerequisites"), "modules": _l("Modules"), "kind": _l("Kind"), "seconds": _l("Time"),
    "body": _l("Text"), "questions": _l("Question"), "stem": _l("Question text"), "options": _l("Options"),
    "key": _l("Key"), "rationale": _l("Rationale"), "rubric": _l("Rubric row"), "criterion": _l("Criterion"),
    "levels": _l("Levels"), "level": _l("Level 1–5"),
}  # fmt: skip


def place_words(place: str) -> str:
    """A path such as ``modules[2].questions[1].key`` in words: "Modules 2 · Question 1 · Key"."""
    parts = []
    for part in place.split("."):
        match = re.fullmatch(r"(\w+?)(?:\[(\d+)\])?", part)
        name, number = (match[1], match[2]) if match else (part, None)
        words = str(PLACES.get(name, name))
        parts.append(f"{words} {number}" if number else words)
    return " · ".join(parts)


def fault_words(fault: Fault) -> str:
    """What is wrong at a place, and how to mend it."""
    return error_words(Invalid(fault.code, **fault.figures))


def faults_in(error: DomainError) -> list[tuple[str, str]]:
    """(place, words) of everything an error asks to mend; an error without places stands for itself."""
    faults = error.figures.get("faults")
    if isinstance(faults, tuple) and faults:
        return [(place_words(fault.place), fault_words(fault)) for fault in faults]
    return [(_("Not saved"), error_words(error))]
