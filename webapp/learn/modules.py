"""One module: a page for each kind, and finishing what was read or watched."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from content.models import CourseModule
from content.rendering import render_markdown
from content.terms import ModuleKind
from core.access import Role
from core.errors import Conflict, DomainError
from learning.study.attendance import meeting_of
from learning.study.declarations import MAX_ACCOUNT, MIN_ACCOUNT, declarations_of
from learning.study.enrolments import get_own
from learning.study.evidence_files import KINDS, MAX_BYTES, MAX_FILES
from learning.study.measure import film_ms, measured
from learning.study.media import find_film
from learning.study.models import Enrolment
from learning.study.modules import attempts_of, finish_reading, finish_video, needed_seconds, questions_of, shown_order
from learning.study.reads import Stop, path_of
from learning.study.results import get_module
from learning.study.tasks import MAX_BODY, MIN_BODY, rubric_of, submissions_of
from learning.terms import EnrolmentState, ModuleState
from webapp.auth import guard, me
from webapp.clock import now, today
from webapp.database import abandon_request, db
from webapp.errors import STATUS_OF
from webapp.labels import error_words
from webapp.learn.routes import blueprint

FINISH = {ModuleKind.READING: finish_reading, ModuleKind.VIDEO: finish_video}


@blueprint.get("/study/<int:enrolment_id>/modules/<int:module_id>")
@guard(Role.TEACHER)
def module(enrolment_id: int, module_id: int) -> ResponseReturnValue:
    """The page of a module."""
    return module_page(enrolment_id, module_id)


def module_page(enrolment_id: int, module_id: int, *, error: DomainError | None = None, **typed: object) -> str:
    """The page of a module; after a refused form with what was typed and why it was refused."""
    enrolment = get_own(db(), enrolment_id, person_id=me())
    part = get_module(db(), enrolment, module_id)
    stops = path_of(db(), enrolment)
    at = next(index for index, stop in enumerate(stops) if stop.module.id == part.id)
    base = f"/catalogue/{enrolment.course.code}/figure/"
    return render_template(
        f"learn/{part.kind.value}.html", enrolment=enrolment, course=enrolment.course, module=part, stop=stops[at],
        ahead=_ahead(stops, at), place=at + 1, n_modules=len(stops), client_token=uuid4().hex, typed=typed,
        is_live=enrolment.state is EnrolmentState.ENROLLED and stops[at].result is None,
        prose=Markup(render_markdown(part.body, figure_base=base)),  # noqa: S704 - escaped by the renderer
        problem=error_words(error) if error else "", **DETAILS[part.kind](enrolment, part),
    )  # fmt: skip


def _ahead(stops: list[Stop], at: int) -> Stop | None:
    """The next module that is not done, after this one or from the start."""
    return next((stop for stop in stops[at + 1 :] + stops[:at] if stop.state is not ModuleState.DONE), None)


def _reading(enrolment: Enrolment, part: CourseModule) -> dict[str, Any]:
    return {"measured": measured(db(), enrolment.id, part), "needed": needed_seconds(part)}


def _video(enrolment: Enrolment, part: CourseModule) -> dict[str, Any]:
    media_dir = current_app.extensions["shicheng_settings"].media_dir
    return {
        "measured": measured(db(), enrolment.id, part), "film_ms": film_ms(part),
        "has_film": find_film(part, media_dir, ".mp4") is not None,
        "scenes": part.material.get("scenes") or (),
    }  # fmt: skip


def _quiz(enrolment: Enrolment, part: CourseModule) -> dict[str, Any]:
    attempts = attempts_of(db(), enrolment.id, part.id)
    questions = questions_of(part)
    orders = [
        shown_order(enrolment.id, index, n_options=len(question.options), n_attempts=len(attempts))
        for index, question in enumerate(questions)
    ]
    return {
        "measured": measured(db(), enrolment.id, part), "attempts": attempts, "questions": questions, "orders": orders,
        "is_again": "again" in request.args,
    }  # fmt: skip


def _task(enrolment: Enrolment, part: CourseModule) -> dict[str, Any]:
    pieces = submissions_of(db(), enrolment.id, part.id)
    return {"pieces": pieces, "rubric": rubric_of(part), "least": MIN_BODY, "most": MAX_BODY}


def _session(enrolment: Enrolment, part: CourseModule) -> dict[str, Any]:
    meeting, attendance = meeting_of(db(), enrolment, part)
    return {"meeting": meeting, "attendance": attendance, "now": now()}


def _activity(enrolment: Enrolment, part: CourseModule) -> dict[str, Any]:
    return {
        "declarations": declarations_of(db(), enrolment.id, part.id), "today": today(), "least": MIN_ACCOUNT,
        "most": MAX_ACCOUNT, "endings": sorted(KINDS), "max_files": MAX_FILES, "max_megabytes": MAX_BYTES // 2**20,
    }  # fmt: skip


DETAILS: dict[ModuleKind, Callable[[Enrolment, CourseModule], dict[str, Any]]] = {
    ModuleKind.READING: _reading,
    ModuleKind.VIDEO: _video,
    ModuleKind.QUIZ: _quiz,
    ModuleKind.TASK: _task,
    ModuleKind.F2F_SESSION: _session,
    ModuleKind.SCHOOL_ACTIVITY: _activity,
}


@blueprint.post("/study/<int:enrolment_id>/modules/<int:module_id>/finish")
@guard(Role.TEACHER)
def finish(enrolment_id: int, module_id: int) -> ResponseReturnValue:
    """Finish a reading or a film."""
    part = get_module(db(), get_own(db(), enrolment_id, person_id=me()), module_id, *FINISH)
    try:
        result = FINISH[part.kind](db(), enrolment_id, module_id, person_id=me(), now=now())
    except Conflict as error:
        abandon_request()
        return module_page(enrolment_id, module_id, error=error), STATUS_OF[type(error)]
    flash(_("Done: %(minutes)s minutes counted.", minutes=result.counted_seconds // 60), "success")
    return redirect(url_for("learn.module", enrolment_id=enrolment_id, module_id=module_id))
