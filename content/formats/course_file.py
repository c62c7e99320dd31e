"""One course as a file says it: a plain mapping becomes a frozen draft, and every slip of shape is named.

A draft is what an editor wrote, not yet what the catalogue accepts: terms are still their codes.
``content.checking`` judges the meaning, ``content.authoring`` saves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import Invalid

LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Fault:
    """One thing to mend: the place as a path (``modules[2].seconds``), a stable code, the figures of its words."""

    place: str
    code: str
    figures: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionDraft:
    """A keyed question of a quiz; the key is the letter of the right option."""

    stem: str
    options: tuple[str, ...]
    key: str
    rationale: str = ""

    @property
    def key_index(self) -> int:
        """0-based position of the key; -1 when the letter names no option."""
        at = LETTERS.find(self.key) if len(self.key) == 1 else -1
        return at if at < len(self.options) else -1


@dataclass(frozen=True)
class RubricRow:
    """One criterion by which a task is judged, with what each level looks like, lowest first."""

    criterion: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class ModuleDraft:
    """One part of a course. ``extra`` keeps what a kind needs besides: the scenes or file of a video."""

    kind: str
    title: str
    seconds: int
    is_practice: bool = False
    body: str = ""
    questions: tuple[QuestionDraft, ...] = ()
    rubric: tuple[RubricRow, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_material(self) -> dict[str, Any]:
        """The module's material as the database keeps it."""
        material = dict(self.extra)
        if self.questions:
            material["questions"] = [
                {"stem": q.stem, "options": list(q.options), "key": q.key, "rationale": q.rationale}
                for q in self.questions
            ]
        if self.rubric:
            material["rubric"] = [{"criterion": row.criterion, "levels": list(row.levels)} for row in self.rubric]
        return material


@dataclass(frozen=True)
class CourseDraft:
    """A whole course as written."""

    code: str
    title: str
    summary: str
    problem: str
    family: str
    requirement: str
    pedagogy: str
    mode: str
    provider: str
    is_practice: bool = False
    topics: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    school_levels: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    competencies: tuple[tuple[str, int], ...] = ()
    prerequisites: tuple[str, ...] = ()
    modules: tuple[ModuleDraft, ...] = ()

    @property
    def credit_seconds(self) -> int:
        """The most time the course can count."""
        return sum(module.seconds for module in self.modules)


def parse_course(data: Mapping[str, Any]) -> CourseDraft:
    """The draft a mapping describes (the shape of ``content/data/courses/*/course.yaml``).

    Raises
    ------
    Invalid
        ``course_faulty`` with all slips of shape as ``faults``.
    """
    reader = _Reader()
    draft = reader.course(data)
    refuse_faults(draft.code, reader.faults)
    return draft


def refuse_faults(code: str, faults: Sequence[Fault]) -> None:
    """Raise ``course_faulty`` when there is anything to mend, naming the first place and keeping all."""
    if faults:
        raise Invalid("course_faulty", course=code, n_faults=len(faults), place=faults[0].place, faults=tuple(faults))


def parse_modules(rows: object) -> tuple[ModuleDraft, ...]:
    """The modules a list describes, read leniently: what is not of the right shape is left empty."""
    return _Reader().modules(rows)


class _Reader:
    """Reads a mapping field by field and keeps a list of what was not of the right shape."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def course(self, data: Mapping[str, Any]) -> CourseDraft:
        def text(name: str) -> str:
            return self.text(data, name, name)

        return CourseDraft(
            code=text("code"), title=text("title"), summary=text("summary"), problem=text("problem"),
            family=text("family"), requirement=text("requirement"), pedagogy=text("pedagogy"), mode=text("mode"),
            provider=text("provider"), is_practice=self.flag(data, "practice", "practice"),
            topics=self.texts(data, "topics", "topics"), stages=self.texts(data, "stages", "stages"),
            school_levels=self.texts(data, "school_levels", "school_levels"),
            subjects=self.texts(data, "subjects", "subjects"), competencies=self.competencies(data),
            prerequisites=self.texts(data, "prerequisites", "prerequisites"),
            modules=self.modules(data.get("modules")),
        )  # fmt: skip

    def modules(self, rows: object) -> tuple[ModuleDraft, ...]:
        return tuple(self.module(row, f"modules[{at}]") for at, row in enumerate(self.rows(rows, "modules"), start=1))

    def module(self, row: Mapping[str, Any], path: str) -> ModuleDraft:
        known = {"kind", "title", "seconds", "practice", "body", "questions", "rubric"}
        return ModuleDraft(
            kind=self.text(row, "kind", f"{path}.kind"),
            title=self.text(row, "title", f"{path}.title"),
            seconds=self.whole(row, "seconds", f"{path}.seconds"),
            is_practice=self.flag(row, "practice", f"{path}.practice"),
            body=self.text(row, "body", f"{path}.body"),
            questions=tuple(
                self.question(entry, f"{path}.questions[{at}]")
                for at, entry in enumerate(self.rows(row.get("questions"), f"{path}.questions"), start=1)
            ),
            rubric=tuple(
                RubricRow(
                    self.text(entry, "criterion", f"{path}.rubric[{at}].criterion"),
                    self.texts(entry, "levels", f"{path}.rubric[{at}].levels"),
                )
                for at, entry in enumerate(self.rows(row.get("rubric"), f"{path}.rubric"), start=1)
            ),
            extra={name: value for name, value in row.items() if name not in known},
        )

    def question(self, row: Mapping[str, Any], path: str) -> QuestionDraft:
        return QuestionDraft(
            stem=self.text(row, "stem", f"{path}.stem"),
            options=self.texts(row, "options", f"{path}.options"),
            key=self.text(row, "key", f"{path}.key").upper(),
            rationale=self.text(row, "rationale", f"{path}.rationale"),
        )

    def competencies(self, data: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
        rows = self.rows(data.get("competencies"), "competencies")
        return tuple(
            (self.text(row, "code", f"competencies[{at}].code"), self.whole(row, "level", f"competencies[{at}].level"))
            for at, row in enumerate(rows, start=1)
        )

    def text(self, row: Mapping[str, Any], name: str, path: str) -> str:
        value = row.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self.faults.append(Fault(path, "should_be_text"))
        return ""

    def texts(self, row: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
        value = row.get(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(part, str | int | float) for part in value):
            self.faults.append(Fault(path, "should_be_list"))
            return ()
        return tuple(str(part).strip() for part in value)

    def rows(self, value: object, path: str) -> list[Mapping[str, Any]]:
        if value is None:
            return []
        if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
            self.faults.append(Fault(path, "should_be_rows"))
            return []
        return list(value)

    def whole(self, row: Mapping[str, Any], name: str, path: str) -> int:
        value = row.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.faults.append(Fault(path, "should_be_whole_number"))
        return 0

    def flag(self, row: Mapping[str, Any], name: str, path: str) -> bool:
        value = row.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.faults.append(Fault(path, "should_be_yes_or_no"))
        return False
