"""What each stage should reach in each domain: seen and set by the province."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.terms import Domain
from core.access import Role
from core.errors import Invalid
from core.people import CareerStage
from recommender.targets import HIGHEST_LOGITS, LOWEST_LOGITS, all_targets, may_set_targets, set_targets
from webapp.auth import actor, guard
from webapp.clock import now
from webapp.database import db
from webapp.plan.routes import blueprint


@blueprint.get("/plan/targets")
@guard(Role.ADMINISTRATOR, Role.AUDITOR)
def show_targets() -> ResponseReturnValue:
    """The targets in force, to be changed by a province's administrator."""
    return render_template(
        "plan/targets.html", targets=all_targets(db()), may_set=may_set_targets(actor()),
        lowest=LOWEST_LOGITS, highest=HIGHEST_LOGITS,
    )  # fmt: skip


@blueprint.post("/plan/targets")
@guard(Role.ADMINISTRATOR)
def save_targets() -> ResponseReturnValue:
    """Set the targets; only what differs is changed and put on record."""
    wanted = {(stage, domain): _figure(stage, domain) for stage in CareerStage for domain in Domain}
    n_changed = set_targets(db(), wanted, by=actor(), now=now())
    flash(_("%(n)s targets changed. Lists follow when they are renewed.", n=n_changed), "success")
    return redirect(url_for("plan.show_targets"))


def _figure(stage: CareerStage, domain: Domain) -> float:
    """A number as typed, with a full-width or ASCII point."""
    typed = request.form.get(f"{stage.value}-{domain.value}", "").strip().replace("．", ".").replace("−", "-")
    try:
        return float(typed)
    except ValueError as wrong:
        raise Invalid("target_is_no_number", stage=stage, domain=domain) from wrong
