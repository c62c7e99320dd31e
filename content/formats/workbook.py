"""Workbooks as people keep them: .xlsx, .xls, .ods and .csv become one plain sheet of text, row by row.

What a file is, its bytes say, not its name. A row keeps the number it has in the file, so that a
person finds it again. A long number that a spreadsheet may have rounded is never trusted silently.
"""

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from core.errors import Invalid

Cell = int | float | str | bool | time | date | datetime | timedelta

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_BYTES_UNPACKED = 300 * 1024 * 1024
HEADER_WITHIN = 20  # a title and notes may stand above the header, but not more than this
SAFE_DIGITS = 15  # a spreadsheet keeps fifteen digits of a number; from the sixteenth on they may be zeros
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLANKS = "\ufeff\u200b\u200e\u200f\u00a0\u3000 \t\r\n"
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE]\+?\d+")
_REMARK = re.compile(r"[*＊]|[（(](必填|选填|可空|required|optional)[）)]")


@dataclass(frozen=True)
class Row:
    """One row under the header: its number in the file, its text by header, and the columns to doubt."""

    number: int
    cells: Mapping[str, str]
    doubtful: frozenset[str] = frozenset()  # numbers that may have lost digits

    def get(self, header: str) -> str:
        """The text under a header; empty when the cell or the column is not there."""
        return self.cells.get(header, "")


@dataclass(frozen=True)
class Sheet:
    """A sheet with its header found: ``rows`` are those below it that hold anything."""

    name: str
    header_row: int
    headers: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)


def read_rows(data: bytes, name: str, *, known: Collection[str] = ()) -> Sheet:
    """The first sheet that holds anything.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages only.
    known : collection of str, optional
        Headers to expect; the header row is the one that shows most of them. Without it, the header
        is the first row that is more than half as wide as the widest.

    Raises
    ------
    Invalid
        ``workbook_unreadable``, ``workbook_empty``, ``workbook_too_large``, ``workbook_encoding``,
        ``workbook_header_repeated`` or ``workbook_locked``, each with the figures that help to mend it.
    """
    for sheet in read_sheets(data, name, known=known):
        return sheet
    raise Invalid("workbook_empty", file=name)


def read_sheets(data: bytes, name: str, *, known: Collection[str] = ()) -> tuple[Sheet, ...]:
    """Every sheet that holds anything, in the order of the file; a .csv is one sheet named after the file."""
    tables = _spreadsheet(data, name) if data.startswith((_ZIP, _OLE)) else [(name, _text_table(data, name))]
    found = (_sheet(title, table, frozenset(known), name) for title, table in tables)
    return tuple(sheet for sheet in found if sheet is not None)


def normal_header(text: str) -> str:
    """A header without blanks, stars and remarks: ``" 课程 编码*（必填）"`` reads ``"课程编码"``.

    Examples
    --------
    >>> normal_header(" 课程 编码*（必填）")
    '课程编码'
    """
    return re.sub(r"[\s\u3000\ufeff\u200b]+", "", _REMARK.sub("", text))


def _spreadsheet(data: bytes, name: str) -> Iterator[tuple[str, Sequence[Sequence[Cell]]]]:
    if data.startswith(_ZIP):
        _refuse_bomb(data, name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for title in book.sheet_names:
                sheet = book.get_sheet_by_name(title)
                if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
                    raise Invalid("workbook_too_large", file=name, n_rows=MOST_ROWS, n_columns=MOST_COLUMNS)
                yield title, sheet.to_python(skip_empty_area=False)
    except CalamineError as wrong:
        code = "workbook_locked" if "password" in str(wrong).lower() else "workbook_unreadable"
        raise Invalid(code, file=name) from wrong


def _refuse_bomb(data: bytes, name: str) -> None:
    """A small file may unpack to gigabytes; look at what it declares first."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            size = sum(entry.file_size for entry in box.infolist())
    except zipfile.BadZipFile as wrong:
        raise Invalid("workbook_unreadable", file=name) from wrong
    if size > MOST_BYTES_UNPACKED:
        raise Invalid("workbook_too_large", file=name, n_rows=MOST_ROWS, n_columns=MOST_COLUMNS)


def _text_table(data: bytes, name: str) -> Sequence[Sequence[Cell]]:
    text = _decoded(data, name)
    if "\x00" in text:
        raise Invalid("workbook_unreadable", file=name)
    first = next((line for line in text.splitlines() if line.strip(_BLANKS)), "")
    delimiter = max(",\t;，", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as wrong:
        raise Invalid("workbook_unreadable", file=name) from wrong
    if len(table) > MOST_ROWS or max(map(len, table), default=0) > MOST_COLUMNS:
        raise Invalid("workbook_too_large", file=name, n_rows=MOST_ROWS, n_columns=MOST_COLUMNS)
    return table


def _decoded(data: bytes, name: str) -> str:
    """Text of a .csv: UTF-16 when its mark says so, else UTF-8, else GB 18030 as Chinese Excel and WPS save it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("workbook_encoding", file=name)


def _sheet(title: str, table: Sequence[Sequence[Cell]], known: frozenset[str], name: str) -> Sheet | None:
    texts = [[_text(cell) for cell in line] for line in table]
    at = _header_at(texts, known)
    if at is None:
        return None
    headers = [normal_header(text) for text in texts[at]]
    named = [header for header in headers if header]
    repeated = sorted({header for header in named if named.count(header) > 1})
    if repeated:
        raise Invalid("workbook_header_repeated", file=name, sheet=title, header=repeated[0], row=at + 1)
    rows = (
        _row(number, headers, texts[number - 1], table[number - 1])
        for number in range(at + 2, len(texts) + 1)
        if any(texts[number - 1])
    )
    return Sheet(title, at + 1, tuple(named), tuple(rows))


def _header_at(texts: Sequence[Sequence[str]], known: frozenset[str]) -> int | None:
    """Where the header stands: most known headers, else the first row more than half as wide as the widest."""
    top = texts[:HEADER_WITHIN]
    if known:
        hits = [len({normal_header(text) for text in line} & known) for line in top]
        if max(hits, default=0) > 0:
            return hits.index(max(hits))
    widths = [sum(1 for text in line if text) for line in top]
    widest = max(widths, default=0)
    return None if widest == 0 else next(at for at, width in enumerate(widths) if 2 * width > widest)


def _row(number: int, headers: Sequence[str], texts: Sequence[str], cells: Sequence[Cell]) -> Row:
    pairs = [(header, text, cell) for header, text, cell in zip(headers, texts, cells, strict=False) if header]
    doubtful = frozenset(header for header, text, cell in pairs if _may_have_lost_digits(text, cell))
    return Row(number, {header: text for header, text, _cell in pairs}, doubtful)


def _may_have_lost_digits(text: str, cell: Cell) -> bool:
    if isinstance(cell, str):
        return _SCIENTIFIC.fullmatch(text) is not None and float(text) >= 1e9
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**SAFE_DIGITS


def _text(cell: Cell) -> str:
    """A cell as the person sees it: 12.0 is "12", a date is ISO, blanks around are gone."""
    if isinstance(cell, str):
        return cell.strip(_BLANKS)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        whole_day = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if whole_day else cell.isoformat(sep=" ", timespec="minutes")
    return repr(cell) if isinstance(cell, float) else str(cell)
