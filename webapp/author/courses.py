"""The editor's list of courses, and one course from first words to the shelf."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.authoring import (
    WRITERS,
    find_course,
    get_course_within,
    providers_within,
    publish,
    retire,
    revisions_of,
    save_course,
    send_back,
    send_to_review,
)
from content.checking import carries_content, faults_of, gaps_of
from content.drafting import draft_digest, draft_of
from content.formats.course_file import CourseDraft
from content.health import READERS, ShelfQuery, find_shelf
from content.models import Course
from content.rendering import render_markdown
from content.terms import CourseState, ModuleKind
from core.access import Role
from core.errors import Conflict, DomainError, Invalid, NotAllowed
from webapp.auth import actor, guard
from webapp.author.drafts import draft_from, first_module, form_data
from webapp.author.forms import AddModuleForm, CourseForm, NewCourseForm
from webapp.author.routes import blueprint
from webapp.author.words import fault_words, faults_in, place_words
from webapp.clock import now
from webapp.database import abandon_request, db
from webapp.labels import error_words


@blueprint.get("/courses")
@guard(*READERS)
def courses() -> ResponseReturnValue:
    """Courses of the places within reach, in whatever state."""
    state = request.args.get("state", "")
    query = ShelfQuery(
        words=request.args.get("words", "").strip()[:60],
        state=CourseState(state) if state in set(CourseState) else None,
        is_without_content=request.args.get("empty") == "1",
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "author/courses.html", found=find_shelf(db(), actor(), query), query=query, CourseState=CourseState,
        may_write=may_write(), page_url=lambda page: url_for("author.courses", **{**request.args, "page": page}),
    )  # fmt: skip


@blueprint.route("/courses/new", methods=["GET", "POST"])
@guard(*WRITERS)
def new_course() -> ResponseReturnValue:
    """A new course with its first module."""
    form = NewCourseForm(provider_choices())
    if form.validate_on_submit():
        draft = draft_from(form, (first_module(form),))
        try:
            if is_code_taken(draft.code):
                raise Conflict("course_code_in_use", course=draft.code)
            save_course(db(), draft, by=actor(), now=now())
            flash(_("The draft is kept. Go on with its modules."), "success")
            return redirect(url_for("author.edit", code=draft.code))
        except (Conflict, Invalid, NotAllowed) as error:
            return refused("author/new_course.html", error, form=form)
    return render_template("author/new_course.html", form=form, faults=[]), 422 if form.errors else 200


@blueprint.route("/courses/<code>", methods=["GET", "POST"])
@guard(*WRITERS)
def edit(code: str) -> ResponseReturnValue:
    """The course's own page for its writer: all its fields, its modules, what is missing, and the next step."""
    course = get_course_within(db(), actor(), code)
    draft = draft_of(course)
    form = CourseForm(provider_choices(), data=form_data(draft) | {"seen": draft_digest(draft)})
    if form.validate_on_submit():
        form.code.data = course.code
        try:
            save_course(db(), draft_from(form, draft.modules), by=actor(), now=now(), seen=form.seen.data)
        except (Conflict, Invalid, NotAllowed) as error:
            return refused("author/course.html", error, form=form, **about(code))
        flash(_("Saved."), "success")
        return redirect(url_for("author.edit", code=code))
    return render_template("author/course.html", form=form, faults=[], **about(code)), 422 if form.errors else 200


@blueprint.get("/courses/<code>/preview")
@guard(*READERS)
def preview(code: str) -> ResponseReturnValue:
    """The course as its readers will see it, with keys and rubrics for the editor's eyes."""
    course = get_course_within(db(), actor(), code, *READERS)
    base = url_for("catalogue.figure", code=course.code, name="")
    return render_template(
        "author/preview.html", course=course, draft=draft_of(course), ModuleKind=ModuleKind, may_write=may_write(),
        rendered=lambda text: render_markdown(text, figure_base=base), carries_content=carries_content,
    )  # fmt: skip


@blueprint.post("/courses/<code>/<act>")
@guard(*WRITERS)
def act_on(code: str, act: str) -> ResponseReturnValue:
    """The next step on the way of a course: review, back, shelf, off the shelf."""
    course = get_course_within(db(), actor(), code)
    try:
        words = take_step(course, act)
    except (Conflict, Invalid) as error:
        abandon_request()
        for place, why in faults_in(error):
            flash(f"{place}: {why}" if "faults" in error.figures else error_words(error), "error")
    else:
        flash(words, "success")
    return redirect(url_for("author.edit", code=code))


def take_step(course: Course, act: str) -> str:
    """Do a named act and say what came of it."""
    if act == "review":
        send_to_review(db(), course, by=actor(), now=now())
        return _("It is in review now.")
    if act == "back":
        send_back(db(), course, reason=request.form.get("reason", "")[:300], by=actor(), now=now())
        return _("It went back to its writer.")
    if act == "publish":
        publish(db(), course, by=actor(), now=now())
        return _("It is on the shelf: teachers can find it.")
    if act == "retire":
        retire(db(), course, by=actor(), now=now())
        return _("It is off the shelf. What was earned stays.")
    raise Invalid("act_unknown", act=act)


def about(code: str) -> dict[str, Any]:
    """What the editor's page of a course shows beside the form."""
    course = get_course_within(db(), actor(), code)
    draft = draft_of(course)
    missing = [(place_words(fault.place), fault_words(fault)) for fault in [*faults_of(draft), *gaps_of(draft)]]
    return {
        "course": course, "draft": draft, "missing": missing, "revisions": revisions_of(db(), course),
        "add_form": AddModuleForm(formdata=None), "carries_content": carries_content, "CourseState": CourseState,
    }  # fmt: skip


def refused(template: str, error: DomainError, **parts: Any) -> ResponseReturnValue:
    """The same page again with what to mend; nothing was saved."""
    abandon_request()
    return render_template(template, faults=faults_in(error), **parts), 422


def provider_choices() -> list[tuple[str, str]]:
    """The places the editor may write for."""
    return [(place.code, f"{place.name} ({place.code})") for place in providers_within(db(), actor())]


def is_code_taken(code: str) -> bool:
    """Whether a course anywhere has the code already."""
    return find_course(db(), code) is not None


def may_write() -> bool:
    """Whether the reader may change courses."""
    return bool({Role.EDITOR, Role.ADMINISTRATOR} & actor().roles)


def own_draft(code: str) -> CourseDraft:
    """The present draft of a course within reach."""
    return draft_of(get_course_within(db(), actor(), code))
