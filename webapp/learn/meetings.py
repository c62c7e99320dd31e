"""Face-to-face: checking in, the trainer's rotating code, and the roll."""

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from core.access import Role
from core.errors import Conflict
from learning.study.attendance import (
    call_roll,
    check_in,
    get_meeting_led,
    is_open,
    meetings_led,
    roll_of,
    rotating_code,
)
from learning.study.models import Meeting
from learning.study.reads import meetings_ahead
from learning.terms import Presence
from webapp.auth import actor, guard, me
from webapp.clock import now
from webapp.database import abandon_request, db
from webapp.errors import STATUS_OF
from webapp.labels import error_words
from webapp.learn.forms import read_roll
from webapp.learn.routes import blueprint


@blueprint.get("/check-in")
@guard(Role.TEACHER)
def check_in_page() -> ResponseReturnValue:
    """Where the code is typed; a QR code leads here with its word filled in."""
    return render_template(
        "learn/check_in.html", word=request.args.get("w", "")[:24], meetings=meetings_ahead(db(), me(), now=now()),
        is_open=is_open, now=now(), problem="",
    )  # fmt: skip


@blueprint.post("/check-in")
@guard(Role.TEACHER)
def come() -> ResponseReturnValue:
    """Check in with the digits or with the word of the QR code; a wrong one is kept, so that nobody can guess."""
    there = check_in(db(), me(), code=request.form.get("code", ""), now=now())
    if there is None:
        flash(_("This code fits none of your sessions now. Take the one shown at this moment and try again."), "error")
        return redirect(url_for("learn.check_in_page"))
    flash(_("You are checked in. Your hours count when the session has ended."), "success")
    return redirect(url_for("learn.today"))


@blueprint.get("/study/meetings")
@guard()
def led() -> ResponseReturnValue:
    """Sessions the reader trains or administers."""
    rows = meetings_led(db(), by=actor(), since=now())
    return render_template("learn/meetings.html", rows=rows, is_open=is_open, now=now())


@blueprint.get("/study/meetings/<int:meeting_id>/code")
@guard()
def code(meeting_id: int) -> ResponseReturnValue:
    """The rotating code to show on a screen in the room; ``part`` gives the code alone, for the script."""
    meeting = get_meeting_led(db(), meeting_id, by=actor())
    shown = rotating_code(meeting, now=now()) if is_open(meeting, now()) else None
    name = "learn/code_part.html" if "part" in request.args else "learn/code.html"
    return render_template(
        name, meeting=meeting, shown=shown, picture=_picture(shown.token) if shown else "",
        n_there=sum(row.attendance is not None for row in roll_of(db(), meeting)) if shown else 0,
    )  # fmt: skip


def _picture(word: str) -> Markup:
    """The link to check in as a QR code, drawn as SVG."""
    link = current_app.extensions["shicheng_settings"].base_url + url_for("learn.check_in_page", w=word)
    drawn: str = segno.make(link, error="m").svg_inline(scale=8, border=3, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn by segno from a link of ours


@blueprint.get("/study/meetings/<int:meeting_id>/roll")
@guard()
def roll(meeting_id: int) -> ResponseReturnValue:
    """The roll of a session."""
    return _roll(get_meeting_led(db(), meeting_id, by=actor()))


def _roll(meeting: Meeting, problem: str = "") -> str:
    return render_template(
        "learn/roll.html", meeting=meeting, rows=roll_of(db(), meeting), presences=list(Presence), now=now(),
        problem=problem,
    )  # fmt: skip


@blueprint.post("/study/meetings/<int:meeting_id>/roll")
@guard()
def note_roll(meeting_id: int) -> ResponseReturnValue:
    """Note who was there."""
    try:
        n_changed = call_roll(db(), meeting_id, by=actor(), presences=read_roll(request.form), now=now())
    except Conflict as error:
        abandon_request()
        return _roll(get_meeting_led(db(), meeting_id, by=actor()), error_words(error)), STATUS_OF[type(error)]
    flash(_("The roll is saved: %(n_changed)s changed.", n_changed=n_changed), "success")
    return redirect(url_for("learn.roll", meeting_id=meeting_id))
