"""One course as a teacher sees it before choosing it, and its figures."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from content.catalogue import get_course, practice_ratio
from content.frameworks import competency_nodes
from content.shipped import figure_path
from content.terms import CourseState, DeliveryMode, FacetKind, MandatoryTopic
from core.access import Role
from core.people import CareerStage, SchoolLevel, Subject, get_person
from learning.terms import EnrolmentState
from webapp.auth import actor, guard, me
from webapp.catalogue.fitting import fits_stage, standing_of
from webapp.catalogue.routes import blueprint
from webapp.clock import now
from webapp.database import db

FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.get("/<code>")
@guard()
def course(code: str) -> ResponseReturnValue:
    """What the course solves, what one can do afterwards, its parts, and how to begin."""
    found = get_course(db(), code)
    person = get_person(db(), me())
    return render_template(
        "catalogue/course.html", course=found, standing=standing_of(db(), found, person, now=now()),
        nodes=competency_nodes(db()), practice=practice_ratio(found), fits=fits_stage(found, person), person=person,
        may_enrol=Role.TEACHER in actor().roles, FacetKind=FacetKind, MandatoryTopic=MandatoryTopic,
        CareerStage=CareerStage, SchoolLevel=SchoolLevel, Subject=Subject, DeliveryMode=DeliveryMode,
        CourseState=CourseState, EnrolmentState=EnrolmentState,
    )  # fmt: skip


@blueprint.get("/<code>/figure/<name>")
@guard()
def figure(code: str, name: str) -> Response:
    """A figure of a course: a picture only, locked into a sandbox of its own."""
    answer = Response(figure_path(code, name).read_bytes(), mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = FIGURE_POLICY
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer
