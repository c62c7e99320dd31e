"""A teacher's own account: statement, movements, traces, certificates."""

import io

from flask import Blueprint, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from core.access import Role
from core.people import get_person
from learning.credit.certificates import certificate_pdf, certificates_of, get_own_certificate
from learning.credit.history import movements_of, years_in
from learning.credit.profiles import STATEMENT_PROFILE, active_profiles
from learning.credit.sheets import statement_pdf
from learning.credit.statements import statement_of
from learning.credit.traces import trace_of
from webapp.auth import actor, guard, me
from webapp.clock import now, today
from webapp.credit.forms import ReasonForm, movement_form, movement_query
from webapp.credit.pictures import PAPER_FONTS, StatementPicture
from webapp.database import db

blueprint = Blueprint("credit", __name__)


def chosen_profile() -> str:
    """The profile the reader looks through: Henan's unless they chose another that is in force."""
    codes = [profile.code for profile in active_profiles(db())]
    asked = request.args.get("profile", STATEMENT_PROFILE)
    return asked if asked in codes else next(iter(codes), STATEMENT_PROFILE)


@blueprint.get("/credit")
@guard(Role.TEACHER)
def account() -> ResponseReturnValue:
    """The account at a glance, then its movements."""
    profile = chosen_profile()
    return render_template(
        "credit/account.html",
        picture=StatementPicture(statement_of(db(), me(), on=today(), profile_code=profile)),
        profiles=active_profiles(db()),
        found=movements_of(db(), me(), movement_query(profile)),
        form=movement_form(years_in(db(), me())),
        n_certificates=len(certificates_of(db(), me())),
    )


@blueprint.get("/credit/statement.pdf")
@guard(Role.TEACHER)
def statement_paper() -> ResponseReturnValue:
    """The statement of this day on paper."""
    person = get_person(db(), me())
    statement = statement_of(db(), me(), on=today(), profile_code=chosen_profile())
    paper = statement_pdf(db(), person, statement, font_dir=PAPER_FONTS, now=now())
    return _paper(paper, f"学时对账单-{today().isoformat()}.pdf")


@blueprint.get("/credit/entry/<int:entry_id>")
@guard(Role.TEACHER, Role.ADMINISTRATOR, Role.AUDITOR)
def entry(entry_id: int) -> ResponseReturnValue:
    """Where an hour comes from: rule version, events, and whether it was taken back."""
    trace = trace_of(db(), entry_id, by=actor())
    is_own = trace.person.id == me()
    return render_template("credit/entry.html", trace=trace, is_own=is_own, form=ReasonForm())


@blueprint.get("/credit/certificates")
@guard(Role.TEACHER)
def certificates() -> ResponseReturnValue:
    """Own certificates, newest first."""
    return render_template("credit/certificates.html", certificates=certificates_of(db(), me()))


@blueprint.get("/credit/certificates/<int:certificate_id>.pdf")
@guard(Role.TEACHER)
def certificate_paper(certificate_id: int) -> ResponseReturnValue:
    """One own certificate on paper."""
    found = get_own_certificate(db(), certificate_id, person_id=me())
    base_url = current_app.extensions["shicheng_settings"].base_url
    return _paper(certificate_pdf(found, base_url=base_url, font_dir=PAPER_FONTS), f"{found.serial}.pdf")


def _paper(paper: bytes, name: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(paper), mimetype="application/pdf", download_name=name)
