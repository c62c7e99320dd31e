"""The catalogue as two sheets of a workbook, one row a course and one row a module, in Chinese words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from content.formats.course_file import CourseDraft, Fault, ModuleDraft
from content.formats.rows import Refusal
from content.formats.workbook import Row, Sheet
from content.terms import DeliveryMode, ModuleKind
from content.terms_zh import (
    FAMILIES,
    MODES,
    MODULE_KINDS,
    PEDAGOGIES,
    REQUIREMENTS,
    SCHOOL_LEVELS,
    STAGES,
    SUBJECTS,
    TOPICS,
    find_member,
)

COURSES, MODULES = "课程", "模块"
CODE, HOURS, PLACE = "课程编码", "学时", "序号"
TEXTS = {
    "课程名称": "title", "课程简介": "summary", "解决的问题": "problem", "机构编码": "provider",
}  # fmt: skip
WORDS: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "内容类别": ("family", FAMILIES),
    "课程性质": ("requirement", REQUIREMENTS),
    "教学方式": ("pedagogy", PEDAGOGIES),
    "实施方式": ("mode", MODES),
}
LISTS: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "必修专题": ("topics", TOPICS),
    "发展阶段": ("stages", STAGES),
    "学段": ("school_levels", SCHOOL_LEVELS),
    "学科": ("subjects", SUBJECTS),
}
PRACTICE, COMPETENCIES, PREREQUISITES = "实践为主", "能力项", "先修课程"
COURSE_COLUMNS = (CODE, *TEXTS, *WORDS, PRACTICE, *LISTS, COMPETENCIES, PREREQUISITES, HOURS)
KIND, MODULE_TITLE, MINUTES, MODULE_PRACTICE, BODY = "模块类型", "模块名称", "时长（分钟）", "实践环节", "正文"
MODULE_COLUMNS = (CODE, PLACE, KIND, MODULE_TITLE, MINUTES, MODULE_PRACTICE, BODY)
NEEDED_COURSE_COLUMNS = (CODE, "课程名称", "机构编码", *WORDS)
NEEDED_MODULE_COLUMNS = (CODE, KIND, MODULE_TITLE, MINUTES)
YES, NO = "是", "否"
KIND_WITHOUT_MODULES = {
    DeliveryMode.ONLINE: ModuleKind.READING,
    DeliveryMode.F2F: ModuleKind.F2F_SESSION,
    DeliveryMode.SCHOOL_BASED: ModuleKind.SCHOOL_ACTIVITY,
}
_SPLIT = re.compile(r"[、,，;；/\n]+")
_LEVELLED = re.compile(r"([A-Z]\d)\s*[:：\-(（]?\s*(\d)\s*[)）级]?")
EMPTY = CourseDraft("", "", "", "", "", "", "", "", "")


@dataclass(frozen=True)
class CourseRows:
    """The rows of one course: its own, if it has one, and those of its modules, in order."""

    code: str
    row: Row
    modules: tuple[Row, ...]


@dataclass
class Reading:
    """What came of reading a course's rows: the draft, and the cells that cannot be taken."""

    draft: CourseDraft
    refusals: list[Refusal] = field(default_factory=list)


def course_cells(draft: CourseDraft) -> dict[str, str]:
    """A draft as the cells of its row."""
    cells = {CODE: draft.code}
    cells |= {column: getattr(draft, name) for column, name in TEXTS.items()}
    cells |= {column: words.get(getattr(draft, name), "") for column, (name, words) in WORDS.items()}
    cells[PRACTICE] = YES if draft.is_practice else NO
    for column, (name, words) in LISTS.items():
        cells[column] = "、".join(words[value] for value in sorted(getattr(draft, name), key=list(words).index))
    cells[COMPETENCIES] = "；".join(f"{code}:{level}" for code, level in sorted(draft.competencies))
    cells[PREREQUISITES] = "、".join(sorted(draft.prerequisites))
    cells[HOURS] = f"{draft.credit_seconds / 2700:.4g}"
    return {column: cells[column] for column in COURSE_COLUMNS}


def module_cells(module: ModuleDraft, code: str, place: int) -> dict[str, str]:
    """A module as the cells of its row."""
    return {
        CODE: code, PLACE: str(place), KIND: MODULE_KINDS[ModuleKind(module.kind)], MODULE_TITLE: module.title,
        MINUTES: f"{module.seconds / 60:.6g}", MODULE_PRACTICE: YES if module.is_practice else NO, BODY: module.body,
    }  # fmt: skip


def pick_sheets(sheets: Sequence[Sheet]) -> tuple[Sheet | None, Sheet | None]:
    """The sheet of courses and the sheet of modules, known by their headers; others are notes."""
    courses = next((sheet for sheet in sheets if CODE in sheet.headers and "课程名称" in sheet.headers), None)
    modules = next((sheet for sheet in sheets if CODE in sheet.headers and KIND in sheet.headers), None)
    return courses, modules


def missing_columns(courses: Sheet | None, modules: Sheet | None) -> list[Refusal]:
    """What the workbook as a whole lacks."""
    if courses is None:
        return [Refusal(0, CODE, "sheet_missing", {"sheet": COURSES, "columns": "、".join(NEEDED_COURSE_COLUMNS)})]
    wanted = [(courses, NEEDED_COURSE_COLUMNS)] + ([(modules, NEEDED_MODULE_COLUMNS)] if modules else [])
    return [
        Refusal(sheet.header_row, column, "column_missing", {"header": column}, sheet.name)
        for sheet, columns in wanted
        for column in columns
        if column not in sheet.headers
    ]


def read_course(rows: CourseRows, standing: CourseDraft | None) -> Reading:
    """The draft a course's rows describe; a column that is not there leaves what stands, an empty cell empties it."""
    reading = Reading(replace(standing or EMPTY, code=rows.code))
    row, changes = rows.row, dict[str, Any]()
    for column in sorted({CODE, "机构编码"} & row.doubtful):
        reading.refusals.append(Refusal(row.number, column, "digits_lost", {"value": row.get(column)}, COURSES))
    for column, name in TEXTS.items():
        if column in row.cells:
            changes[name] = row.get(column)
    for column, (name, words) in WORDS.items():
        if column in row.cells:
            changes[name] = _word(reading, row, column, words)
    for column, (name, words) in LISTS.items():
        if column in row.cells:
            values = [_member(reading, row, column, words, part) for part in _parts(row.get(column))]
            changes[name] = tuple(sorted({value for value in values if value}))
    if PRACTICE in row.cells:
        changes["is_practice"] = _yes(reading, row, PRACTICE)
    if COMPETENCIES in row.cells:
        changes["competencies"] = _competencies(reading, row)
    if PREREQUISITES in row.cells:
        changes["prerequisites"] = tuple(sorted(set(_parts(row.get(PREREQUISITES)))))
    reading.draft = replace(reading.draft, **changes)
    reading.draft = replace(reading.draft, modules=_modules(reading, rows, standing))
    return reading


def refusal_of(fault: Fault, rows: CourseRows) -> Refusal:
    """A fault of the draft, at the cell where it can be mended."""
    match = re.match(r"modules\[(\d+)\]\.(\w+)", fault.place)
    if match and int(match[1]) <= len(rows.modules):
        columns = {"kind": KIND, "title": MODULE_TITLE, "seconds": MINUTES, "body": BODY}
        return Refusal(
            rows.modules[int(match[1]) - 1].number, columns.get(match[2], MODULE_TITLE), fault.code, fault.figures,
            MODULES,
        )  # fmt: skip
    name = re.split(r"[.\[]", fault.place)[0]
    named = {"code": CODE, "competencies": COMPETENCIES, "prerequisites": PREREQUISITES, "modules": HOURS}
    named |= {attribute: column for column, attribute in TEXTS.items()}
    named |= {attribute: column for column, (attribute, _words) in (*WORDS.items(), *LISTS.items())}
    return Refusal(rows.row.number, named.get(name, CODE), fault.code, fault.figures, COURSES)


def _modules(reading: Reading, rows: CourseRows, standing: CourseDraft | None) -> tuple[ModuleDraft, ...]:
    if rows.modules:
        kept = standing.modules if standing else ()
        return tuple(_module(reading, row, kept[at] if at < len(kept) else None) for at, row in enumerate(rows.modules))
    if standing is not None and standing.modules:
        return standing.modules
    hours = rows.row.get(HOURS)
    seconds = _number(reading, rows.row, HOURS, 2700) if hours else 0
    kind = find_member({mode: mode.value for mode in DeliveryMode}, reading.draft.mode)
    if not seconds or kind is None:
        return ()
    return (ModuleDraft(KIND_WITHOUT_MODULES[kind].value, reading.draft.title, seconds, reading.draft.is_practice),)


def _module(reading: Reading, row: Row, standing: ModuleDraft | None) -> ModuleDraft:
    kind = find_member(MODULE_KINDS, row.get(KIND))
    if kind is None:
        reading.refusals.append(_unknown(row, KIND, row.get(KIND), MODULE_KINDS, MODULES))
        kind = ModuleKind.READING
    same = standing if standing is not None and standing.kind == kind.value else None
    return ModuleDraft(
        kind=kind.value,
        title=row.get(MODULE_TITLE),
        seconds=_number(reading, row, MINUTES, 60, MODULES),
        is_practice=_yes(reading, row, MODULE_PRACTICE, MODULES),
        body=row.get(BODY) or (same.body if same else ""),
        questions=same.questions if same else (),
        rubric=same.rubric if same else (),
        extra=same.extra if same else {},
    )


def _competencies(reading: Reading, row: Row) -> tuple[tuple[str, int], ...]:
    found = []
    for part in _parts(row.get(COMPETENCIES)):
        match = _LEVELLED.fullmatch(part.upper())
        if match is None:
            reading.refusals.append(
                Refusal(row.number, COMPETENCIES, "competency_shape", {"value": part, "example": "E2:3"}, COURSES)
            )
            continue
        found.append((match[1], int(match[2])))
    return tuple(sorted(found))


def _word(reading: Reading, row: Row, column: str, words: Mapping[Any, str]) -> str:
    text = row.get(column)
    if not text:
        reading.refusals.append(Refusal(row.number, column, "is_empty", {}, COURSES))
        return ""
    return _member(reading, row, column, words, text)


def _member(reading: Reading, row: Row, column: str, words: Mapping[Any, str], text: str) -> str:
    member: StrEnum | None = find_member(words, text)
    if member is None:
        reading.refusals.append(_unknown(row, column, text, words, COURSES))
        return ""
    return member.value


def _unknown(row: Row, column: str, text: str, words: Mapping[Any, str], sheet: str) -> Refusal:
    if not text:
        return Refusal(row.number, column, "is_empty", {}, sheet)
    return Refusal(row.number, column, "unknown_word", {"value": text, "known": "、".join(words.values())}, sheet)


def _number(reading: Reading, row: Row, column: str, times: int, sheet: str = COURSES) -> int:
    try:
        value = float(row.get(column))
    except ValueError:
        value = 0.0
    if not 0 < value < 10_000:
        reading.refusals.append(Refusal(row.number, column, "number_not_positive", {"value": row.get(column)}, sheet))
        return times
    return round(value * times)


def _yes(reading: Reading, row: Row, column: str, sheet: str = COURSES) -> bool:
    text = row.get(column)
    if text not in ("", YES, NO, "1", "0", "√", "Y", "N", "y", "n"):
        known = f"{YES}、{NO}"
        reading.refusals.append(Refusal(row.number, column, "unknown_word", {"value": text, "known": known}, sheet))
    return text in (YES, "1", "√", "Y", "y")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SPLIT.split(text) if part.strip()]
