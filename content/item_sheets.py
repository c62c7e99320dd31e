"""The item bank as one sheet of a workbook, one row an item, in Chinese words."""

import re
from collections.abc import Mapping

from content.formats.course_file import Fault, QuestionDraft
from content.formats.item_file import ItemDraft
from content.formats.rows import Refusal
from content.formats.workbook import Row, Sheet
from content.terms_zh import SCHOOL_LEVELS, find_member
from core.people import SchoolLevel

ITEMS = "题目"
CODE, COMPETENCY, LEVELS, LEVEL, STEM, KEY, RATIONALE = "题目编码", "能力项", "学段", "难度", "题干", "答案", "解析"
OPTIONS = ("选项A", "选项B", "选项C", "选项D")
ITEM_COLUMNS = (CODE, COMPETENCY, LEVELS, LEVEL, STEM, *OPTIONS, KEY, RATIONALE)
NEEDED = (CODE, COMPETENCY, LEVEL, STEM, *OPTIONS, KEY, RATIONALE)
FIXED = frozenset({STEM, *OPTIONS, KEY})  # what answers were given to; it stays once an item is operational
_COLUMN_OF: Mapping[str, str] = {
    "code": CODE, "competency": COMPETENCY, "school_levels": LEVELS, "level": LEVEL, "stem": STEM,
    "options": OPTIONS[0], "key": KEY, "rationale": RATIONALE,
}  # fmt: skip


def item_cells(draft: ItemDraft) -> dict[str, str]:
    """An item as the cells of its row."""
    options = (*draft.question.options, "", "", "", "")[: len(OPTIONS)]
    return {
        CODE: draft.code, COMPETENCY: draft.competency,
        LEVELS: "、".join(SCHOOL_LEVELS[SchoolLevel(level)] for level in sorted(draft.school_levels)),
        LEVEL: str(draft.level), STEM: draft.question.stem, **dict(zip(OPTIONS, options, strict=True)),
        KEY: draft.question.key, RATIONALE: draft.question.rationale,
    }  # fmt: skip


def missing_item_columns(sheet: Sheet) -> list[Refusal]:
    """What the sheet lacks."""
    return [
        Refusal(sheet.header_row, column, "column_missing", {"header": column}, sheet.name)
        for column in NEEDED
        if column not in sheet.headers
    ]


def read_item(row: Row) -> tuple[ItemDraft, list[Refusal]]:
    """The item a row describes, and the cells that cannot be taken."""
    refusals = []
    levels = []
    for part in re.split(r"[、,，;；/\s]+", row.get(LEVELS)):
        member = find_member(SCHOOL_LEVELS, part) if part else None
        if member is not None:
            levels.append(member.value)
        elif part:
            figures = {"value": part, "known": "、".join(SCHOOL_LEVELS.values())}
            refusals.append(Refusal(row.number, LEVELS, "unknown_word", figures, ITEMS))
    if CODE in row.doubtful:
        refusals.append(Refusal(row.number, CODE, "digits_lost", {"value": row.get(CODE)}, ITEMS))
    question = QuestionDraft(
        row.get(STEM), tuple(row.get(option) for option in OPTIONS), row.get(KEY).upper(), row.get(RATIONALE)
    )
    level = int(row.get(LEVEL)) if row.get(LEVEL).isdigit() else 0
    draft = ItemDraft(row.get(CODE), row.get(COMPETENCY).upper(), tuple(sorted(levels)), level, question)
    return draft, refusals


def item_refusal(fault: Fault, row: Row) -> Refusal:
    """A fault of an item, at the cell where it can be mended."""
    return Refusal(row.number, _COLUMN_OF.get(fault.place, CODE), fault.code, fault.figures, ITEMS)
