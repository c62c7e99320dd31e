"""The modules of a course: write one, add one, move it, take it out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.authoring import WRITERS, save_course
from content.drafting import draft_digest
from content.formats.course_file import CourseDraft, ModuleDraft
from content.shipped import figures_of
from content.terms import ModuleKind
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from webapp.auth import actor, guard
from webapp.author.courses import own_draft, refused
from webapp.author.drafts import module_data, module_from, with_module, with_module_moved
from webapp.author.forms import AddModuleForm, ModuleForm
from webapp.author.routes import blueprint
from webapp.author.words import faults_in
from webapp.clock import now
from webapp.database import abandon_request, db

MOVES = {"up": -1, "down": 1}


@blueprint.route("/courses/<code>/modules/<int:place>", methods=["GET", "POST"])
@guard(*WRITERS)
def module(code: str, place: int) -> ResponseReturnValue:
    """One module: its text, its questions, its rubric."""
    draft = own_draft(code)
    standing = _module_at(draft, place)
    form = ModuleForm(data=module_data(standing) | {"seen": draft_digest(draft)})
    page = {
        "form": form, "draft": draft, "module": standing, "place": place, "kind": ModuleKind(standing.kind),
        "ModuleKind": ModuleKind, "figures": sorted(figures_of(code)),
    }  # fmt: skip
    if form.validate_on_submit():
        changed = with_module(draft, place, module_from(form, standing))
        try:
            save_course(db(), changed, by=actor(), now=now(), seen=form.seen.data)
        except (Conflict, Invalid, NotAllowed) as error:
            return refused("author/module.html", error, **page)
        flash(_("Saved."), "success")
        return redirect(url_for("author.module", code=code, place=place))
    return render_template("author/module.html", faults=[], **page), 422 if form.errors else 200


@blueprint.post("/courses/<code>/modules")
@guard(*WRITERS)
def add_module(code: str) -> ResponseReturnValue:
    """A further module at the end."""
    draft, form = own_draft(code), AddModuleForm()
    if not form.validate_on_submit():
        flash(_("Give the new module a title and a time in minutes."), "error")
        return redirect(url_for("author.edit", code=code))
    added = ModuleDraft(form.kind.data, form.title.data.strip(), round(60 * form.minutes.data))
    place = len(draft.modules) + 1
    if not _saved(with_module(draft, place, added)):
        return redirect(url_for("author.edit", code=code))
    return redirect(url_for("author.module", code=code, place=place))


@blueprint.post("/courses/<code>/modules/<int:place>/move")
@guard(*WRITERS)
def move_module(code: str, place: int) -> ResponseReturnValue:
    """Put a module one place up or down."""
    draft = own_draft(code)
    _module_at(draft, place)
    _saved(with_module_moved(draft, place, MOVES.get(request.form.get("to", ""), 0)))
    return redirect(url_for("author.edit", code=code))


@blueprint.post("/courses/<code>/modules/<int:place>/remove")
@guard(*WRITERS)
def remove_module(code: str, place: int) -> ResponseReturnValue:
    """Take a module out of a draft."""
    draft = own_draft(code)
    _module_at(draft, place)
    _saved(with_module(draft, place, None))
    return redirect(url_for("author.edit", code=code))


def _saved(draft: CourseDraft) -> bool:
    """Save, or say why not."""
    try:
        save_course(db(), draft, by=actor(), now=now())
    except (Conflict, Invalid, NotAllowed) as error:
        abandon_request()
        for place, words in faults_in(error):
            flash(f"{place}: {words}", "error")
        return False
    flash(_("Saved."), "success")
    return True


def _module_at(draft: CourseDraft, place: int) -> ModuleDraft:
    if not 1 <= place <= len(draft.modules):
        raise NotFound("module_not_found")
    return draft.modules[place - 1]
