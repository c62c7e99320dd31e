"""The platform's competencies, in words a teacher can hold against their own work."""

from flask import render_template
from flask.typing import ResponseReturnValue

from content.catalogue import n_courses_by_competency
from content.frameworks import competency_nodes, is_shown_as_policy, node_names
from content.terms import Competency, Domain
from webapp.auth import guard
from webapp.catalogue.routes import blueprint
from webapp.database import db


@blueprint.get("/competencies")
@guard()
def competencies() -> ResponseReturnValue:
    """Five domains, their competencies with five levels each, and where the standards speak of them."""
    return render_template(
        "catalogue/competencies.html", nodes=competency_nodes(db()), names=node_names(db()),
        counts=n_courses_by_competency(db()), is_policy=is_shown_as_policy, Domain=Domain, Competency=Competency,
    )  # fmt: skip
