"""The item bank: load, look through, and move items from draft to operational and out again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.checking import CODE, question_faults
from content.formats.course_file import Fault, QuestionDraft, refuse_faults
from content.formats.item_file import ItemDraft, parse_item, shape_faults
from content.models import Item
from content.terms import Competency, Domain, ItemState
from core.access import Actor, Role
from core.audit import record
from core.errors import Conflict, NotAllowed, NotFound
from core.people import OrganisationLevel, SchoolLevel

PAGE_SIZE = 30
KEEPERS = (Role.EDITOR, Role.ADMINISTRATOR)
N_OPTIONS = 4
NEXT_STATES: Mapping[ItemState, tuple[ItemState, ...]] = {
    ItemState.DRAFT: (ItemState.PILOT,),
    ItemState.PILOT: (ItemState.OPERATIONAL, ItemState.RETIRED),
    ItemState.OPERATIONAL: (ItemState.RETIRED,),
    ItemState.RETIRED: (),
}


@dataclass(frozen=True)
class ItemQuery:
    """Which items an editor wants to see."""

    domain: Domain | None = None
    state: ItemState | None = None
    school_level: SchoolLevel | None = None
    level: int | None = None
    page: int = 1


@dataclass(frozen=True)
class ItemPage:
    """One page of the bank."""

    items: tuple[Item, ...]
    n_found: int
    page: int
    n_pages: int


def may_keep_bank(actor: Actor) -> bool:
    """Whether the actor keeps the bank and sees its keys: above the schools, whose own people take the test."""
    return _holds_above_schools(actor, *KEEPERS)


def check_keeps_bank(actor: Actor | None) -> None:
    """Refuse whoever does not keep the bank; None is the command line."""
    if actor is not None and not may_keep_bank(actor):
        raise NotAllowed("role_required", roles=",".join(KEEPERS))


def check_reads_bank(actor: Actor) -> None:
    """Refuse whoever may not even read the questions: an auditor above the schools may, without their keys."""
    if not _holds_above_schools(actor, *KEEPERS, Role.AUDITOR):
        raise NotAllowed("role_required", roles=",".join(KEEPERS))


def _holds_above_schools(actor: Actor, *roles: Role) -> bool:
    return any(reach.role in roles and reach.level is not OrganisationLevel.SCHOOL for reach in actor.reaches)


def item_faults(draft: ItemDraft) -> list[Fault]:
    """All that stops an item from entering the bank."""
    faults = [] if CODE.fullmatch(draft.code) else [Fault("code", "code_shape", {"value": draft.code})]
    if draft.competency not in {member.value for member in Competency}:
        known = ", ".join(member.value for member in Competency)
        faults.append(Fault("competency", "unknown_word", {"value": draft.competency, "known": known}))
    levels = {member.value for member in SchoolLevel}
    for value in draft.school_levels:
        if value not in levels:
            faults.append(Fault("school_levels", "unknown_word", {"value": value, "known": ", ".join(sorted(levels))}))
    if len(draft.question.options) != N_OPTIONS:
        faults.append(Fault("options", "item_options", {"n": len(draft.question.options), "wanted": N_OPTIONS}))
    return faults + shape_faults(draft) + [_at_top(fault) for fault in question_faults(draft.question, "item")]


def load_items(
    session: Session, rows: Iterable[Mapping[str, Any]], *, now: datetime, state: ItemState = ItemState.DRAFT
) -> list[Item]:
    """Bring items into the bank, new ones in the given state; a changed text raises an item's version."""
    drafts = [parse_item(row) for row in rows]
    for draft in drafts:
        refuse_faults(draft.code, item_faults(draft))
    standing = {item.code: item for item in session.scalars(select(Item))}
    loaded = []
    for draft in drafts:
        item = standing.get(draft.code)
        if item is None:
            item = standing[draft.code] = Item(code=draft.code, version=1, state=state)
            session.add(item)
        elif item_draft_of(item) != draft:
            item.version += 1
        fill_item(item, draft)
        loaded.append(item)
    session.flush()
    record(session, "items.load", actor=None, subject_kind="item", subject_id=None, now=now, n_items=len(loaded))
    return loaded


def fill_item(item: Item, draft: ItemDraft) -> Item:
    """Make an item say what a faultless draft says."""
    item.competency, item.school_levels = Competency(draft.competency), list(draft.school_levels)
    item.expert_level, item.stem = draft.level, draft.question.stem
    item.options, item.key_index = list(draft.question.options), draft.question.key_index
    item.rationale = draft.question.rationale
    return item


def item_draft_of(item: Item) -> ItemDraft:
    """The item as an editor would have written it."""
    question = QuestionDraft(item.stem, tuple(item.options), "ABCDEF"[item.key_index], item.rationale)
    return ItemDraft(item.code, item.competency.value, tuple(item.school_levels), item.expert_level, question)


def get_item(session: Session, code: str) -> Item:
    """The item with this code, or NotFound."""
    found = session.scalar(select(Item).where(Item.code == code))
    if found is None:
        raise NotFound("item_not_found", item=code)
    return found


def find_items(session: Session, query: ItemQuery) -> ItemPage:
    """Items of the bank that answer the query, by code."""
    statement = select(Item)
    if query.domain is not None:
        own = [member for member in Competency if member.domain is query.domain]
        statement = statement.where(Item.competency.in_(own))
    if query.state is not None:
        statement = statement.where(Item.state == query.state)
    if query.level is not None:
        statement = statement.where(Item.expert_level == query.level)
    found = [item for item in session.scalars(statement.order_by(Item.code)) if _is_for(item, query.school_level)]
    n_pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(1, query.page), n_pages)
    return ItemPage(tuple(found[PAGE_SIZE * (page - 1) : PAGE_SIZE * page]), len(found), page, n_pages)


def bank_counts(session: Session) -> Mapping[tuple[Domain, int], int]:
    """How many items not retired the bank holds by domain and expert level."""
    rows = session.execute(
        select(Item.competency, Item.expert_level, func.count())
        .where(Item.state != ItemState.RETIRED)
        .group_by(Item.competency, Item.expert_level)
    )
    counts: dict[tuple[Domain, int], int] = {}
    for competency, level, n_items in rows:
        key = (competency.domain, level)
        counts[key] = counts.get(key, 0) + n_items
    return counts


def move_item(session: Session, item: Item, state: ItemState, *, by: Actor | None, now: datetime) -> None:
    """Take an item one step on its way: draft, pilot, operational, retired."""
    check_keeps_bank(by)
    if state not in NEXT_STATES[item.state]:
        raise Conflict("item_state_order", item=item.code, state=item.state, wanted=state)
    before, item.state = item.state, state
    session.flush()
    record(
        session, "item.move", actor=by, subject_kind="item", subject_id=item.id, now=now,
        code=item.code, before=before.value, after=state.value,
    )  # fmt: skip


def _is_for(item: Item, school_level: SchoolLevel | None) -> bool:
    return school_level is None or not item.school_levels or school_level.value in item.school_levels


def _at_top(fault: Fault) -> Fault:
    return Fault(fault.place.removeprefix("item."), fault.code, fault.figures)
