"""The dry run of a workbook: what each row would do, and why a row is refused, before anything is written."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class RowOutcome(StrEnum):
    """What a row would do: bring somebody or something new, change it, leave it, or be refused."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot be taken: the cell by row and column, a stable code, and the figures its remedy needs."""

    row: int
    column: str  # header of the cell; empty when the row as a whole is meant
    code: str
    figures: Mapping[str, object] = field(default_factory=dict)
    sheet: str = ""

    def as_document(self) -> dict[str, object]:
        """The refusal as JSON carries it."""
        return {
            "sheet": self.sheet, "row": self.row, "column": self.column,
            "code": self.code, "figures": dict(self.figures),
        }  # fmt: skip


@dataclass(frozen=True)
class CellChange:
    """One cell of a row: what stands now and what the workbook says."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class RowDiff:
    """One row: what it is about, what it would do, and its changes or refusals."""

    row: int
    key: str  # what names the subject: a staff number, a course code
    title: str
    outcome: RowOutcome
    changes: tuple[CellChange, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sheet: str = ""

    def as_document(self) -> dict[str, object]:
        """The row as JSON carries it."""
        return {
            "sheet": self.sheet, "row": self.row, "key": self.key, "title": self.title, "outcome": self.outcome.value,
            "changes": [{"column": c.column, "before": c.before, "after": c.after} for c in self.changes],
            "refusals": [refusal.as_document() for refusal in self.refusals],
        }  # fmt: skip


@dataclass(frozen=True)
class Diff:
    """All rows of a dry run. It may be applied when no row is refused."""

    rows: tuple[RowDiff, ...]
    general: tuple[Refusal, ...] = ()  # what is wrong with the workbook as a whole, for instance a missing column

    @property
    def n_new(self) -> int:
        return self.count(RowOutcome.NEW)

    @property
    def n_changed(self) -> int:
        return self.count(RowOutcome.CHANGED)

    @property
    def n_unchanged(self) -> int:
        return self.count(RowOutcome.UNCHANGED)

    @property
    def n_refused(self) -> int:
        return self.count(RowOutcome.REFUSED)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every refusal, those of the whole workbook first."""
        return (*self.general, *(refusal for row in self.rows for refusal in row.refusals))

    @property
    def is_clean(self) -> bool:
        """Whether nothing is refused."""
        return not self.refusals

    def count(self, outcome: RowOutcome) -> int:
        """How many rows have this outcome."""
        return sum(1 for row in self.rows if row.outcome is outcome)

    def as_document(self) -> dict[str, object]:
        """Counts and rows as JSON carries them."""
        return {
            "counts": {outcome.value: self.count(outcome) for outcome in RowOutcome},
            "general": [refusal.as_document() for refusal in self.general],
            "rows": [row.as_document() for row in self.rows],
        }

    def to_json(self) -> str:
        """The dry run as text for scripts."""
        return json.dumps(self.as_document(), ensure_ascii=False, indent=2, default=str)


def diff_row(
    row: int,
    key: str,
    title: str,
    *,
    before: Mapping[str, str] | None,
    after: Mapping[str, str],
    refusals: Sequence[Refusal] = (),
    sheet: str = "",
) -> RowDiff:
    """Compare what stands (None: nothing yet) with what the workbook says, column by column of ``after``.

    Examples
    --------
    >>> diff_row(3, "KC-001", "整本书阅读", before={"学时": "8"}, after={"学时": "12"}).changes
    (CellChange(column='学时', before='8', after='12'),)
    """
    if refusals:
        return RowDiff(row, key, title, RowOutcome.REFUSED, (), tuple(refusals), sheet)
    if before is None:
        fresh = tuple(CellChange(column, "", text) for column, text in after.items() if text)
        return RowDiff(row, key, title, RowOutcome.NEW, fresh, (), sheet)
    changes = tuple(
        CellChange(column, before.get(column, ""), text)
        for column, text in after.items()
        if before.get(column, "") != text
    )
    outcome = RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
    return RowDiff(row, key, title, outcome, changes, (), sheet)


def repeated_keys(keys: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Rows whose key stood in an earlier row already: ``{row: earlier row}``.

    Examples
    --------
    >>> repeated_keys([(2, "A"), (3, "B"), (4, "A")])
    {4: 2}
    """
    first: dict[str, int] = {}
    repeated = {}
    for row, key in keys:
        if key in first:
            repeated[row] = first[key]
        else:
            first[key] = row
    return repeated
