"""Answers in, parameters out: reading a wide table of right and wrong, and writing results whole or not at all."""

import csv
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import Invalid

BLANK = -1
MEANING = {"0": 0, "1": 1, "": BLANK}
N_ITEMS_LEAST = 3  # two items leave slopes undetermined
RESULTS = ("items.csv", "persons.csv", "fit.json", "second_opinion.csv")


@dataclass(frozen=True, eq=False)
class AnswerTable:
    """A wide table as it was read: persons by items, 1 right, 0 wrong, BLANK not given."""

    persons: tuple[str, ...]
    items: tuple[str, ...]
    cells: npt.NDArray[np.int8]  # (persons, items)

    @property
    def with_nan(self) -> npt.NDArray[np.float64]:
        """The table as the engine takes it: NaN where nothing was given."""
        return np.where(self.cells == BLANK, np.nan, self.cells.astype(np.float64))

    @property
    def n_answers(self) -> npt.NDArray[np.int64]:
        """Answers of each person."""
        return np.asarray((self.cells != BLANK).sum(axis=1), dtype=np.int64)


def read_answers(path: Path) -> AnswerTable:
    """Read a wide 0/1 table. Invalid names the row (as a spreadsheet counts), the column, and what to do.

    The first line names the items; a first column headed ``person`` holds the persons' ids, which otherwise
    are the numbers of their rows. An empty cell means that the item was not given.
    """
    lines = csv.reader(_text(path).splitlines(keepends=True), strict=True)
    try:
        head = [name.strip() for name in next(lines, [])]
        has_ids = bool(head) and head[0].lower() == "person"
        items = _item_names(head[1:] if has_ids else head, offset=2 if has_ids else 1)
        persons, cells = _read_rows(lines, items, has_ids=has_ids)
    except csv.Error as error:
        raise Invalid("answers_not_csv", row=lines.line_num, problem=str(error)) from error
    if not persons:
        raise Invalid("answers_no_rows")
    return AnswerTable(tuple(persons), items, np.array(cells, dtype=np.int8).reshape(len(persons), len(items)))


def _text(path: Path) -> str:
    """The file as text: UTF-8, UTF-16 with its mark, or GB18030, as spreadsheets write them."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Invalid("answers_unreadable", file=path.name, problem=error.strerror or type(error).__name__) from error
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("answers_not_text", file=path.name)


def _item_names(names: Sequence[str], *, offset: int) -> tuple[str, ...]:
    """Names of the items, refused when one is missing or comes twice, or when there are too few."""
    if names and set(names) <= set(MEANING):
        raise Invalid("answers_no_heading")
    seen: dict[str, int] = {}
    for place, name in enumerate(names, start=offset):
        if not name:
            raise Invalid("answers_nameless_column", column=place)
        if name in seen:
            raise Invalid("answers_column_twice", name=name, column=place, first=seen[name])
        seen[name] = place
    if len(names) < N_ITEMS_LEAST:
        raise Invalid("answers_too_few_items", n_items=len(names), n_least=N_ITEMS_LEAST)
    return tuple(names)


def _read_rows(lines: Iterable[list[str]], items: tuple[str, ...], *, has_ids: bool) -> tuple[list[str], bytearray]:
    """Persons and their cells, row after row; a cell is kept as one byte (BLANK as 255)."""
    persons: list[str] = []
    rows_of: dict[str, int] = {}
    cells = bytearray()
    n_columns = len(items) + has_ids
    n_empty = 0
    for row, values in enumerate(lines, start=2):
        if not values:
            n_empty += 1
            continue
        if n_empty:
            raise Invalid("answers_empty_line", row=row - n_empty)
        if len(values) != n_columns:
            raise Invalid("answers_ragged_row", row=row, n_cells=len(values), n_columns=n_columns)
        name = values[0].strip() if has_ids else str(row - 1)
        if not name:
            raise Invalid("answers_nameless_person", row=row)
        if name in rows_of:
            raise Invalid("answers_person_twice", row=row, name=name, first=rows_of[name])
        rows_of[name] = row
        persons.append(name)
        for item, value in zip(items, values[has_ids:], strict=True):
            meaning = MEANING.get(value.strip())
            if meaning is None:
                raise Invalid("answers_bad_cell", row=row, column=item, value=value[:40])
            cells.append(meaning & 0xFF)
    return persons, cells


def table_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; floats keep all their digits."""
    lines = [_line(heads), *(_line(row) for row in rows)]
    return "".join(lines)


def _line(cells: Sequence[object]) -> str:
    return ",".join(_cell(cell) for cell in cells) + "\n"


def _cell(value: object) -> str:
    text = repr(float(value)) if isinstance(value, float) else str(value)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def document_text(document: Mapping[str, object]) -> str:
    """A document as JSON that a person can read; what is not a number is null."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def refuse_folder(folder: Path) -> None:
    """Raise when results may not go there: it is a file, or it holds what is not ours."""
    if folder.exists() and not folder.is_dir():
        raise Invalid("out_is_a_file", folder=str(folder))
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in RESULTS) if folder.is_dir() else []
    if foreign:
        raise Invalid("out_holds_other_files", folder=str(folder), file=foreign[0])


def write_whole(folder: Path, texts: Mapping[str, str]) -> None:
    """Write all files into a folder beside it, then put that in its place: nobody sees half a result."""
    folder = folder.resolve()
    refuse_folder(folder)
    part: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        part.chmod(0o755)
        for name, text in texts.items():
            (part / name).write_text(text, encoding="utf-8")
        _swap(folder, part)
    except OSError as error:
        raise Invalid("out_not_written", folder=str(folder), problem=error.strerror or str(error)) from error
    finally:
        if part is not None and part.exists():
            shutil.rmtree(part)


def _swap(folder: Path, part: Path) -> None:
    """Put the new folder where the old one stood; if that fails, the old one comes back."""
    if not folder.exists():
        part.rename(folder)
        return
    old = part.with_name(part.name + ".old")
    folder.rename(old)
    try:
        part.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)
