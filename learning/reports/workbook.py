"""A workbook of a report: numbers of people as text, dates as dates, the header row frozen; nothing in it is a formula."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import xlsxwriter

Value = str | int | float | date | None
WIDEST = 40


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its heads and its rows. Text stays text (``007`` keeps its zeros)."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]


def workbook_of(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as an .xlsx file."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#DCEFEC", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.title[:31])
        page.freeze_panes(1, 0)
        page.set_row(0, 24)
        for column, words in enumerate(sheet.heads):
            page.set_column(column, column, _width(sheet, column))
            page.write_string(0, column, words, head)
        for place, row in enumerate(sheet.rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(place, column, value, text)
                elif isinstance(value, date):
                    page.write_datetime(place, column, value, day)
                elif value is not None:
                    page.write_number(place, column, value)
        if sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.heads) - 1)
    book.close()
    return buffer.getvalue()


def _width(sheet: Sheet, column: int) -> int:
    """Wide enough for the longest of the first rows; a Chinese character takes two places."""
    shown = [sheet.heads[column], *(str(row[column] or "") for row in sheet.rows[:200])]
    return min(WIDEST, 2 + max(sum(2 if ord(character) > 0x2E80 else 1 for character in words) for words in shown))
