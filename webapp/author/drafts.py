"""Between what an editor fills in and the draft of a course."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from content.formats.course_file import CourseDraft, ModuleDraft, QuestionDraft, RubricRow
from content.terms import ModuleKind
from webapp.author.forms import CourseForm, ModuleForm, NewCourseForm

BLANK_QUESTIONS, BLANK_ROWS = 2, 1
OPTIONS = ("option_a", "option_b", "option_c", "option_d")
LEVELS = ("low", "middle", "high")


def form_data(draft: CourseDraft) -> dict[str, Any]:
    """The fields of the course form for a draft."""
    names = (
        "code", "title", "problem", "summary", "provider", "mode", "family", "requirement", "pedagogy", "is_practice",
        "stages", "school_levels", "subjects", "topics",
    )  # fmt: skip
    data = {name: getattr(draft, name) for name in names}
    data["competencies"] = [{"competency": code, "level": str(level)} for code, level in draft.competencies]
    data["prerequisites"] = "、".join(draft.prerequisites)
    return data


def draft_from(form: CourseForm, modules: tuple[ModuleDraft, ...]) -> CourseDraft:
    """The draft a course form describes, with the modules that stand."""
    chosen = [entry.form for entry in form.competencies if entry.form.competency.data]
    return CourseDraft(
        code=form.code.data.strip(), title=form.title.data.strip(), summary=(form.summary.data or "").strip(),
        problem=(form.problem.data or "").strip(), family=form.family.data, requirement=form.requirement.data,
        pedagogy=form.pedagogy.data, mode=form.mode.data, provider=form.provider.data,
        is_practice=form.is_practice.data, topics=tuple(form.topics.data or ()), stages=tuple(form.stages.data or ()),
        school_levels=tuple(form.school_levels.data or ()), subjects=tuple(form.subjects.data or ()),
        competencies=tuple((one.competency.data, int(one.level.data)) for one in chosen),
        prerequisites=tuple(part for part in re.split(r"[、,，;；\s]+", form.prerequisites.data or "") if part),
        modules=modules,
    )  # fmt: skip


def first_module(form: NewCourseForm) -> ModuleDraft:
    """The module a new course begins with."""
    seconds = round(60 * form.first_minutes.data)
    return ModuleDraft(form.first_kind.data, form.first_title.data.strip(), seconds, bool(form.is_practice.data))


def module_data(module: ModuleDraft) -> dict[str, Any]:
    """The fields of the module form, with blank rows to write on."""
    data: dict[str, Any] = {
        "title": module.title, "minutes": f"{module.seconds / 60:.6g}", "is_practice": module.is_practice,
        "body": module.body,
    }  # fmt: skip
    if module.kind == ModuleKind.QUIZ:
        data["questions"] = [*map(_question_data, module.questions), *({} for _blank in range(BLANK_QUESTIONS))]
    if module.kind == ModuleKind.TASK:
        blank = max(BLANK_ROWS, 3 - len(module.rubric))
        data["rubric"] = [*map(_row_data, module.rubric), *({} for _blank in range(blank))]
    return data


def module_from(form: ModuleForm, standing: ModuleDraft) -> ModuleDraft:
    """The module a form describes; what the form does not show stays."""
    questions = tuple(_question(entry.form) for entry in form.questions if (entry.form.stem.data or "").strip())
    rubric = tuple(_row(entry.form) for entry in form.rubric if (entry.form.criterion.data or "").strip())
    return replace(
        standing, title=form.title.data.strip(), seconds=round(60 * form.minutes.data),
        is_practice=form.is_practice.data, body=(form.body.data or "").replace("\r\n", "\n").strip(),
        questions=questions if standing.kind == ModuleKind.QUIZ else standing.questions,
        rubric=rubric if standing.kind == ModuleKind.TASK else standing.rubric,
    )  # fmt: skip


def with_module(draft: CourseDraft, place: int, module: ModuleDraft | None) -> CourseDraft:
    """The draft with its module at a place (from 1) replaced, taken out (None), or added at the end."""
    before, after = draft.modules[: place - 1], draft.modules[place:]
    return replace(draft, modules=(*before, *(() if module is None else (module,)), *after))


def with_module_moved(draft: CourseDraft, place: int, by: int) -> CourseDraft:
    """The draft with its module at a place (from 1) moved up or down; at the edge it stays."""
    modules = list(draft.modules)
    target = min(max(1, place + by), len(modules))
    modules.insert(target - 1, modules.pop(place - 1))
    return replace(draft, modules=tuple(modules))


def _question_data(question: QuestionDraft) -> dict[str, str]:
    options = dict(zip(OPTIONS, question.options, strict=False))
    return {"stem": question.stem, **options, "key": question.key, "rationale": question.rationale}


def _row_data(row: RubricRow) -> Mapping[str, str]:
    return {"criterion": row.criterion, **dict(zip(LEVELS, row.levels, strict=False))}


def _question(form: Any) -> QuestionDraft:
    options = [(getattr(form, name).data or "").strip() for name in OPTIONS]
    while options and not options[-1]:
        options.pop()
    return QuestionDraft(
        form.stem.data.strip(), tuple(options), form.key.data or "", (form.rationale.data or "").strip()
    )


def _row(form: Any) -> RubricRow:
    return RubricRow(form.criterion.data.strip(), tuple((getattr(form, name).data or "").strip() for name in LEVELS))
