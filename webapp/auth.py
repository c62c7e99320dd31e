"""Who is asking, and whether the route is theirs: every view is guarded or marked public.

The session cookie holds a person's id and the epoch of their credential; raising the epoch signs
out everywhere. A session that was not used for the set time ends by the server's clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, logout_user

from core.access import Actor, Credential, Role, find_actor
from core.errors import NotAllowed
from webapp.clock import now
from webapp.database import db

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Guard:
    """Which roles open a view; none listed means anybody signed in."""

    roles: frozenset[Role]


def guard(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view as open to people who hold one of the roles (to anybody signed in, when none is named)."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.guard = Guard(frozenset(roles))  # type: ignore[attr-defined]
        return view

    return mark


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to everybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


class Account(UserMixin):  # type: ignore[misc]
    """The signed-in person as Flask-Login knows them."""

    def __init__(self, actor: Actor, credential: Credential) -> None:
        self.actor = actor
        self.must_change = credential.must_change
        self.epoch = credential.epoch

    def get_id(self) -> str:
        return f"{self.actor.person_id}:{self.epoch}"


def actor() -> Actor:
    """The person behind this request; only to be called inside a guarded view."""
    signed_in: Actor = current_user.actor
    return signed_in


def me() -> int:
    """Id of the person behind this request."""
    return actor().person_id


def load_account(session_id: str) -> Account | None:
    """The account behind a session, unless it was signed out everywhere or may not act any more."""
    person_id, _separator, epoch = session_id.partition(":")
    if not person_id.isdecimal():
        return None
    found = find_actor(db(), int(person_id))
    credential = db().get(Credential, int(person_id))
    if found is None or credential is None or str(credential.epoch) != epoch:
        return None
    return Account(found, credential)


def check_guard() -> ResponseReturnValue | None:
    """Before every request: end an idle session, then hold the route's guard against the actor's roles."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "is_public", False) or request.endpoint == "static":
        return None
    if not current_user.is_authenticated or _is_idle():
        logout_user()
        if request.accept_mimetypes.best == "application/json":
            return {"code": "signed_out"}, 401
        flash(_("Please sign in to continue."), "info")
        return redirect(url_for("account.sign_in", next=request.full_path if request.method == "GET" else None))
    session["seen_at"] = now().isoformat()
    if current_user.must_change and request.endpoint not in ("account.change_password", "account.sign_out"):
        return redirect(url_for("account.change_password"))
    rule: Guard | None = getattr(view, "guard", None)
    if rule is None:
        raise ValueError(f"view {request.endpoint} is neither guarded nor public")
    if rule.roles and not rule.roles & actor().roles:
        raise NotAllowed("role_required", roles=",".join(sorted(rule.roles)))
    return None


def _is_idle() -> bool:
    seen_at = session.get("seen_at")
    limit = timedelta(minutes=current_app.config["SESSION_MINUTES"])
    return seen_at is None or now() - datetime.fromisoformat(seen_at) > limit


def init_auth(app: Flask) -> None:
    """Wire sign-in and the guard into the application."""
    manager = LoginManager(app)
    manager.user_loader(load_account)
    app.before_request(check_guard)
    app.context_processor(lambda: {"actor": getattr(current_user, "actor", None), "Role": Role, "g": g})
