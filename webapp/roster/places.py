"""The tree of places and the log of sensitive acts."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import READERS, Role, get_organisation_within
from core.errors import Invalid
from core.people import Organisation, OrganisationLevel, ancestors_of
from learning.roster.audit_log import AuditQuery, actions_within, find_entries
from learning.roster.directory import children_of, tops_of
from learning.roster.duties import found_place
from webapp.auth import actor, guard
from webapp.clock import now
from webapp.database import db
from webapp.labels import error_words
from webapp.roster.forms import AuditFilter, PlaceForm, levels_below
from webapp.roster.routes import blueprint
from webapp.roster.words import action_words, role_words


@blueprint.get("/places")
@guard(*READERS)
def places() -> ResponseReturnValue:
    """The reader's own top; more than one only for those who look after several areas."""
    tops = tops_of(db(), actor())
    if len(tops) == 1:
        return redirect(url_for("roster.place", place_id=tops[0].id))
    return render_template("roster/places.html", tops=tops)


@blueprint.get("/places/<int:place_id>")
@guard(*READERS)
def place(place_id: int) -> ResponseReturnValue:
    """One place and what lies right below it."""
    return _place_page(get_organisation_within(db(), actor(), place_id, *READERS), PlaceForm())


@blueprint.post("/places/<int:place_id>")
@guard(Role.ADMINISTRATOR)
def add_place(place_id: int) -> ResponseReturnValue:
    """Add a place below this one."""
    parent = get_organisation_within(db(), actor(), place_id, Role.ADMINISTRATOR)
    form = PlaceForm()
    form.level.choices = levels_below(parent.level)
    if not form.validate():
        return _place_page(parent, form), 422
    try:
        found_place(
            db(), parent, code=form.code.data, name=form.name.data, level=OrganisationLevel(form.level.data),
            is_rural=form.is_rural.data, by=actor(), now=now(),
        )  # fmt: skip
    except Invalid as refused:
        form.code.errors = [error_words(refused)]
        return _place_page(parent, form), 422
    flash(_("The place is added."), "success")
    return redirect(url_for("roster.place", place_id=place_id))


def _place_page(place: Organisation, form: PlaceForm) -> str:
    form.level.choices = levels_below(place.level)
    above = [up for up in ancestors_of(db(), place)[:-1] if actor().may_act_at(up.path, *READERS)]
    may_write = actor().may_act_at(place.path, Role.ADMINISTRATOR) and bool(form.level.choices)
    return render_template(
        "roster/place.html", place=place, above=above, rows=children_of(db(), place), form=form, may_write=may_write,
    )  # fmt: skip


@blueprint.get("/log")
@guard(*READERS)
def log() -> ResponseReturnValue:
    """Who did what to whom in the reader's area."""
    form = AuditFilter(request.args)
    form.action.choices = {"": _("Any")} | {code: action_words(code) for code in actions_within(db(), actor())}
    query = AuditQuery(
        action=form.action.data or "", words=(form.words.data or "").strip()[:60],
        from_on=form.from_on.data, to_on=form.to_on.data, page=request.args.get("page", 1, type=int),
    )  # fmt: skip
    return render_template(
        "roster/log.html", form=form, found=find_entries(db(), actor(), query), action_words=action_words,
        role_words=role_words,
    )  # fmt: skip
