"""From rows of text to drafts of people: what a cell means, and which cells cannot be taken."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from content.formats.rows import Refusal, repeated_keys
from content.formats.workbook import Row, Sheet
from core.access import Role
from core.people import CareerStage, SchoolLevel, Subject
from learning.roster import columns
from learning.roster.columns import COLUMNS, VOCABULARIES

STAFF_NO_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,31}")
EMAIL_FORM = re.compile(r"[^@\s,;<>\"()]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
DAY_FORM = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?[月日号]?")
COMPACT_DAY_FORM = re.compile(r"(\d{4})(\d{2})(\d{2})?")
EARLIEST_YEAR = 1950


@dataclass(frozen=True)
class Draft:
    """A person as a row describes them; None and empty mean the row says nothing."""

    row: int
    staff_no: str
    name: str
    email: str | None
    school_code: str
    stage: CareerStage | None
    school_level: SchoolLevel | None
    main_subject: Subject | None
    other_subjects: tuple[Subject, ...]
    teaching_since: date | None
    roles: tuple[Role, ...]
    refusals: tuple[Refusal, ...] = ()


@dataclass
class _Cells:
    """One row under our own headers, collecting what is wrong with it."""

    row: Row
    named: Mapping[str, str]  # our header -> the header in the file
    refusals: list[Refusal] = field(default_factory=list)

    def text(self, column: str) -> str:
        return unicodedata.normalize("NFKC", self.row.get(self.named.get(column, ""))).strip()

    def refuse(self, column: str, code: str, **figures: object) -> None:
        self.refusals.append(Refusal(self.row.number, column, code, figures))

    def term(self, column: str) -> StrEnum | None:
        found = self.terms(column)
        return found[0] if found else None

    def terms(self, column: str) -> tuple[StrEnum, ...]:
        words = [word.strip() for word in re.split(r"[、,;/|]+", self.text(column)) if word.strip()]
        vocabulary = VOCABULARIES[column]
        for word in words:
            if word not in vocabulary:
                self.refuse(column, "roster_word_unknown", word=word, allowed="、".join(columns.allowed_words(column)))
        return tuple(dict.fromkeys(vocabulary[word] for word in words if word in vocabulary))


def missing_columns(sheet: Sheet) -> tuple[Refusal, ...]:
    """Required columns the workbook does not have."""
    header_of = columns.header_of()
    present = {header_of.get(header) for header in sheet.headers}
    return tuple(
        Refusal(sheet.header_row, column.header, "roster_column_missing")
        for column in COLUMNS
        if column.is_required and column.header not in present
    )


def read_drafts(sheet: Sheet, *, today: date) -> list[Draft]:
    """Every row as a draft with its refusals; a staff number or e-mail that stands twice is refused the second time."""
    header_of = columns.header_of()
    named: dict[str, str] = {}
    for header in sheet.headers:
        if header in header_of:
            named.setdefault(header_of[header], header)
    drafts = [_draft(_Cells(row, named), today) for row in sheet.rows]
    drafts = _refuse_repeated(drafts, columns.STAFF_NO, [(d.row, d.staff_no.lower()) for d in drafts if d.staff_no])
    return _refuse_repeated(drafts, columns.EMAIL, [(d.row, d.email) for d in drafts if d.email])


def _refuse_repeated(drafts: list[Draft], column: str, keys: list[tuple[int, str]]) -> list[Draft]:
    again = repeated_keys(keys)
    return [
        replace(d, refusals=(*d.refusals, Refusal(d.row, column, "roster_repeated", {"earlier": again[d.row]})))
        if d.row in again
        else d
        for d in drafts
    ]


def _draft(cells: _Cells, today: date) -> Draft:
    stage, level, subject = (
        cells.term(column) for column in (columns.STAGE, columns.SCHOOL_LEVEL, columns.SUBJECT)
    )  # fmt: skip
    draft = Draft(
        row=cells.row.number,
        staff_no=_staff_no(cells),
        name=_name(cells),
        email=_email(cells),
        school_code=cells.text(columns.SCHOOL).partition(" ")[0],  # the template shows the name behind the code
        stage=stage if isinstance(stage, CareerStage) else None,
        school_level=level if isinstance(level, SchoolLevel) else None,
        main_subject=subject if isinstance(subject, Subject) else None,
        other_subjects=tuple(s for s in cells.terms(columns.OTHER_SUBJECTS) if isinstance(s, Subject)),
        teaching_since=_day(cells, today),
        roles=tuple(role for role in cells.terms(columns.ROLES) if isinstance(role, Role)),
    )
    return replace(draft, refusals=tuple(cells.refusals))


def _staff_no(cells: _Cells) -> str:
    text = cells.text(columns.STAFF_NO)
    if not text:
        cells.refuse(columns.STAFF_NO, "roster_cell_empty")
    elif cells.named.get(columns.STAFF_NO) in cells.row.doubtful:
        cells.refuse(columns.STAFF_NO, "roster_digits_lost", text=text)
    elif not STAFF_NO_FORM.fullmatch(text):
        cells.refuse(columns.STAFF_NO, "roster_staff_no_form", text=text)
    return text


def _name(cells: _Cells) -> str:
    text = cells.text(columns.NAME)
    if not text:
        cells.refuse(columns.NAME, "roster_cell_empty")
    elif len(text) > 40 or any(character.isdigit() for character in text):
        cells.refuse(columns.NAME, "roster_name_form", text=text[:40])
    return text


def _email(cells: _Cells) -> str | None:
    text = cells.text(columns.EMAIL).lower()
    if text and (len(text) > 254 or not EMAIL_FORM.fullmatch(text)):
        cells.refuse(columns.EMAIL, "roster_email_form", text=text[:80])
    return text or None


def _day(cells: _Cells, today: date) -> date | None:
    text = cells.text(columns.TEACHING_SINCE)
    if not text:
        return None
    form = COMPACT_DAY_FORM.fullmatch(text) or DAY_FORM.fullmatch(text)
    try:
        found = date(int(form[1]), int(form[2]), int(form[3] or 1)) if form else None
    except ValueError:
        found = None
    if found is None or found.year < EARLIEST_YEAR:
        cells.refuse(columns.TEACHING_SINCE, "roster_date_form", text=text)
    elif found > today:
        cells.refuse(columns.TEACHING_SINCE, "roster_date_future", text=text)
    return found
