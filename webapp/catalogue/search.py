"""Looking for a course."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from content.catalogue import find_courses, practice_ratio
from content.terms import FacetKind, MandatoryTopic
from core.people import get_person
from webapp.auth import guard, me
from webapp.catalogue.asking import active_chips, address, competency_groups, for_me, groups, read_query
from webapp.catalogue.fitting import fits_stage, states_of
from webapp.catalogue.routes import blueprint
from webapp.database import db


@blueprint.get("")
@guard()
def search() -> ResponseReturnValue:
    """The library: what is asked, what answers, and how each course stands to the reader."""
    query = read_query(request.args)
    person = get_person(db(), me())
    return render_template(
        "catalogue/search.html", query=query, found=find_courses(db(), query), groups=groups(query), person=person,
        competencies=competency_groups(), active=active_chips(query), address=address, mine=for_me(person),
        states=states_of(db(), person.id), fits_stage=fits_stage, practice_ratio=practice_ratio,
        FacetKind=FacetKind, MandatoryTopic=MandatoryTopic, page_url=lambda page: address(query, page=page),
    )  # fmt: skip
