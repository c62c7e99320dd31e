"""Routes of the area ``assess``: begin or go on, one question a page, the result."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assessment.sittings import current_question, find_open_sitting, start_sitting
from core.access import Role
from learning.journey import finish_answer, leave_sitting
from webapp.assess.pages import question_page, result_page, start_page
from webapp.auth import guard, me
from webapp.clock import now
from webapp.database import db

blueprint = Blueprint("assess", __name__, url_prefix="/assess")


@blueprint.get("")
@guard(Role.TEACHER)
def start() -> ResponseReturnValue:
    """What the diagnostic is, where the reader stands with it, and what they took before."""
    return render_template("assess/start.html", page=start_page(db(), me(), now=now()))


@blueprint.post("/start")
@guard(Role.TEACHER)
def begin() -> ResponseReturnValue:
    """Begin, or go on with the sitting under way."""
    start_sitting(db(), me(), now=now())
    return redirect(url_for(".question"))


@blueprint.get("/question")
@guard(Role.TEACHER)
def question() -> ResponseReturnValue:
    """The question that waits; reload, back button and other devices all come to this one."""
    sitting = find_open_sitting(db(), me())
    waiting = current_question(db(), sitting) if sitting is not None else None
    if sitting is None or waiting is None:
        return redirect(url_for(".start"))
    page = question_page(sitting, waiting, client_token=secrets.token_urlsafe(16))
    return render_template("assess/question.html", page=page)


@blueprint.post("/question")
@guard(Role.TEACHER)
def answer() -> ResponseReturnValue:
    """Take an answer; the next question or the result follows."""
    position = request.form.get("position", type=int)
    if position is None:
        flash(_("Please choose one of the options first."), "warning")
        return redirect(url_for(".question"))
    step = finish_answer(
        db(), me(), question_token=request.form.get("question_token", ""), shown_position=position,
        client_token=request.form.get("client_token", ""), now=now(),
    )  # fmt: skip
    if step.is_finished:
        return redirect(url_for(".result", sitting_id=step.sitting.id))
    return redirect(url_for(".question"))


@blueprint.post("/leave")
@guard(Role.TEACHER)
def leave() -> ResponseReturnValue:
    """End the sitting under way early."""
    sitting = leave_sitting(db(), me(), now=now())
    if sitting is None:
        return redirect(url_for(".start"))
    flash(_("The diagnostic has ended. What you answered is kept."), "success")
    return redirect(url_for(".result", sitting_id=sitting.id))


@blueprint.get("/result/<int:sitting_id>")
@guard(Role.TEACHER)
def result(sitting_id: int) -> ResponseReturnValue:
    """One of the reader's own results."""
    return render_template("assess/result.html", page=result_page(db(), me(), sitting_id))
