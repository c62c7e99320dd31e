"""What an administrator or auditor sees of a teacher's account, and taking hours back or giving them back."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import READERS, Role, get_person_within
from core.people import workplace
from learning.credit.certificates import certificates_of
from learning.credit.history import course_accounts_of
from learning.credit.ledger import repost, repost_enrolment, reverse, reverse_enrolment
from learning.credit.models import LedgerEntry
from learning.credit.profiles import active_profiles
from learning.credit.statements import statement_of
from webapp.auth import actor, guard
from webapp.clock import now, today
from webapp.credit.forms import ReasonForm
from webapp.credit.pictures import StatementPicture
from webapp.credit.routes import blueprint, chosen_profile
from webapp.database import db

Act = Callable[..., list[LedgerEntry]]


@blueprint.get("/credit/person/<int:person_id>")
@guard(*READERS)
def person(person_id: int) -> ResponseReturnValue:
    """The account of somebody in one's own subtree, course by course."""
    found = get_person_within(db(), actor(), person_id, *READERS)
    profile = chosen_profile()
    return render_template(
        "credit/person.html",
        person=found,
        school=workplace(db(), found.id),
        picture=StatementPicture(statement_of(db(), found.id, on=today(), profile_code=profile)),
        profiles=active_profiles(db()),
        courses=course_accounts_of(db(), found.id, profile),
        certificates=certificates_of(db(), found.id),
        form=ReasonForm(),
    )


@blueprint.post("/credit/entry/<int:entry_id>/reverse")
@guard(Role.ADMINISTRATOR)
def reverse_entry(entry_id: int) -> ResponseReturnValue:
    """Take one unit back."""
    return _act(reverse, entry_id, _("The hour was taken back. The teacher has been told why."))


@blueprint.post("/credit/entry/<int:entry_id>/repost")
@guard(Role.ADMINISTRATOR)
def repost_entry(entry_id: int) -> ResponseReturnValue:
    """Give one unit back."""
    return _act(repost, entry_id, _("The hour was given back. The teacher has been told."))


@blueprint.post("/credit/course/<int:enrolment_id>/reverse")
@guard(Role.ADMINISTRATOR)
def reverse_course(enrolment_id: int) -> ResponseReturnValue:
    """Take back all a course gave."""
    return _act(reverse_enrolment, enrolment_id, _("The hours were taken back. The teacher has been told why."))


@blueprint.post("/credit/course/<int:enrolment_id>/repost")
@guard(Role.ADMINISTRATOR)
def repost_course(enrolment_id: int) -> ResponseReturnValue:
    """Give back all that was taken from a course."""
    return _act(repost_enrolment, enrolment_id, _("The hours were given back. The teacher has been told."))


def _act(act: Act, subject_id: int, words: str) -> ResponseReturnValue:
    """Do it with the reason given, then show the first entry of the same evidence."""
    entries = act(db(), subject_id, by=actor(), reason=ReasonForm().reason.data or "", now=now())
    flash(words, "success")
    return redirect(url_for("credit.entry", entry_id=entries[0].reverses_id or entries[0].id))
