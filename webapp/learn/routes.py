"""The teacher's start page, their courses, and the path through one course."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from core.access import Role
from core.people import workplace
from learning.mentoring.pairs import find_mentor
from learning.study.enrolments import consequences_of, get_own
from learning.study.reads import path_of, progress_of
from learning.today import start_of
from webapp.auth import actor, guard, me
from webapp.clock import now
from webapp.clock import today as local_today
from webapp.database import db

blueprint = Blueprint("learn", __name__)
HOME_OF = ((Role.MENTOR, "/mentor"), (Role.ADMINISTRATOR, "/admin"), (Role.AUDITOR, "/admin"), (Role.EDITOR, "/author"))


@blueprint.get("/today")
@guard()
def today() -> ResponseReturnValue:
    """What to do next; people who do not teach are led to their own work."""
    if Role.TEACHER not in actor().roles:
        home = next((url for role, url in HOME_OF if role in actor().roles), "/account")
        return redirect(home)
    return render_template(
        "learn/today.html", start=start_of(db(), me(), now=now()), place=workplace(db(), me()), now=now(),
        mentor=find_mentor(db(), me(), on=local_today()),
    )  # fmt: skip


@blueprint.get("/study")
@guard(Role.TEACHER)
def courses() -> ResponseReturnValue:
    """All courses of the person, under way and complete."""
    return render_template("learn/courses.html", rows=progress_of(db(), me()))


@blueprint.get("/study/<int:enrolment_id>")
@guard(Role.TEACHER)
def course(enrolment_id: int) -> ResponseReturnValue:
    """One course as a path with its modules."""
    enrolment = get_own(db(), enrolment_id, person_id=me())
    return render_template(
        "learn/course.html", enrolment=enrolment, course=enrolment.course, stops=path_of(db(), enrolment),
        consequences=consequences_of(db(), enrolment), now=now(),
    )  # fmt: skip
