"""Pairing mentors and apprentices of one's own area."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import READERS, Role
from learning.mentoring.pairs import end_within, pair_within
from learning.reports.pairing import candidates_for, pairs_within, unpaired_within
from webapp.admin.routes import blueprint, may_write
from webapp.auth import actor, guard
from webapp.clock import now, today
from webapp.database import db


@blueprint.get("/pairs")
@guard(*READERS)
def pairs() -> ResponseReturnValue:
    """Pairs that run, and young teachers without a mentor."""
    return render_template(
        "admin/pairs.html", running=pairs_within(db(), actor(), on=today()),
        unpaired=unpaired_within(db(), actor(), on=today()), may_write=may_write(),
    )  # fmt: skip


@blueprint.get("/pairs/for/<int:person_id>")
@guard(Role.ADMINISTRATOR)
def choose_mentor(person_id: int) -> ResponseReturnValue:
    """Who could guide this teacher."""
    person, candidates = candidates_for(db(), actor(), person_id, on=today())
    return render_template("admin/choose_mentor.html", person=person, candidates=candidates, today=today())


@blueprint.post("/pairs/for/<int:person_id>")
@guard(Role.ADMINISTRATOR)
def pair(person_id: int) -> ResponseReturnValue:
    """Entrust the teacher to a mentor from a day on."""
    pair_within(
        db(), actor(), mentor_id=request.form.get("mentor_id", 0, type=int), apprentice_id=person_id,
        on=_day("on"), now=now(),
    )  # fmt: skip
    flash(_("They are paired, and both are told."), "success")
    return redirect(url_for("admin.pairs"))


@blueprint.post("/pairs/<int:pair_id>/end")
@guard(Role.ADMINISTRATOR)
def end_pair(pair_id: int) -> ResponseReturnValue:
    """End a pair with today as its last day."""
    end_within(db(), actor(), pair_id, on=today(), now=now())
    flash(_("The pair ends today. What was written and judged stays."), "success")
    return redirect(url_for("admin.pairs"))


def _day(name: str) -> date:
    """A day of the form; today when none was given or it cannot be read."""
    return request.form.get(name, type=date.fromisoformat) or today()
