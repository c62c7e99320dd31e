"""The item bank: look through it, read one item, move it on."""

from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.health import READERS
from content.items import (
    KEEPERS,
    NEXT_STATES,
    ItemQuery,
    check_reads_bank,
    find_items,
    get_item,
    may_keep_bank,
    move_item,
)
from content.terms import Domain, ItemState
from core.errors import Invalid
from core.people import SchoolLevel
from webapp.auth import actor, guard
from webapp.author.parameters import parameters_of
from webapp.author.routes import blueprint
from webapp.clock import now
from webapp.database import db

Term = TypeVar("Term", bound=StrEnum)


@blueprint.get("/items")
@guard(*READERS)
def items() -> ResponseReturnValue:
    """The bank by domain, state, section and level; no key is shown in the list."""
    check_reads_bank(actor())
    query = ItemQuery(
        domain=_member(Domain, "domain"), state=_member(ItemState, "state"),
        school_level=_member(SchoolLevel, "school_level"),
        level=request.args.get("level", None, type=int), page=request.args.get("page", 1, type=int),
    )  # fmt: skip
    return render_template(
        "author/items.html", found=find_items(db(), query), query=query, Domain=Domain, ItemState=ItemState,
        SchoolLevel=SchoolLevel, may_write=may_keep_bank(actor()),
        page_url=lambda page: url_for("author.items", **{**request.args, "page": page}),
    )  # fmt: skip


@blueprint.get("/items/<code>")
@guard(*READERS)
def item(code: str) -> ResponseReturnValue:
    """One item; its key and rationale only for those who keep the bank."""
    check_reads_bank(actor())
    found = get_item(db(), code)
    return render_template(
        "author/item.html", item=found, sees_key=may_keep_bank(actor()), SchoolLevel=SchoolLevel,
        next_states=NEXT_STATES[found.state], parameters=parameters_of(db(), found.id), ItemState=ItemState,
    )  # fmt: skip


@blueprint.post("/items/<code>/move")
@guard(*KEEPERS)
def move(code: str) -> ResponseReturnValue:
    """Take an item one step on its way."""
    state = request.form.get("state", "")
    if state not in set(ItemState):
        raise Invalid("act_unknown", act=state)
    move_item(db(), get_item(db(), code), ItemState(state), by=actor(), now=now())
    flash(_("Saved."), "success")
    return redirect(url_for("author.item", code=code))


def _member(vocabulary: type[Term], name: str) -> Term | None:
    value = request.args.get(name, "")
    return next((member for member in vocabulary if member.value == value), None)
