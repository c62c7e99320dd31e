"""Who has not started this year."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from core.access import READERS
from learning.reports.people import Sort, not_started
from learning.reports.roster import get_place
from webapp.admin.routes import at, blueprint
from webapp.auth import actor, guard
from webapp.clock import today
from webapp.database import db

SORT_WORDS = {
    Sort.SCHOOL: _l("Workplace"),
    Sort.NAME: _l("Name"),
    Sort.STAGE: _l("Career stage"),
    Sort.SITTING: _l("Diagnostic"),
}


@blueprint.get("/not-started")
@guard(*READERS)
def waiting() -> ResponseReturnValue:
    """Teachers without one counted hour this year, in the order asked for."""
    place = get_place(db(), actor(), at())
    asked = request.args.get("sort", Sort.SCHOOL.value)
    sort = Sort(asked) if asked in set(Sort) else Sort.SCHOOL
    page = not_started(db(), place.organisation, sort=sort, page=request.args.get("page", 1, type=int), on=today())
    return render_template(
        "admin/not_started.html", place=place, page=page, sort=sort, sorts=SORT_WORDS,
        page_url=lambda number: url_for("admin.waiting", at=place.organisation.id, sort=sort.value, page=number),
    )  # fmt: skip
