"""Coming in, going out, and one's own account."""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from core import audit
from core.access import end_sessions
from core.errors import Conflict, Invalid
from core.people import get_person, workplace
from learning.journey import choose_personalisation
from learning.roster.duties import grants_of
from learning.roster.own_data import own_data
from webapp.account.cards import Card, cards_of
from webapp.account.door import choose_password, come_in, find_person, get_demo_account, is_own_password, knock
from webapp.account.forms import ChangePasswordForm, ForgotForm, NewPasswordForm, SettingsForm, SignInForm
from webapp.account.passwords import is_password
from webapp.account.resets import ask_for_reset, get_reset, use_up
from webapp.addresses import own_path
from webapp.auth import Account, actor, guard, me, public
from webapp.clock import now
from webapp.database import database, db
from webapp.labels import error_words
from webapp.navigation import navigation
from webapp.words import LOCALES, shown_locale

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.record
def open_front_door(state: BlueprintSetupState) -> None:
    """Sign-in stands outside /account: its address is what people type."""
    state.app.add_url_rule("/sign-in", "account.sign_in", sign_in, methods=["GET", "POST"])
    state.app.add_url_rule("/demo-sign-in/<staff_no>", "account.demo_sign_in", demo_sign_in, methods=["POST"])


@public
def sign_in() -> ResponseReturnValue:
    """The front door: what this is, and the way in."""
    form = SignInForm(data={"next": request.args.get("next", "")})
    if request.method != "POST":
        return redirect(start_url()) if current_user.is_authenticated else _front_page(form)
    if not form.validate():
        return _front_page(form), 422
    tried = knock(
        database(), form.identifier.data, address=request.remote_addr or "", secret=current_app.config["SECRET_KEY"],
        now=now(),
    )  # fmt: skip
    if tried.wait_seconds:
        answer = make_response(_front_page(form, wait_minutes=-(-tried.wait_seconds // 60)), 429)
        answer.headers["Retry-After"] = str(tried.wait_seconds)
        return answer
    fits = is_password(form.password.data, tried.password_hash)
    account = come_in(db(), tried) if fits else None
    return _enter(account, own_path(form.next.data)) if account else (_front_page(form, is_wrong=True), 422)


@public
def demo_sign_in(staff_no: str) -> ResponseReturnValue:
    """Come in as one of the people on the cards; exists in the demo only."""
    if not current_app.config["IS_DEMO"] or staff_no not in {card.staff_no for card in _cards()}:
        abort(404)
    return _enter(get_demo_account(db(), staff_no), "")


@blueprint.post("/sign-out")
@guard()
def sign_out() -> ResponseReturnValue:
    """Leave, on this device."""
    logout_user()
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("account.sign_in"))


@blueprint.post("/sign-out-everywhere")
@guard()
def sign_out_everywhere() -> ResponseReturnValue:
    """Leave, on every device."""
    end_sessions(db(), me())
    audit.record(db(), "sessions.end", actor=actor(), subject_kind="person", subject_id=me(), now=now())
    logout_user()
    session.clear()
    flash(_("You are signed out on every device."), "success")
    return redirect(url_for("account.sign_in"))


@blueprint.route("/password", methods=["GET", "POST"])
@guard()
def change_password() -> ResponseReturnValue:
    """Choose a new password; whoever came with a one-time password has to."""
    form = ChangePasswordForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate() and form.is_twice_the_same() and _fits_present(form) and _changed(form):
            flash(_("Your new password is set. Other devices are signed out."), "success")
            return redirect(start_url())
    return render_template("account/password.html", form=form, is_forced=current_user.must_change), status


@blueprint.route("/forgot", methods=["GET", "POST"])
@public
def forgot() -> ResponseReturnValue:
    """Ask for a link by e-mail; the answer is the same whether there is such an account or not."""
    form = ForgotForm()
    if request.method != "POST" or not form.validate():
        return render_template("account/forgot.html", form=form), 422 if request.method == "POST" else 200
    person = find_person(db(), form.identifier.data)
    if person is not None:
        ask_for_reset(db(), person, now=now())
    return redirect(url_for("account.forgot_sent"))


@blueprint.get("/forgot/sent")
@public
def forgot_sent() -> ResponseReturnValue:
    """What happens next, for everybody alike."""
    return render_template("account/forgot_sent.html")


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password with a link from an e-mail."""
    found, person = get_reset(db(), token, now=now())
    form = NewPasswordForm()
    if request.method != "POST":
        return render_template("account/reset.html", form=form, token=token)
    if not form.validate() or not form.is_twice_the_same():
        return render_template("account/reset.html", form=form, token=token), 422
    try:
        choose_password(db(), person, form.password.data, by=None, now=now())
    except Invalid as refused:
        form.password.errors = [error_words(refused)]
        return render_template("account/reset.html", form=form, token=token), 422
    use_up(db(), found, now=now())
    flash(_("Your new password is set. Sign in with it."), "success")
    return redirect(url_for("account.sign_in"))


@blueprint.get("")
@guard()
def overview() -> ResponseReturnValue:
    """What is kept about me, and what I may decide about it."""
    person = get_person(db(), me())
    form = SettingsForm(
        locale=shown_locale(), is_personalised=person.is_personalised, wants_digest=person.wants_digest
    )  # fmt: skip
    return render_template(
        "account/overview.html", person=person, place=workplace(db(), me()),
        grants=[grant for grant in grants_of(db(), me()) if grant.revoked_at is None], form=form,
    )  # fmt: skip


@blueprint.post("/settings")
@guard()
def settle_settings() -> ResponseReturnValue:
    """Keep what the person decided."""
    form = SettingsForm()
    person = get_person(db(), me())
    answer = make_response(redirect(url_for("account.overview")))
    if form.locale.data in LOCALES:
        person.locale = form.locale.data
        answer.set_cookie("locale", person.locale, max_age=365 * 86400, samesite="Lax", httponly=True)
    if person.is_personalised != form.is_personalised.data:
        choose_personalisation(db(), me(), is_wanted=form.is_personalised.data, by=actor(), now=now())
    person.wants_digest = form.wants_digest.data
    flash(_("Saved."), "success")
    return answer


@blueprint.get("/export")
@guard()
def export() -> ResponseReturnValue:
    """Everything kept about me, to take away."""
    answer = jsonify(own_data(db(), me(), now=now()))
    answer.headers["Content-Disposition"] = 'attachment; filename="shicheng-my-data.json"'
    return answer


def start_url() -> str:
    """Where a signed-in person begins: the first area their roles open."""
    entries = navigation()
    return entries[0].url if entries else url_for("account.overview")


def _enter(account: Account, target: str) -> ResponseReturnValue:
    """Begin a fresh session; nothing of the one before is carried over."""
    session.clear()
    login_user(account)
    session["seen_at"] = now().isoformat()
    is_here = target.partition("?")[0] == url_for("account.sign_in")
    answer = make_response(redirect(start_url() if is_here or not target else target))
    if "locale" not in request.cookies:
        person = get_person(db(), account.actor.person_id)
        answer.set_cookie("locale", person.locale, max_age=365 * 86400, samesite="Lax", httponly=True)
    return answer


def _front_page(form: SignInForm, *, is_wrong: bool = False, wait_minutes: int = 0) -> str:
    return render_template(
        "account/sign_in.html", form=form, cards=_cards() if current_app.config["IS_DEMO"] else [],
        is_wrong=is_wrong, wait_minutes=wait_minutes,
    )  # fmt: skip


def _cards() -> list[Card]:
    return cards_of(current_app.extensions["shicheng_settings"].data_dir, locale=shown_locale())


def _fits_present(form: ChangePasswordForm) -> bool:
    if is_own_password(db(), me(), form.present.data):
        return True
    form.present.errors = [_("This is not your present password.")]
    return False


def _changed(form: ChangePasswordForm) -> bool:
    """Set the new password and stay signed in here; a refused one says why at its field."""
    try:
        account = choose_password(db(), get_person(db(), me()), form.password.data, by=actor(), now=now())
    except (Invalid, Conflict) as refused:
        form.password.errors = [error_words(refused)]
        return False
    login_user(account)
    return True
