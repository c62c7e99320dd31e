"""Workbooks as people keep them: every usual kind of file becomes the same rows, with their numbers."""

import io
from datetime import date

import openpyxl
import pytest
import xlwt

from content.formats.workbook import read_rows, read_sheets
from core.errors import Invalid

TABLE = [["工号", "姓名", "备注"], ["T001", "王一", "说，“好”"], ["", "", ""], ["T002", "李二", "第一行\n第二行"]]


def _xlsx(rows: list[list[object]], *, before: list[list[object]] = ()) -> bytes:  # type: ignore[assignment]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [*before, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls(rows: list[list[str]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("人员")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(rows: list[list[str]], encoding: str, delimiter: str = ",") -> bytes:
    quoted = [delimiter.join(f'"{cell}"' if "\n" in cell or "，" in cell else cell for cell in row) for row in rows]
    return "\r\n".join(quoted).encode(encoding)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_xlsx(TABLE), "教师.xlsx"),  # type: ignore[arg-type]
        (_xls(TABLE), "教师.xls"),
        (_csv(TABLE, "utf-8"), "教师.csv"),
        (_csv(TABLE, "utf-8-sig"), "教师.csv"),
        (_csv(TABLE, "gb18030"), "教师.csv"),
        (_csv(TABLE, "utf-16", "\t"), "教师.csv"),
        (b"\xfe\xff" + _csv(TABLE, "utf-16-be", "\t"), "教师.txt"),
        (_xlsx(TABLE), "名字说是表格其实是.csv"),  # type: ignore[arg-type]
    ],
    ids=["xlsx", "xls", "utf-8", "utf-8-bom", "gb18030", "utf-16-le", "utf-16-be", "misnamed"],
)
def test_every_usual_kind_of_file_gives_the_same_rows(data: bytes, name: str) -> None:
    sheet = read_rows(data, name)
    assert sheet.headers == ("工号", "姓名", "备注")
    assert [(row.number, row.get("工号"), row.get("姓名")) for row in sheet.rows] == [
        (2, "T001", "王一"),
        (4, "T002", "李二"),
    ]
    assert sheet.rows[0].get("备注") == "说，“好”"
    assert sheet.rows[0].get("没有的列") == ""


def test_a_title_above_the_header_and_remarks_in_it_do_no_harm() -> None:
    data = _xlsx([["工号*（必填）", " 姓 名 "], ["T1", "甲"]], before=[["青屏县教师信息表"], []])
    sheet = read_rows(data, "x.xlsx", known={"工号", "姓名"})
    assert (sheet.header_row, sheet.headers, sheet.rows[0].number) == (3, ("工号", "姓名"), 4)
    assert read_rows(data, "x.xlsx").header_row == 3


def test_a_number_that_may_have_lost_digits_is_flagged_and_others_read_as_shown() -> None:
    sheet = read_rows(
        _xlsx([["证号", "工号", "日期", "分"], [410526199001011234, 20240012, date(2024, 9, 1), 1.5]]), "x.xlsx"
    )
    (row,) = sheet.rows
    assert row.doubtful == {"证号"}
    assert (row.get("工号"), row.get("日期"), row.get("分")) == ("20240012", "2024-09-01", "1.5")
    (text,) = read_rows("证号,工号\n4.10526E+17,0012".encode(), "x.csv").rows
    assert text.doubtful == {"证号"}
    assert text.get("工号") == "0012"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "workbook_empty"),
        (b"\n\n,,\n", "workbook_empty"),
        (b"PK\x03\x04 broken", "workbook_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "workbook_unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "workbook_unreadable"),
        (b"\xff\xfe\x00", "workbook_encoding"),
        ("工号,工号\nT1,T1".encode(), "workbook_header_repeated"),
        (b"a\n" + b"x\n" * 20_001, "workbook_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as error:
        read_rows(data, "坏文件.xlsx")
    assert error.value.code == code


def test_every_sheet_is_read_and_empty_ones_are_skipped() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("空")
    for name in ("课程", "模块"):
        book.create_sheet(name).append(["课程编码", "名称"])
    out = io.BytesIO()
    book.save(out)
    assert [sheet.name for sheet in read_sheets(out.getvalue(), "x.xlsx")] == ["课程", "模块"]
