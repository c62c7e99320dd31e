"""Face-to-face runs: opening one with its timetable, and their seats."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.catalogue import get_course, published_courses
from content.models import Course
from content.terms import DeliveryMode
from core.access import READERS, Role, get_organisation_within
from core.errors import Invalid
from learning.reports.offerings import offerings_within
from learning.reports.roster import places_within
from learning.study.offerings import MeetingPlan, open_offering
from webapp.admin.forms import OfferingForm, as_moment
from webapp.admin.routes import blueprint, may_write
from webapp.auth import actor, guard
from webapp.clock import now, today
from webapp.database import db
from webapp.labels import error_words


@blueprint.get("/offerings")
@guard(*READERS)
def offerings() -> ResponseReturnValue:
    """Runs for the people of the reader's area, and the courses one could be opened of."""
    courses = [course for course in published_courses(db()) if course.mode is DeliveryMode.F2F]
    return render_template(
        "admin/offerings.html", rows=offerings_within(db(), actor()), courses=courses if may_write() else [],
        today=today(), may_write=may_write(),
    )  # fmt: skip


@blueprint.get("/offerings/new")
@guard(Role.ADMINISTRATOR)
def plan_offering() -> ResponseReturnValue:
    """The timetable of a run to be opened: a meeting for every module."""
    return _page(_form(), get_course(db(), request.args.get("course", "")))


@blueprint.post("/offerings/new")
@guard(Role.ADMINISTRATOR)
def open_run() -> ResponseReturnValue:
    """Open the run."""
    form, course = _form(), get_course(db(), request.args.get("course", ""))
    if not form.validate_on_submit():
        return _page(form, course), 422
    host = get_organisation_within(db(), actor(), form.place_id.data, Role.ADMINISTRATOR)
    try:
        open_offering(
            db(), course, organisation=host, meetings=_meetings(course), place=form.place.data.strip(),
            n_seats=form.n_seats.data, by=actor(), now=now(),
        )  # fmt: skip
    except Invalid as error:
        return _page(form, course, problem=error_words(error)), 422
    flash(_("The run is open. Teachers of the area see it in the catalogue."), "success")
    return redirect(url_for("admin.offerings"))


def _meetings(course: Course) -> list[MeetingPlan]:
    """The meetings as typed; one that is not complete is left out, and the domain says so."""
    plans = []
    for module in course.modules:
        starts, ends = (
            request.form.get(f"{edge}-{module.id}", type=datetime.fromisoformat) for edge in ("starts", "ends")
        )
        if starts and ends:
            room = request.form.get(f"room-{module.id}", "").strip()[:60]
            plans.append(MeetingPlan(module.id, as_moment(starts), as_moment(ends), room))
    return plans


def _form() -> OfferingForm:
    form = OfferingForm()
    form.place_id.choices = [(place.id, place.name) for place in places_within(db(), actor())]
    return form


def _page(form: OfferingForm, course: Course, *, problem: str = "") -> str:
    return render_template("admin/plan_offering.html", form=form, course=course, problem=problem, today=today())
