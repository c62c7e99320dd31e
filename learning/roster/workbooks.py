"""Workbooks to take away: the empty template, and the list of one-time passwords."""

import io
from collections.abc import Sequence

import xlsxwriter

from core.people import Organisation, Person
from learning.roster import columns
from learning.roster.columns import COLUMNS, VOCABULARIES, allowed_words

N_ROWS = 2000  # rows of the template that are formatted as text
VALUES_SHEET = "可填写的值"


def template(places: Sequence[Organisation]) -> bytes:
    """The people template: text columns, hints and lists to choose from; allowed values on the second sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bg_color": "#DCEFEC", "num_format": "@", "border": 1})
    must = book.add_format({"bold": True, "bg_color": "#0F6B63", "color": "#FFFFFF", "num_format": "@", "border": 1})
    sheet = book.add_worksheet("人员")
    sheet.freeze_panes(1, 0)
    values = book.add_worksheet(VALUES_SHEET)
    values.freeze_panes(1, 0)
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, 18, text)
        sheet.write_string(0, at, column.header, must if column.is_required else head)
        sheet.write_comment(0, at, column.hint)
    for at, (column_name, words) in enumerate(_allowed(places).items()):
        values.set_column(at, at, 26, text)
        values.write_string(0, at, column_name, head)
        for row, word in enumerate(words, start=1):
            values.write_string(row, at, word)
        where = next(place for place, column in enumerate(COLUMNS) if column.header == column_name)
        if words and column_name not in (columns.OTHER_SUBJECTS, columns.ROLES, columns.SCHOOL):
            letter = chr(ord("A") + at)
            source = f"='{VALUES_SHEET}'!${letter}$2:${letter}${len(words) + 1}"
            sheet.data_validation(1, where, N_ROWS, where, {"validate": "list", "source": source})
    book.close()
    return file.getvalue()


def password_list(issued: Sequence[tuple[Person, str, str]], *, address: str) -> bytes:
    """(person, workplace, password) as a workbook to hand out."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bg_color": "#DCEFEC", "num_format": "@", "border": 1})
    sheet = book.add_worksheet("初始密码")
    sheet.freeze_panes(1, 0)
    for at, (word, width) in enumerate((("单位", 28), ("姓名", 14), ("工号", 18), ("初始密码", 20), ("登录地址", 36))):
        sheet.set_column(at, at, width, text)
        sheet.write_string(0, at, word, head)
    for row, (person, place, password) in enumerate(issued, start=1):
        for at, cell in enumerate((place, person.name, person.staff_no, password, address)):
            sheet.write_string(row, at, cell, text)
    book.close()
    return file.getvalue()


def _allowed(places: Sequence[Organisation]) -> dict[str, list[str]]:
    """Allowed values by column; a school is written by its code, with the name behind it for the reader."""
    lists = {column: allowed_words(column) for column in VOCABULARIES}
    return {**lists, columns.SCHOOL: [f"{place.code}  {place.name}" for place in places]}
