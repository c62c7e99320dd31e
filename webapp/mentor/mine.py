"""The teacher's side: one's own mentor, and the notes between the two."""

from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import Role
from core.errors import NotFound
from learning.mentoring.notes import LONGEST_NOTE, notes_of, write_note
from learning.mentoring.pairs import find_pair
from learning.mentoring.suggestions import suggestions_of
from webapp.auth import guard, me
from webapp.clock import now, today
from webapp.database import db
from webapp.mentor.routes import blueprint


@blueprint.get("/mine")
@guard(Role.TEACHER)
def mine() -> ResponseReturnValue:
    """One's own mentor, what they suggest, and the notes between the two."""
    pair = find_pair(db(), me(), on=today())
    return render_template(
        "mentor/mine.html", pair=pair, notes=notes_of(db(), pair.id) if pair else (),
        suggestions=suggestions_of(db(), pair.id) if pair else (), client_token=uuid4().hex, longest_note=LONGEST_NOTE,
    )  # fmt: skip


@blueprint.post("/mine/notes")
@guard(Role.TEACHER)
def write_to_mentor() -> ResponseReturnValue:
    """Write to one's own mentor."""
    pair = find_pair(db(), me(), on=today())
    if pair is None:
        raise NotFound("pair_not_found")
    token = request.form.get("client_token", "") or uuid4().hex
    write_note(db(), me(), pair_id=pair.id, body=request.form.get("body", ""), client_token=token, now=now())
    flash(_("Your note is sent."), "success")
    return redirect(url_for("mentor.mine", _anchor="notes"))
