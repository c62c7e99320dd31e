"""Handing in: a quiz to be scored, a piece of work for the mentor."""

from uuid import uuid4

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.terms import ModuleKind
from core.access import Role
from core.errors import Conflict, Invalid
from learning.engine.completion import is_passed
from learning.study.enrolments import get_own
from learning.study.modules import questions_of, submit_quiz, submit_task
from learning.study.results import get_module
from webapp.auth import guard, me
from webapp.clock import now
from webapp.database import abandon_request, db
from webapp.errors import STATUS_OF
from webapp.learn.modules import module_page
from webapp.learn.routes import blueprint


@blueprint.post("/study/<int:enrolment_id>/modules/<int:module_id>/quiz")
@guard(Role.TEACHER)
def hand_in_quiz(enrolment_id: int, module_id: int) -> ResponseReturnValue:
    """Hand in a quiz; keys and reasons are shown on the page that follows."""
    part = get_module(db(), get_own(db(), enrolment_id, person_id=me()), module_id, ModuleKind.QUIZ)
    choices = [request.form.get(f"question-{place}", -1, type=int) for place in range(len(questions_of(part)))]
    token = request.form.get("client_token") or uuid4().hex
    try:
        attempt = submit_quiz(
            db(), enrolment_id, module_id, person_id=me(), choices=choices, client_token=token, now=now()
        )
    except Invalid as error:
        abandon_request()
        return module_page(enrolment_id, module_id, error=error, choices=choices), STATUS_OF[type(error)]
    if is_passed(attempt.score_hundredths):
        flash(_("Passed with %(score)s of 100.", score=attempt.score_hundredths // 100), "success")
    return redirect(url_for("learn.module", enrolment_id=enrolment_id, module_id=module_id))


@blueprint.post("/study/<int:enrolment_id>/modules/<int:module_id>/task")
@guard(Role.TEACHER)
def hand_in_task(enrolment_id: int, module_id: int) -> ResponseReturnValue:
    """Hand in work for a task."""
    token = request.form.get("client_token") or uuid4().hex
    body = request.form.get("body", "")
    try:
        submit_task(db(), enrolment_id, module_id, person_id=me(), body=body, client_token=token, now=now())
    except (Conflict, Invalid) as error:
        abandon_request()
        return module_page(enrolment_id, module_id, error=error, body=body), STATUS_OF[type(error)]
    flash(_("Handed in. Your mentor has been told; you will get a message when it is judged."), "success")
    return redirect(url_for("learn.module", enrolment_id=enrolment_id, module_id=module_id))
