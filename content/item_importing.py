"""The item bank from a workbook: dry run, all-or-nothing apply, undo. New items enter as drafts.

What was answered stays what it was: stem, options and key of an operational item cannot be changed;
the way is to retire it and to bring the new wording under a new code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.batches import get_batch, keep_batch, mark_undone, refuse_not_last, refuse_unclean
from content.formats.course_file import QuestionDraft
from content.formats.item_file import ItemDraft
from content.formats.rows import Diff, Refusal, RowDiff, RowOutcome, diff_row, repeated_keys
from content.formats.workbook import Row, read_rows
from content.item_sheets import (
    CODE,
    FIXED,
    ITEM_COLUMNS,
    ITEMS,
    item_cells,
    item_refusal,
    missing_item_columns,
    read_item,
)
from content.items import check_keeps_bank, fill_item, item_draft_of, item_faults
from content.models import Item
from content.terms import ItemState
from core.access import Actor
from core.audit import BatchKind, ImportBatch
from core.db import Document
from core.errors import Conflict


@dataclass(frozen=True)
class ItemPlan:
    """What a workbook of items would do."""

    diff: Diff
    drafts: tuple[ItemDraft, ...]


def plan_items(session: Session, data: bytes, name: str, *, by: Actor | None = None) -> ItemPlan:
    """Read a workbook of items and say row by row what it would do; nothing is written. What stands is shown, keys too."""
    check_keeps_bank(by)
    sheet = read_rows(data, name, known=ITEM_COLUMNS)
    lacking = missing_item_columns(sheet)
    if lacking:
        return ItemPlan(Diff((), tuple(lacking)), ())
    codes = [row.get(CODE) for row in sheet.rows]
    standing = {item.code: item for item in session.scalars(select(Item).where(Item.code.in_(codes)))}
    twice = repeated_keys((row.number, row.get(CODE)) for row in sheet.rows)
    read = [(row, *read_item(row)) for row in sheet.rows]
    diffs = [_diff(row, draft, refusals, standing.get(draft.code), twice) for row, draft, refusals in read]
    changed = [
        draft
        for (_row, draft, _refusals), diff in zip(read, diffs, strict=True)
        if diff.outcome in (RowOutcome.NEW, RowOutcome.CHANGED)
    ]
    return ItemPlan(Diff(tuple(diffs)), tuple(changed))


def apply_items(session: Session, data: bytes, name: str, *, by: Actor | None, now: datetime) -> ImportBatch | None:
    """Take in a clean workbook whole; one that changes nothing leaves no trace and gives None."""
    plan = plan_items(session, data, name, by=by)
    refuse_unclean(plan.diff)
    if not plan.drafts:
        return None
    changes: list[Document] = []
    for draft in plan.drafts:
        item = session.scalar(select(Item).where(Item.code == draft.code))
        before = asdict(item_draft_of(item)) if item is not None else None
        if item is None:
            item = Item(code=draft.code, version=1, state=ItemState.DRAFT)
            session.add(item)
        else:
            item.version += 1
        fill_item(item, draft)
        changes.append({"code": draft.code, "before": before, "after": asdict(draft)})
    session.flush()
    return keep_batch(session, BatchKind.ITEMS, plan.diff, changes, data=data, name=name, by=by, now=now)


def undo_items(session: Session, batch_id: int, *, by: Actor | None, now: datetime) -> ImportBatch:
    """Take the last batch of items back: new drafts go, changed ones say again what they said; all or nothing."""
    check_keeps_bank(by)
    batch = get_batch(session, BatchKind.ITEMS, batch_id, by=by)
    refuse_not_last(session, batch)
    for change in batch.changes:
        item = session.scalar(select(Item).where(Item.code == change["code"]))
        if item is None or item_draft_of(item) != _kept(change["after"]):
            raise Conflict("changed_since_import", key=change["code"])
        if change["before"] is not None:
            fill_item(item, _kept(change["before"]))
            item.version += 1
        elif item.state is ItemState.DRAFT:
            session.delete(item)
        else:
            raise Conflict("published_since_import", key=change["code"])
    mark_undone(session, batch, by=by, now=now)
    return batch


def _diff(
    row: Row, draft: ItemDraft, refusals: Sequence[Refusal], standing: Item | None, twice: Mapping[int, int]
) -> RowDiff:
    told = {refusal.column for refusal in refusals}
    mapped = [item_refusal(fault, row) for fault in item_faults(draft)]
    all_refusals = [*refusals, *(refusal for refusal in mapped if refusal.column not in told)]
    if row.number in twice:
        figures = {"value": draft.code, "first_row": twice[row.number]}
        all_refusals.append(Refusal(row.number, CODE, "key_repeated", figures, ITEMS))
    before = item_cells(item_draft_of(standing)) if standing is not None else None
    after = item_cells(draft)
    if before is not None and standing is not None and standing.state in (ItemState.OPERATIONAL, ItemState.RETIRED):
        all_refusals += [
            Refusal(row.number, column, "item_in_use_stays", {"value": draft.code}, ITEMS)
            for column in ITEM_COLUMNS
            if column in FIXED and before[column] != after[column]
        ]
    title = draft.question.stem[:24]
    return diff_row(row.number, draft.code, title, before=before, after=after, refusals=all_refusals, sheet=ITEMS)


def _kept(document: Document) -> ItemDraft:
    question = document["question"]
    return ItemDraft(
        document["code"], document["competency"], tuple(document["school_levels"]), document["level"],
        QuestionDraft(question["stem"], tuple(question["options"]), question["key"], question["rationale"]),
    )  # fmt: skip
