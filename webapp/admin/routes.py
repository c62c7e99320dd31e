"""The overview of a place and all below it: coverage, hours, need, topics."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from content.terms import Domain
from core.access import READERS, Role
from learning.reports.hours import hours_report
from learning.reports.need import need_map
from learning.reports.roster import get_place, tops_of
from learning.reports.topics import topic_coverage
from recommender.targets import may_set_targets
from webapp.admin.pictures import (
    hours_bars,
    month_columns,
    month_rows,
    need_heat,
    need_rows,
    topic_rows,
)
from webapp.auth import actor, guard
from webapp.clock import today
from webapp.database import db
from webapp.settings import Settings

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


def min_cell() -> int:
    """Fewest people a shown figure of the need map may stand for."""
    settings: Settings = current_app.extensions["shicheng_settings"]
    return settings.min_cell


def at() -> int | None:
    """The place asked for in the address."""
    return request.args.get("at", type=int)


def may_write() -> bool:
    """Whether the reader administers somewhere; an auditor only reads."""
    return Role.ADMINISTRATOR in actor().roles


@blueprint.get("")
@guard(*READERS)
def overview() -> ResponseReturnValue:
    """A place in pictures, and the way down to its units."""
    place = get_place(db(), actor(), at())
    hours = hours_report(db(), place.organisation, on=today())
    need = need_map(db(), place.organisation, min_cell=min_cell())
    topics = topic_coverage(db(), place.organisation, on=today())
    return render_template(
        "admin/overview.html", place=place, tops=tops_of(db(), actor()), hours=hours, need=need, topics=topics,
        months=month_columns(hours), bars=hours_bars(hours), heat=need_heat(need),
        month_rows=month_rows(hours), need_rows=need_rows(need), topic_rows=topic_rows(topics), domains=list(Domain),
        year=today().year, may_write=may_write(),
        may_set_targets=may_set_targets(actor()),
    )  # fmt: skip
