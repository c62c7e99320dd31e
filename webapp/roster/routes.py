"""People of one's own area: finding them, and acts on one account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import READERS, Role, get_person_within
from core.people import CareerStage, Person, mask_email, mask_staff_no, workplace
from learning.roster import duties
from learning.roster.directory import PeopleQuery, find_people, offices_within
from learning.roster.passwords import reset_password
from webapp.account.passwords import hash_one_time
from webapp.auth import actor, guard
from webapp.clock import now
from webapp.database import db
from webapp.labels import choices
from webapp.roster.forms import AppointForm, PeopleFilter, offer_filter

blueprint = Blueprint("roster", __name__, url_prefix="/roster")
blueprint.add_app_template_filter(mask_staff_no, "mask_staff_no")
blueprint.add_app_template_filter(mask_email, "mask_email")


@blueprint.get("")
@guard(*READERS)
def people() -> ResponseReturnValue:
    """Everybody in the reader's area, found by name, pinyin or staff number."""
    form = PeopleFilter(request.args)
    offices = [(str(place.id), place.name) for place in offices_within(db(), actor())]
    offer_filter(form, offices, anywhere=_("Everywhere"), any_word=_("Any"))
    found = find_people(db(), actor(), _query(form))
    return render_template("roster/people.html", form=form, found=found, may_write=_may_write())


def _query(form: PeopleFilter) -> PeopleQuery:
    place, stage, role = form.place.data or "", form.stage.data or "", form.role.data or ""
    page = request.args.get("page", 1, type=int)
    return PeopleQuery(
        words=(form.words.data or "")[:60],
        organisation_id=int(place) if place.isdecimal() else None,
        stage=CareerStage(stage) if stage in set(CareerStage) else None,
        role=Role(role) if role in set(Role) else None,
        only_inactive=form.state.data == "closed",
        page=page,
    )


@blueprint.get("/people/<int:person_id>")
@guard(*READERS)
def person(person_id: int) -> ResponseReturnValue:
    """One person: where they work and worked, what they hold, and what may be done."""
    return _person_page(get_person_within(db(), actor(), person_id, *READERS))


def _person_page(person: Person, password: str = "") -> str:
    form = AppointForm()
    form.role.choices = dict(choices(Role))
    form.place.choices = {place.id: place.name for place in duties.places_for_roles(db(), actor(), person)}
    return render_template(
        "roster/person.html", person=person, place=workplace(db(), person.id), form=form, password=password,
        grants=duties.grants_of(db(), person.id), may_write=_may_write() and bool(form.place.choices),
    )  # fmt: skip


@blueprint.post("/people/<int:person_id>/roles")
@guard(Role.ADMINISTRATOR)
def give_role(person_id: int) -> ResponseReturnValue:
    """Give a role inside the administrator's own area."""
    person = _own(person_id)
    role = request.form.get("role", "")
    place_id = request.form.get("place", 0, type=int)
    if role in set(Role):
        duties.appoint(db(), person, Role(role), organisation_id=place_id, by=actor(), now=now())
        flash(_("The role is given."), "success")
    return _back(person)


@blueprint.post("/people/<int:person_id>/roles/<int:grant_id>/revoke")
@guard(Role.ADMINISTRATOR)
def revoke_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Revoke a role."""
    person = _own(person_id)
    duties.dismiss(db(), person, grant_id, by=actor(), now=now())
    flash(_("The role is revoked."), "success")
    return _back(person)


@blueprint.post("/people/<int:person_id>/password")
@guard(Role.ADMINISTRATOR)
def give_password(person_id: int) -> ResponseReturnValue:
    """Make a one-time password and show it in this answer only; it is kept nowhere."""
    person = _own(person_id)
    password = reset_password(db(), person, by=actor(), hash_of=hash_one_time, now=now())
    return _person_page(person, password)


@blueprint.post("/people/<int:person_id>/close")
@guard(Role.ADMINISTRATOR)
def close_account(person_id: int) -> ResponseReturnValue:
    """Close an account; what was earned stays."""
    person = _own(person_id)
    duties.deactivate(db(), person, by=actor(), now=now())
    flash(_("The account is closed. What was earned stays on record."), "success")
    return _back(person)


@blueprint.post("/people/<int:person_id>/open")
@guard(Role.ADMINISTRATOR)
def open_account(person_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    person = _own(person_id)
    duties.reactivate(db(), person, by=actor(), now=now())
    flash(_("The account is open again."), "success")
    return _back(person)


@blueprint.post("/people/<int:person_id>/sessions/end")
@guard(Role.ADMINISTRATOR)
def end_sessions(person_id: int) -> ResponseReturnValue:
    """Sign somebody out on every device."""
    person = _own(person_id)
    duties.sign_out_everywhere(db(), person, by=actor(), now=now())
    flash(_("All sessions of this person have ended."), "success")
    return _back(person)


def _own(person_id: int) -> Person:
    return get_person_within(db(), actor(), person_id, Role.ADMINISTRATOR)


def _back(person: Person) -> ResponseReturnValue:
    return redirect(url_for("roster.person", person_id=person.id))


def _may_write() -> bool:
    return Role.ADMINISTRATOR in actor().roles
