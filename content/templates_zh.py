"""Templates to download: the catalogue and the item bank as workbooks, empty or filled with what stands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from content import item_sheets, sheets
from content.formats.course_file import CourseDraft
from content.formats.item_file import ItemDraft
from content.formats.template_book import BookSheet, make_book
from content.terms import Competency
from content.terms_zh import MODULE_KINDS, SCHOOL_LEVELS

YES_NO = (sheets.YES, sheets.NO)
CATALOGUE_NOTES = (
    "一、“课程”表每行一门课程；“模块”表每行一个模块，用“课程编码”与课程对应，按“序号”排列。深色表头为必填列。",
    "二、课程编码用大写字母、数字和连字符，例如 KC-201；同一编码再次导入即为修改，内容相同则不作任何改动。",
    "三、多个值之间用顿号分隔，例如“小学、初中”；留空表示面向全体。",
    "四、能力项写作“编码:水平”，水平为 1 至 5，多个用分号分隔，例如“E2:3；T1:2”。",
    "五、1 学时为 45 分钟。填写了模块时，学时由模块时长相加得出；没有模块时，按“学时”列生成一个模块。",
    "六、表中没有的列保持原样；有列而单元格留空，则清空该项。测验题和量规请在课程编辑页填写，导入不会改动它们。",
    "七、机构编码须在您的管理范围内。导入前系统会逐行列出新增、修改、不变和不能接受的内容，全部通过后才会写入。",
)
ITEM_NOTES = (
    "一、每行一道情境选择题，四个选项，一个答案（A 至 D）。深色表头为必填列。",
    "二、难度为 1 至 5 的专家判断；学段留空表示各学段通用，多个用顿号分隔。",
    "三、新题以“草稿题”进入题库，经试测后才会用于诊断。",
    "四、正式题的题干、选项和答案不能修改；请停用旧题，用新编码导入新题。",
)


def catalogue_book(drafts: Iterable[CourseDraft] = ()) -> bytes:
    """The catalogue's workbook, with the given courses in it."""
    listed = list(drafts)
    courses = BookSheet(
        sheets.COURSES,
        sheets.COURSE_COLUMNS,
        [sheets.course_cells(draft) for draft in listed],
        {**{column: tuple(words.values()) for column, (_name, words) in sheets.WORDS.items()}, sheets.PRACTICE: YES_NO},
        frozenset(sheets.NEEDED_COURSE_COLUMNS),
        frozenset({"课程名称", "课程简介", "解决的问题"}),
    )
    modules = BookSheet(
        sheets.MODULES,
        sheets.MODULE_COLUMNS,
        [
            sheets.module_cells(module, draft.code, place)
            for draft in listed
            for place, module in enumerate(draft.modules, start=1)
        ],
        {sheets.KIND: tuple(MODULE_KINDS.values()), sheets.MODULE_PRACTICE: YES_NO},
        frozenset(sheets.NEEDED_MODULE_COLUMNS),
        frozenset({sheets.MODULE_TITLE, sheets.BODY}),
    )
    return make_book([courses, modules], [*CATALOGUE_NOTES, *_words()])


def items_book(drafts: Iterable[ItemDraft] = ()) -> bytes:
    """The item bank's workbook, with the given items in it."""
    choices: Mapping[str, Sequence[str]] = {
        item_sheets.COMPETENCY: tuple(member.value for member in Competency),
        item_sheets.LEVEL: ("1", "2", "3", "4", "5"), item_sheets.KEY: ("A", "B", "C", "D"),
    }  # fmt: skip
    items = BookSheet(
        item_sheets.ITEMS, item_sheets.ITEM_COLUMNS, [item_sheets.item_cells(draft) for draft in drafts], choices,
        frozenset(item_sheets.NEEDED), frozenset({item_sheets.STEM, item_sheets.RATIONALE, *item_sheets.OPTIONS}),
    )  # fmt: skip
    return make_book([items], [*ITEM_NOTES, f"学段可填：{'、'.join(SCHOOL_LEVELS.values())}。"])


def _words() -> list[str]:
    vocabularies: dict[str, Mapping[Any, str]] = {
        column: words for column, (_name, words) in (*sheets.WORDS.items(), *sheets.LISTS.items())
    }
    vocabularies[sheets.KIND] = MODULE_KINDS
    return [f"“{column}”可填：{'、'.join(words.values())}。" for column, words in vocabularies.items()]
