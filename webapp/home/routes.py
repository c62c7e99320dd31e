"""Start page, language, health."""

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.addresses import own_path
from webapp.auth import public
from webapp.database import ping
from webapp.words import LOCALES

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """The front door: what this is; for a signed-in person the way to their own start."""
    if current_user.is_authenticated:
        return redirect(url_for("learn.today"))
    return redirect(url_for("account.sign_in"))


@blueprint.post("/language/<locale>")
@public
def choose_language(locale: str) -> ResponseReturnValue:
    """Keep the chosen language in a cookie and go back to the page one came from."""
    answer = make_response(redirect(own_path(request.form.get("back")) or "/"))
    if locale in LOCALES:
        answer.set_cookie("locale", locale, max_age=365 * 86400, samesite="Lax", httponly=True)
    return answer


@blueprint.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """For a load balancer: the process answers and reaches its database."""
    ping()
    return {"status": "ok"}
