"""One apprentice: everything on one page, with a note, a suggestion and the plan to confirm."""

from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.catalogue import CoursePage, CourseQuery, find_courses
from core.access import Role
from core.people import Person
from learning.mentoring.notes import LONGEST_NOTE, write_note
from learning.mentoring.overview import apprentice_overview
from learning.mentoring.pairs import get_own_apprentice, get_pair
from learning.mentoring.suggestions import LONGEST_REASON, suggest_course, withdraw_suggestion
from learning.plans import editing
from webapp.auth import actor, guard, me
from webapp.clock import now, today
from webapp.database import db
from webapp.mentor.routes import blueprint


@blueprint.get("/people/<int:person_id>")
@guard(Role.MENTOR)
def person(person_id: int) -> ResponseReturnValue:
    """One of the reader's own apprentices."""
    shown = apprentice_overview(db(), me(), person_id, now=now())
    words = request.args.get("words", "").strip()[:60]
    return render_template(
        "mentor/person.html", shown=shown, words=words, found=_search(shown.person, words), client_token=uuid4().hex,
        longest_note=LONGEST_NOTE, longest_reason=LONGEST_REASON, today=today(),
    )  # fmt: skip


def _search(person: Person, words: str) -> CoursePage | None:
    """Courses for this person that answer the words; nothing before anything is asked."""
    if not words:
        return None
    return find_courses(db(), CourseQuery(words=words, stage=person.stage, school_level=person.school_level))


@blueprint.post("/people/<int:person_id>/notes")
@guard(Role.MENTOR)
def write(person_id: int) -> ResponseReturnValue:
    """Write to the apprentice."""
    pair = get_pair(db(), me(), person_id, on=today())
    token = request.form.get("client_token", "") or uuid4().hex
    write_note(db(), me(), pair_id=pair.id, body=request.form.get("body", ""), client_token=token, now=now())
    flash(_("Your note is sent."), "success")
    return redirect(url_for("mentor.person", person_id=person_id, _anchor="notes"))


@blueprint.post("/people/<int:person_id>/suggestions")
@guard(Role.MENTOR)
def suggest(person_id: int) -> ResponseReturnValue:
    """Suggest a course."""
    course_id = request.form.get("course_id", 0, type=int)
    suggest_course(db(), me(), person_id, course_id, reason=request.form.get("reason", ""), now=now())
    flash(_("Suggested. It will stand first among the reasons of the next recommendations."), "success")
    return redirect(url_for("mentor.person", person_id=person_id, _anchor="suggest"))


@blueprint.post("/people/<int:person_id>/suggestions/<int:suggestion_id>/withdraw")
@guard(Role.MENTOR)
def withdraw(person_id: int, suggestion_id: int) -> ResponseReturnValue:
    """Take a suggestion back."""
    get_own_apprentice(db(), me(), person_id, on=today())
    withdraw_suggestion(db(), me(), suggestion_id, now=now())
    flash(_("The suggestion is taken back."), "success")
    return redirect(url_for("mentor.person", person_id=person_id, _anchor="suggest"))


@blueprint.post("/people/<int:person_id>/plan/<int:plan_id>/confirm")
@guard(Role.MENTOR)
def confirm_plan(person_id: int, plan_id: int) -> ResponseReturnValue:
    """Confirm the plan as it stands."""
    get_own_apprentice(db(), me(), person_id, on=today())
    editing.confirm(db(), plan_id, by=actor(), now=now())
    flash(_("The plan is confirmed."), "success")
    return redirect(url_for("mentor.person", person_id=person_id, _anchor="plan"))
