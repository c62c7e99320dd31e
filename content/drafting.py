"""Between the draft an editor writes and the rows the catalogue keeps: fill a course, read it back, index it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from content.checking import is_open
from content.formats.course_file import CourseDraft, ModuleDraft, parse_modules
from content.models import Course, CourseCompetency, CourseFacet, CourseModule, CoursePrerequisite
from content.terms import (
    Competency,
    ContentFamily,
    DeliveryMode,
    FacetKind,
    MandatoryTopic,
    ModuleKind,
    Pedagogy,
    Requirement,
)
from content.terms_zh import COMPETENCIES, SPOKEN, SUBJECTS, TOPICS
from content.tokens import weigh
from core.db import Document
from core.people import Organisation, Subject

TITLE_WEIGHT, THEME_WEIGHT, LABEL_WEIGHT, PROVIDER_WEIGHT, MODULE_WEIGHT = 8, 4, 2, 2, 1


def fill_course(course: Course, draft: CourseDraft, *, provider: Organisation, required: Sequence[Course]) -> Course:
    """Make a course say what a faultless draft says; its modules keep their places and so their rows."""
    course.code, course.title, course.summary, course.problem = draft.code, draft.title, draft.summary, draft.problem
    course.family, course.requirement = ContentFamily(draft.family), Requirement(draft.requirement)
    course.pedagogy, course.mode = Pedagogy(draft.pedagogy), DeliveryMode(draft.mode)
    course.is_practice, course.is_open = draft.is_practice, is_open(draft)
    course.credit_seconds, course.provider_id = draft.credit_seconds, provider.id
    _fill_facets(course, draft)
    _fill_competencies(course, dict(draft.competencies))
    _fill_prerequisites(course, required)
    for ordinal, module in enumerate(draft.modules, start=1):
        standing = course.modules[ordinal - 1] if ordinal <= len(course.modules) else CourseModule(ordinal=ordinal)
        if ordinal > len(course.modules):
            course.modules.append(standing)
        _fill_module(standing, module)
    return course


def draft_of(course: Course) -> CourseDraft:
    """The course as an editor would have written it."""

    def facets(kind: FacetKind) -> tuple[str, ...]:
        return tuple(course.facet_values(kind))

    return CourseDraft(
        code=course.code, title=course.title, summary=course.summary, problem=course.problem,
        family=course.family.value, requirement=course.requirement.value, pedagogy=course.pedagogy.value,
        mode=course.mode.value, provider=course.provider.code, is_practice=course.is_practice,
        topics=facets(FacetKind.TOPIC), stages=facets(FacetKind.STAGE), school_levels=facets(FacetKind.SCHOOL_LEVEL),
        subjects=facets(FacetKind.SUBJECT),
        competencies=tuple(sorted((link.competency.value, link.level) for link in course.competencies)),
        prerequisites=tuple(sorted(link.required.code for link in course.prerequisites)),
        modules=tuple(module_draft_of(module) for module in course.modules),
    )  # fmt: skip


def module_draft_of(module: CourseModule) -> ModuleDraft:
    """A kept module as an editor would have written it, its questions and rubric read from its material."""
    read = parse_modules(
        [
            {
                "kind": module.kind.value, "title": module.title, "seconds": module.seconds,
                "practice": module.is_practice, "body": module.body, **module.material,
            }
        ]
    )  # fmt: skip
    return read[0]


def ordered(draft: CourseDraft) -> CourseDraft:
    """The draft with its sets in one order, so that two that mean the same are equal."""
    parts = asdict(draft)
    parts["modules"] = draft.modules
    for name in ("topics", "stages", "school_levels", "subjects", "prerequisites", "competencies"):
        parts[name] = tuple(sorted(getattr(draft, name)))
    return CourseDraft(**parts)


def snapshot_of(draft: CourseDraft) -> Document:
    """The draft as a revision keeps it; ``parse_course`` reads it back."""
    document = asdict(draft)
    document["practice"] = document.pop("is_practice")
    document["competencies"] = [{"code": code, "level": level} for code, level in draft.competencies]
    document["modules"] = [
        {
            "kind": module.kind, "title": module.title, "seconds": module.seconds, "practice": module.is_practice,
            "body": module.body, **module.as_material(),
        }
        for module in draft.modules
    ]  # fmt: skip
    return document


def draft_digest(draft: CourseDraft) -> str:
    """Digest of what a draft says; two that mean the same have the same."""
    text = json.dumps(snapshot_of(ordered(draft)), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def course_terms(draft: CourseDraft, provider_name: str) -> Mapping[str, int]:
    """Tokens by which the course is found, with their weights: title before theme before modules."""
    labels = [SUBJECTS[Subject(subject)] for subject in draft.subjects]
    labels += [TOPICS[MandatoryTopic(topic)] for topic in draft.topics]
    labels += [COMPETENCIES[Competency(code)] for code, _level in draft.competencies]
    written = " ".join((draft.title, draft.summary, draft.problem, *(module.title for module in draft.modules)))
    labels += sorted({spoken for word, spoken in SPOKEN if word in written})
    return weigh(
        [
            (draft.code, MODULE_WEIGHT),
            (draft.title, TITLE_WEIGHT),
            (draft.summary, THEME_WEIGHT),
            (draft.problem, THEME_WEIGHT),
            *((label, LABEL_WEIGHT) for label in labels),
            (provider_name, PROVIDER_WEIGHT),
            *((module.title, MODULE_WEIGHT) for module in draft.modules),
        ]
    )


def facets_of(draft: CourseDraft) -> set[tuple[FacetKind, str]]:
    """The draft's values on every axis of the catalogue."""
    axes: Iterable[tuple[FacetKind, Sequence[str]]] = (
        (FacetKind.STAGE, draft.stages),
        (FacetKind.SCHOOL_LEVEL, draft.school_levels),
        (FacetKind.SUBJECT, draft.subjects),
        (FacetKind.TOPIC, draft.topics),
    )
    return {(kind, value) for kind, values in axes for value in values}


def _fill_facets(course: Course, draft: CourseDraft) -> None:
    wanted = facets_of(draft)
    kept = [facet for facet in course.facets if (facet.kind, facet.value) in wanted]
    held = {(facet.kind, facet.value) for facet in kept}
    course.facets = kept + [CourseFacet(kind=kind, value=value) for kind, value in sorted(wanted - held)]


def _fill_competencies(course: Course, wanted: Mapping[str, int]) -> None:
    kept = {link.competency.value: link for link in course.competencies if link.competency.value in wanted}
    for code, link in kept.items():
        link.level = wanted[code]
    fresh = [
        CourseCompetency(competency=Competency(code), level=level) for code, level in wanted.items() if code not in kept
    ]
    course.competencies = [*kept.values(), *fresh]


def _fill_prerequisites(course: Course, required: Sequence[Course]) -> None:
    wanted = {other.id: other for other in required}
    kept = [link for link in course.prerequisites if link.required_id in wanted]
    held = {link.required_id for link in kept}
    fresh = [CoursePrerequisite(required=other) for key, other in wanted.items() if key not in held]
    course.prerequisites = kept + fresh


def _fill_module(module: CourseModule, draft: ModuleDraft) -> None:
    module.kind, module.title, module.seconds = ModuleKind(draft.kind), draft.title, draft.seconds
    module.is_practice, module.body = draft.is_practice, draft.body
    material = draft.as_material()
    if module.material != material:
        module.material = material
