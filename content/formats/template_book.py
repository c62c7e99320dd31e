"""A workbook to fill in: headers that explain themselves, lists to choose from, notes on a sheet of their own."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter

NOTES = "填写说明"
N_LISTED_ROWS = 2000  # rows below the header that offer the lists of words


@dataclass(frozen=True)
class BookSheet:
    """One sheet: its columns, rows already there, and the words a column offers."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    wide: frozenset[str] = frozenset()


def make_book(sheets: Sequence[BookSheet], notes: Sequence[str]) -> bytes:
    """The workbook as .xlsx. Every cell is text, so that no code loses a digit or a zero."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#DCEFEC", "border": 1, "text_wrap": True, "valign": "vcenter"})
    must = book.add_format({"bold": True, "bg_color": "#0F6B63", "font_color": "#FFFFFF", "border": 1})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 1)
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, 48 if column in sheet.wide else 14, text)
            page.write_string(0, at, column, must if column in sheet.needed else head)
            words = sheet.choices.get(column, ())
            if words and sum(len(word) + 1 for word in words) <= 255:
                page.data_validation(1, at, N_LISTED_ROWS, at, {"validate": "list", "source": list(words)})
        for number, row in enumerate(sheet.rows, start=1):
            for at, column in enumerate(sheet.columns):
                page.write_string(number, at, row.get(column, ""), text)
    page = book.add_worksheet(NOTES)
    page.set_column(0, 0, 100, text)
    for number, note in enumerate(notes):
        page.write_string(number, 0, note, text)
    book.close()
    return out.getvalue()
