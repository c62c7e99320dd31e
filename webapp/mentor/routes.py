"""The mentor's desk: own apprentices at a glance, and what was done before."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.access import Role
from learning.mentoring.desk import desk
from learning.mentoring.pairs import TITLEHOLDER_MIN_APPRENTICES, n_apprentices_in_year, past_pairs_of
from learning.mentoring.reviews import judged_by, waiting_for
from webapp.auth import guard, me
from webapp.clock import now, today
from webapp.database import db
from webapp.labels.short import short

blueprint = Blueprint("mentor", __name__, url_prefix="/mentor")
blueprint.add_app_template_filter(short, "short")


@blueprint.get("")
@guard(Role.MENTOR)
def overview() -> ResponseReturnValue:
    """Own apprentices, the one who needs the mentor most first."""
    return render_template(
        "mentor/desk.html",
        rows=desk(db(), me(), now=now()),
        n_in_year=n_apprentices_in_year(db(), me(), today().year),
        n_wanted=TITLEHOLDER_MIN_APPRENTICES,
        year=today().year,
    )


@blueprint.get("/history")
@guard(Role.MENTOR)
def history() -> ResponseReturnValue:
    """What waits, what was judged, and whom one guided before."""
    return render_template(
        "mentor/history.html",
        waiting=waiting_for(db(), me(), on=today()),
        judged=judged_by(db(), me()),
        past=past_pairs_of(db(), me(), on=today()),
        today=today(),
    )
