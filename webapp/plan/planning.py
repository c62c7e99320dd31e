"""The year's plan: quarters, goal, outlook, versions, print, and the five years at a glance."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.catalogue import get_course
from core.access import Role
from core.errors import NotFound
from core.people import get_person, workplace
from learning.plans.editing import LONGEST_GOAL, add_course, cycle_years, drop_entry, move_entry, set_goal
from learning.plans.history import versions_of
from learning.plans.outlook import cycle_of_plans, outlook_of
from webapp.auth import guard, me
from webapp.clock import now, today
from webapp.database import db
from webapp.plan import bars
from webapp.plan.routes import blueprint
from webapp.plan.words import TOPICS, concern_words
from webapp.words import units


def _year() -> int:
    """The year asked for, inside the present cycle; this year by itself."""
    first, last = cycle_years(db(), me(), on=today())
    year = request.values.get("year", today().year, type=int)
    if not first <= year <= last:
        raise NotFound("plan_not_found", year=year)
    return year


def _back(year: int, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("plan.show", year=None if year == today().year else year, _anchor=anchor))


@blueprint.get("/plan")
@guard(Role.TEACHER)
def show() -> ResponseReturnValue:
    """The plan of one year in four quarters, with what it would come to."""
    outlook = outlook_of(db(), me(), year=_year(), now=now())
    return render_template(
        "plan/plan.html", outlook=outlook, bars=bars, concern_words=concern_words, topic_words=TOPICS,
        longest_goal=LONGEST_GOAL, this_year=today().year, this_quarter=(today().month + 2) // 3,
    )  # fmt: skip


@blueprint.get("/plan/cycle")
@guard(Role.TEACHER)
def show_cycle() -> ResponseReturnValue:
    """The five years of the cycle, hours earned and planned against the minimum."""
    outlook = outlook_of(db(), me(), year=today().year, now=now())
    rows = cycle_of_plans(db(), me(), now=now())
    figures = [
        [row.year, units(row.amount.earned), units(row.amount.planned), units(row.amount.minimum or 0)] for row in rows
    ]
    return render_template(
        "plan/cycle.html", rows=rows, outlook=outlook, bars=bars, topic_words=TOPICS, figure_rows=figures
    )


@blueprint.get("/plan/versions")
@guard(Role.TEACHER)
def show_versions() -> ResponseReturnValue:
    """Every version of a year's plan and what changed."""
    year = _year()
    return render_template("plan/versions.html", year=year, steps=versions_of(db(), me(), year))


@blueprint.get("/plan/print")
@guard(Role.TEACHER)
def print_view() -> ResponseReturnValue:
    """The plan as a sheet of paper."""
    return render_template(
        "plan/print.html", outlook=outlook_of(db(), me(), year=_year(), now=now()), person=get_person(db(), me()),
        place=workplace(db(), me()), topic_words=TOPICS, concern_words=concern_words, printed_on=today(),
    )  # fmt: skip


@blueprint.post("/plan/add/<code>", endpoint="add_course")
@guard(Role.TEACHER)
def plan_course(code: str) -> ResponseReturnValue:
    """Plan a course from wherever it was found."""
    year, course = _year(), get_course(db(), code)
    quarter = request.form.get("quarter", type=int)
    entry = add_course(db(), me(), course.id, year=year, now=now(), quarter=quarter)
    flash(
        _("“%(title)s” is in your plan for quarter %(quarter)s.", title=course.title, quarter=entry.quarter), "success"
    )
    return _back(year, f"entry-{entry.id}")


@blueprint.post("/plan/entries/<int:entry_id>/move")
@guard(Role.TEACHER)
def move(entry_id: int) -> ResponseReturnValue:
    """Study a planned course in another quarter."""
    entry = move_entry(db(), me(), entry_id, quarter=request.form.get("quarter", 0, type=int), now=now())
    flash(_("Moved to quarter %(quarter)s.", quarter=entry.quarter), "success")
    return _back(entry.plan.year, f"entry-{entry.id}")


@blueprint.post("/plan/entries/<int:entry_id>/drop")
@guard(Role.TEACHER)
def drop(entry_id: int) -> ResponseReturnValue:
    """Take a course out of the plan, with a way back."""
    entry = drop_entry(db(), me(), entry_id, now=now())
    flash(_("“%(title)s” is out of your plan.", title=entry.course.title), "success")
    return redirect(url_for("plan.show", year=entry.plan.year, dropped=entry.course.code))


@blueprint.post("/plan/goal")
@guard(Role.TEACHER)
def write_goal() -> ResponseReturnValue:
    """Say what the year is for."""
    year = _year()
    set_goal(db(), me(), request.form.get("goal", ""), year=year, now=now())
    flash(_("Your goal is kept."), "success")
    return _back(year)
