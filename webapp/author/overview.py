"""The health of the catalogue at a glance, and the frameworks behind it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from content.frameworks import (
    aligned_competencies,
    frameworks_of,
    get_framework,
    is_shown_as_policy,
    node_names,
    tree_of,
)
from content.health import READERS, coverage, n_without_content, state_counts, waiting_of
from content.items import bank_counts
from content.terms import CourseState, Domain, Evidence, MandatoryTopic
from core.people import SchoolLevel
from webapp.auth import actor, guard
from webapp.author.pictures import counts_grid
from webapp.author.routes import blueprint
from webapp.database import db


@blueprint.get("")
@guard(*READERS)
def overview() -> ResponseReturnValue:
    """What stands, what waits, and where the shelf has gaps."""
    covered = coverage(db())
    return render_template(
        "author/overview.html", states=state_counts(db(), actor()), waiting=waiting_of(db(), actor()),
        n_empty=n_without_content(db(), actor()), covered=covered, bank=bank_counts(db()), grid=counts_grid,
        gaps=[key for key, n_courses in covered.items() if n_courses == 0], CourseState=CourseState,
        MandatoryTopic=MandatoryTopic, SchoolLevel=SchoolLevel, Domain=Domain,
    )  # fmt: skip


@blueprint.get("/frameworks")
@guard(*READERS)
def frameworks() -> ResponseReturnValue:
    """Every framework that is loaded, with its source."""
    return render_template("author/frameworks.html", frameworks=frameworks_of(db()), is_policy=is_shown_as_policy)


@blueprint.get("/frameworks/<code>")
@guard(*READERS)
def framework(code: str) -> ResponseReturnValue:
    """One framework as a tree: where each wording was read, and which competencies answer to it."""
    found = get_framework(db(), code)
    return render_template(
        "author/framework.html", framework=found, tree=tree_of(found), aligned=aligned_competencies(db()),
        names=node_names(db()), is_policy=is_shown_as_policy, Evidence=Evidence,
        counts={mark: sum(1 for node in found.nodes if node.evidence is mark) for mark in Evidence},
    )  # fmt: skip
