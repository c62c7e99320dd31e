"""Recommendations: look, take, begin, put aside, bring back, renew, and the switch."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assessment.estimates import find_profile
from content.terms import DeliveryMode
from core.access import Role
from core.errors import Invalid
from core.people import get_person
from learning import journey
from learning.plans.editing import plan_of
from learning.study.enrolments import find_live
from learning.study.offerings import OpenRun, offerings_of
from recommender.engine.ranking import N_TOP
from recommender.models import Pick
from recommender.picks import bring_back, get_own_pick, put_aside_of
from recommender.terms import PutAsideReason
from webapp.auth import actor, guard, me
from webapp.clock import now, today
from webapp.database import db
from webapp.labels import choices
from webapp.plan import bars
from webapp.plan.routes import blueprint
from webapp.plan.words import kind_word


@blueprint.get("/picks")
@guard(Role.TEACHER)
def list_picks() -> ResponseReturnValue:
    """The six courses that answer the reader best, each with its reasons; more on demand."""
    offered = journey.picks_on_offer(db(), me())
    shows_all = "all" in request.args
    return render_template(
        "plan/picks.html",
        offered=offered if shows_all else offered[:N_TOP],
        n_more=0 if shows_all else max(0, len(offered) - N_TOP),
        put_aside=put_aside_of(db(), me()),
        person=get_person(db(), me()),
        profile=find_profile(db(), me()),
        reasons=choices(PutAsideReason),
        bars=bars,
        kind_word=kind_word,
        **_taken(request.args.get("taken", 0, type=int)),
    )


def _taken(pick_id: int) -> dict[str, object]:
    """The course just taken, and how to begin it."""
    if not pick_id:
        return {"taken": None}
    pick = get_own_pick(db(), me(), pick_id)
    plan = plan_of(db(), me(), today().year)
    entry = next((entry for entry in plan.entries if entry.course_id == pick.course_id), None) if plan else None
    live = find_live(db(), me(), pick.course_id)
    return {"taken": pick, "taken_entry": entry, "taken_live": live, "runs": _runs(pick)}


def _runs(pick: Pick) -> Sequence[OpenRun]:
    if pick.course.mode is not DeliveryMode.F2F:
        return []
    return [run for run in offerings_of(db(), pick.course_id, person_id=me(), now=now()) if run.n_left > 0]


@blueprint.post("/picks/renew")
@guard(Role.TEACHER)
def renew_list() -> ResponseReturnValue:
    """Make the list anew from the record as it stands now."""
    journey.renew_picks(db(), me(), now=now())
    flash(_("Your list is up to date."), "success")
    return redirect(url_for("plan.list_picks"))


@blueprint.post("/picks/personal")
@guard(Role.TEACHER)
def choose_personal() -> ResponseReturnValue:
    """Switch personal recommendations on or off."""
    is_wanted = request.form.get("wanted") == "1"
    journey.choose_personalisation(db(), me(), is_wanted=is_wanted, by=actor(), now=now())
    flash(_("Personal recommendations are on.") if is_wanted else _("Personal recommendations are off."), "success")
    return redirect(url_for("plan.list_picks"))


@blueprint.post("/picks/<int:pick_id>/take")
@guard(Role.TEACHER)
def take(pick_id: int) -> ResponseReturnValue:
    """Take a course into the plan, and offer to begin it."""
    pick = journey.take_pick(db(), me(), pick_id, now=now())
    return redirect(url_for("plan.list_picks", taken=pick.id))


@blueprint.post("/picks/<int:pick_id>/begin")
@guard(Role.TEACHER)
def begin(pick_id: int) -> ResponseReturnValue:
    """Enrol in a recommended course."""
    offering_id = request.form.get("offering_id", type=int)
    enrolment = journey.enrol_from_pick(db(), me(), pick_id, now=now(), offering_id=offering_id)
    flash(_("You are enrolled in “%(title)s”.", title=enrolment.course.title), "success")
    return redirect(url_for("learn.course", enrolment_id=enrolment.id))


@blueprint.post("/picks/<int:pick_id>/put-aside")
@guard(Role.TEACHER)
def put_aside(pick_id: int) -> ResponseReturnValue:
    """Put a course aside with a reason, which shapes the next list."""
    journey.put_aside_pick(db(), me(), pick_id, reason=_reason(), now=now())
    flash(_("Put aside. You can bring it back below."), "success")
    return redirect(url_for("plan.list_picks"))


def _reason() -> PutAsideReason:
    given = request.form.get("reason", "")
    if given not in set(PutAsideReason):
        raise Invalid("choose_a_reason")
    return PutAsideReason(given)


@blueprint.post("/picks/<int:pick_id>/bring-back")
@guard(Role.TEACHER)
def restore(pick_id: int) -> ResponseReturnValue:
    """Undo putting aside."""
    pick = bring_back(db(), me(), pick_id)
    flash(_("“%(title)s” is back on your list.", title=pick.course.title), "success")
    return redirect(url_for("plan.list_picks", all=1, _anchor=f"pick-{pick.id}"))
