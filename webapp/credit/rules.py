"""The credit rules in plain words, and which of the shipped profiles are in force."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import Role
from learning.credit.ledger import settle_due
from learning.credit.profiles import activate, deactivate, may_set_rules, profiles_of, rules_in
from webapp.auth import actor, guard
from webapp.clock import now
from webapp.credit.routes import blueprint
from webapp.credit.words import clauses
from webapp.database import db


@blueprint.get("/credit/rules")
@guard()
def rules() -> ResponseReturnValue:
    """Every profile in words, with how well each figure is attested; those in force first."""
    shown = [(profile, clauses(rules_in(profile), profile.spec["marks"])) for profile in profiles_of(db())]
    return render_template("credit/rules.html", shown=shown, may_set=may_set_rules(actor()))


@blueprint.post("/credit/rules/<code>/activate")
@guard(Role.ADMINISTRATOR)
def activate_rules(code: str) -> ResponseReturnValue:
    """Put a profile in force; hours proven before are posted under it too, the rest of them by the schedule."""
    profile = activate(db(), code, by=actor(), now=now())
    n_posted = settle_due(db(), now=now(), limit=200)
    flash(
        _("“%(name)s” is in force. %(n)s hours were posted under it so far.", name=profile.name, n=n_posted), "success"
    )
    return redirect(url_for("credit.rules"))


@blueprint.post("/credit/rules/<code>/deactivate")
@guard(Role.ADMINISTRATOR)
def deactivate_rules(code: str) -> ResponseReturnValue:
    """Take a profile out of force; what was posted under it stays."""
    profile = deactivate(db(), code, by=actor(), now=now())
    flash(_("“%(name)s” is no longer in force. What was posted under it stays.", name=profile.name), "success")
    return redirect(url_for("credit.rules"))
