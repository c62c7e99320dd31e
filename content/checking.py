"""What makes a course acceptable: faults that stop it from being saved, and gaps that stop it from being published."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from content.formats.course_file import CourseDraft, Fault, ModuleDraft, QuestionDraft, RubricRow
from content.terms import (
    Competency,
    ContentFamily,
    DeliveryMode,
    MandatoryTopic,
    ModuleKind,
    Pedagogy,
    Requirement,
)
from core.people import CareerStage, SchoolLevel, Subject

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}")
UNIT_SECONDS = 2700
MOST_MODULE_SECONDS = 40 * UNIT_SECONDS
MOST_OPTIONS, MOST_LEVELS = 6, 5
TAKES_CONTENT = frozenset({ModuleKind.READING, ModuleKind.VIDEO, ModuleKind.QUIZ, ModuleKind.TASK})
MODE_OF_KIND: Mapping[str, frozenset[DeliveryMode]] = {
    ModuleKind.F2F_SESSION: frozenset({DeliveryMode.F2F}),
    ModuleKind.SCHOOL_ACTIVITY: frozenset({DeliveryMode.SCHOOL_BASED, DeliveryMode.F2F}),
}


def faults_of(draft: CourseDraft) -> list[Fault]:
    """All that stops a draft from being saved, in the order of the form."""
    faults = [
        *_code_faults(draft),
        *_word_faults(draft),
        *_facet_faults(draft),
        *_competency_faults(draft),
    ]
    if not draft.modules:
        faults.append(Fault("modules", "needs_a_module"))
    for at, module in enumerate(draft.modules, start=1):
        faults.extend(_module_faults(module, f"modules[{at}]", draft.mode))
    return faults


def gaps_of(draft: CourseDraft) -> list[Fault]:
    """All that is still missing before teachers may see the course."""
    gaps = [Fault(name, "is_empty") for name in ("summary", "problem") if not getattr(draft, name)]
    if not draft.competencies:
        gaps.append(Fault("competencies", "needs_a_competency"))
    if draft.credit_seconds < UNIT_SECONDS:
        gaps.append(Fault("modules", "shorter_than_an_hour_unit", {"seconds": draft.credit_seconds}))
    return gaps


def is_open(draft: CourseDraft) -> bool:
    """Whether the course can be studied here at once: online, and every part that takes content carries it."""
    parts = [module for module in draft.modules if module.kind in TAKES_CONTENT]
    return draft.mode == DeliveryMode.ONLINE and bool(parts) and all(carries_content(part) for part in parts)


def carries_content(module: ModuleDraft) -> bool:
    """Whether a module holds what a learner needs to do it."""
    if module.kind == ModuleKind.READING:
        return bool(module.body)
    if module.kind == ModuleKind.QUIZ:
        return bool(module.questions)
    if module.kind == ModuleKind.TASK:
        return bool(module.body and module.rubric)
    if module.kind == ModuleKind.VIDEO:
        return bool(module.extra.get("scenes") or module.extra.get("file"))
    return True


def _code_faults(draft: CourseDraft) -> Iterator[Fault]:
    if not CODE.fullmatch(draft.code):
        yield Fault("code", "code_shape", {"value": draft.code})
    if not draft.title:
        yield Fault("title", "is_empty")
    if not draft.provider:
        yield Fault("provider", "is_empty")
    if draft.code in draft.prerequisites:
        yield Fault("prerequisites", "requires_itself", {"value": draft.code})
    yield from _repeats("prerequisites", draft.prerequisites)


def _word_faults(draft: CourseDraft) -> Iterator[Fault]:
    words: tuple[tuple[str, type[StrEnum]], ...] = (
        ("family", ContentFamily),
        ("requirement", Requirement),
        ("pedagogy", Pedagogy),
        ("mode", DeliveryMode),
    )
    for name, vocabulary in words:
        yield from _unknown(name, getattr(draft, name), vocabulary)


def _facet_faults(draft: CourseDraft) -> Iterator[Fault]:
    facets: tuple[tuple[str, type[StrEnum]], ...] = (
        ("topics", MandatoryTopic),
        ("stages", CareerStage),
        ("school_levels", SchoolLevel),
        ("subjects", Subject),
    )
    for name, vocabulary in facets:
        values: tuple[str, ...] = getattr(draft, name)
        for value in values:
            yield from _unknown(name, value, vocabulary)
        yield from _repeats(name, values)


def _competency_faults(draft: CourseDraft) -> Iterator[Fault]:
    for at, (code, level) in enumerate(draft.competencies, start=1):
        yield from _unknown(f"competencies[{at}].code", code, Competency)
        if not 1 <= level <= 5:
            yield Fault(f"competencies[{at}].level", "level_out_of_range", {"value": level})
    yield from _repeats("competencies", [code for code, _level in draft.competencies])


def _module_faults(module: ModuleDraft, path: str, mode: str) -> Iterator[Fault]:
    yield from _unknown(f"{path}.kind", module.kind, ModuleKind)
    modes = MODE_OF_KIND.get(module.kind)
    if modes and mode not in modes and mode in {member.value for member in DeliveryMode}:
        figures = {"kind": ModuleKind(module.kind), "mode": DeliveryMode(mode)}
        yield Fault(f"{path}.kind", "kind_not_in_mode", figures)
    if not module.title:
        yield Fault(f"{path}.title", "is_empty")
    if module.seconds <= 0:
        yield Fault(f"{path}.seconds", "seconds_not_positive", {"value": module.seconds})
    if module.seconds > MOST_MODULE_SECONDS:
        yield Fault(f"{path}.seconds", "seconds_too_many", {"value": module.seconds, "most": MOST_MODULE_SECONDS})
    for at, question in enumerate(module.questions, start=1):
        yield from question_faults(question, f"{path}.questions[{at}]")
    yield from _rubric_faults(module.rubric, f"{path}.rubric")


def question_faults(question: QuestionDraft, path: str) -> Iterator[Fault]:
    """What is wrong with a keyed question: no stem, too few or equal options, a key that names no option."""
    if not question.stem:
        yield Fault(f"{path}.stem", "is_empty")
    if not 2 <= len(question.options) <= MOST_OPTIONS:
        yield Fault(f"{path}.options", "options_count", {"n": len(question.options), "most": MOST_OPTIONS})
    if not all(question.options):
        yield Fault(f"{path}.options", "is_empty")
    yield from _repeats(f"{path}.options", question.options)
    if question.key_index < 0:
        last = "ABCDEF"[max(0, min(len(question.options), MOST_OPTIONS) - 1)]
        yield Fault(f"{path}.key", "key_out_of_range", {"value": question.key, "last": last})


def _rubric_faults(rows: Sequence[RubricRow], path: str) -> Iterator[Fault]:
    for at, row in enumerate(rows, start=1):
        if not row.criterion:
            yield Fault(f"{path}[{at}].criterion", "is_empty")
        if not 2 <= len(row.levels) <= MOST_LEVELS or not all(row.levels):
            yield Fault(f"{path}[{at}].levels", "rubric_levels", {"n": len(row.levels), "most": MOST_LEVELS})
        elif len(row.levels) != len(rows[0].levels):
            figures = {"n": len(row.levels), "first": len(rows[0].levels)}
            yield Fault(f"{path}[{at}].levels", "rubric_levels_differ", figures)


def _unknown(path: str, value: str, vocabulary: type[StrEnum]) -> Iterator[Fault]:
    if value not in {member.value for member in vocabulary}:
        known = ", ".join(member.value for member in vocabulary)
        yield Fault(path, "unknown_word" if value else "is_empty", {"value": value, "known": known})


def _repeats(path: str, values: Sequence[str]) -> Iterator[Fault]:
    for value in sorted({value for value in values if value and values.count(value) > 1}):
        yield Fault(path, "repeated", {"value": value})
