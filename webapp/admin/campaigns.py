"""Windows of the diagnostic and how far each has come."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assessment.campaigns import open_campaign
from core.access import READERS, Role, get_organisation_within
from learning.reports.campaigns import campaign_progress
from learning.reports.roster import places_within
from webapp.admin.forms import CampaignForm, as_moment
from webapp.admin.routes import blueprint, may_write
from webapp.auth import actor, guard
from webapp.clock import now
from webapp.database import db


@blueprint.get("/campaigns")
@guard(*READERS)
def campaigns() -> ResponseReturnValue:
    """The windows in the reader's area."""
    return _page(_form())


@blueprint.post("/campaigns")
@guard(Role.ADMINISTRATOR)
def open_window() -> ResponseReturnValue:
    """Open a window for a place and all below it."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    organisation = get_organisation_within(db(), actor(), form.place.data, Role.ADMINISTRATOR)
    open_campaign(
        db(), organisation, form.title.data, opens_at=as_moment(form.opens_at.data),
        closes_at=as_moment(form.closes_at.data), by=actor(), now=now(),
    )  # fmt: skip
    flash(_("The window is set. Reminders go out by themselves before it closes."), "success")
    return redirect(url_for("admin.campaigns"))


def _form() -> CampaignForm:
    form = CampaignForm()
    form.place.choices = [(place.id, place.name) for place in places_within(db(), actor())]
    return form


def _page(form: CampaignForm) -> str:
    return render_template(
        "admin/campaigns.html", form=form, rows=campaign_progress(db(), actor()), now=now(), may_write=may_write()
    )
