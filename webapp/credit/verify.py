"""The public page that proves a certificate to whoever holds its code."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content.terms import DeliveryMode
from learning.credit.certificates import find_by_code, is_intact, masked
from webapp.auth import public
from webapp.credit.forms import CodeForm
from webapp.credit.routes import blueprint
from webapp.database import db

MAX_CODE = 64


@blueprint.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Ask for a code, or go to the certificate it names."""
    code = request.args.get("code", "").strip().rstrip("/").rsplit("/", 1)[-1]
    if code:
        return redirect(url_for("credit.proof", code=code[:MAX_CODE]))
    return render_template("credit/verify.html", form=CodeForm(formdata=None), unknown="")


@blueprint.get("/verify/<code>")
@public
def proof(code: str) -> ResponseReturnValue:
    """What the certificate certifies, with its holder masked; an unknown code says so."""
    found = find_by_code(db(), code) if len(code) <= MAX_CODE else None
    if found is None:
        return render_template("credit/verify.html", form=CodeForm(formdata=None), unknown=code[:MAX_CODE]), 404
    by_mode = [(DeliveryMode(mode), hours) for mode, hours in found.facts["by_mode"].items()]
    return render_template(
        "credit/proof.html",
        certificate=found,
        facts=found.facts,
        holder=masked(found.facts["holder"]),
        by_mode=by_mode,
        days={name: date.fromisoformat(found.facts[f"{name}_on"]) for name in ("started", "completed", "issued")},
        is_intact=is_intact(found),
    )
