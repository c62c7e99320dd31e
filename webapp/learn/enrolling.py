"""Beginning and leaving a course, with what it means told first."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.catalogue import get_course
from content.terms import DeliveryMode
from core.access import Role
from core.errors import Conflict, DomainError, Invalid
from learning.study.enrolments import enrol, find_live, missing_prerequisites, withdraw
from learning.study.offerings import offerings_of
from learning.terms import EnrolmentSource
from webapp.auth import guard, me
from webapp.clock import now
from webapp.database import abandon_request, db
from webapp.errors import STATUS_OF
from webapp.labels import error_words
from webapp.learn.routes import blueprint


@blueprint.get("/study/enrol/<code>")
@guard(Role.TEACHER)
def ask_to_enrol(code: str) -> ResponseReturnValue:
    """What a course asks for before it begins; somebody enrolled already goes on there."""
    live = find_live(db(), me(), get_course(db(), code).id)
    if live is not None:
        return redirect(url_for("learn.course", enrolment_id=live.id))
    return _ask(code)


def _ask(code: str, error: DomainError | None = None) -> str:
    course = get_course(db(), code)
    runs = offerings_of(db(), course.id, person_id=me(), now=now()) if course.mode is DeliveryMode.F2F else []
    return render_template(
        "learn/enrol.html", course=course, runs=runs, missing=missing_prerequisites(db(), me(), course.id),
        source=_source(), problem=error_words(error) if error else "",
    )  # fmt: skip


def _source() -> EnrolmentSource:
    """Chosen alone, or from a recommendation; assigning is not the teacher's to say."""
    is_recommended = request.values.get("source") == EnrolmentSource.RECOMMENDED
    return EnrolmentSource.RECOMMENDED if is_recommended else EnrolmentSource.SELF


@blueprint.post("/study/enrol/<code>")
@guard(Role.TEACHER)
def begin(code: str) -> ResponseReturnValue:
    """Begin a course; a second click finds it begun."""
    course_id = get_course(db(), code).id
    live = find_live(db(), me(), course_id)
    if live is None:
        try:
            live = enrol(
                db(), me(), course_id, source=_source(), now=now(),
                offering_id=request.form.get("offering_id", None, type=int),
            )  # fmt: skip
        except (Conflict, Invalid) as error:
            abandon_request()
            return _ask(code, error), STATUS_OF[type(error)]
        flash(_("You are enrolled. Take it step by step."), "success")
    return redirect(url_for("learn.course", enrolment_id=live.id))


@blueprint.post("/study/<int:enrolment_id>/withdraw")
@guard(Role.TEACHER)
def leave(enrolment_id: int) -> ResponseReturnValue:
    """Leave a course."""
    withdraw(db(), enrolment_id, person_id=me(), now=now())
    flash(_("You have left the course. What was counted stays; enrol again and you go on from there."), "success")
    return redirect(url_for("learn.courses"))
