"""School-based study: the teacher's declaration, the school's queue, and the evidence."""

from uuid import uuid4

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import READERS, Role
from core.errors import Conflict, DomainError, Invalid
from learning.engine.days import local_day
from learning.study.declarations import declarations_waiting, declare, get_evidence, judge_declaration
from learning.study.evidence_files import MAX_BYTES, Upload, path_of
from learning.terms import DeclarationState
from webapp.auth import actor, guard, me
from webapp.clock import now
from webapp.database import abandon_request, db
from webapp.errors import STATUS_OF
from webapp.labels import error_words
from webapp.learn.forms import read_day
from webapp.learn.modules import module_page
from webapp.learn.routes import blueprint
from webapp.settings import Settings


def _settings() -> Settings:
    found: Settings = current_app.extensions["shicheng_settings"]
    return found


@blueprint.post("/study/<int:enrolment_id>/modules/<int:module_id>/declare")
@guard(Role.TEACHER)
def declare_activity(enrolment_id: int, module_id: int) -> ResponseReturnValue:
    """Declare a school-based activity with its evidence."""
    files = [Upload(f.filename or "", f.read(MAX_BYTES + 1)) for f in request.files.getlist("files") if f.filename]
    account, minutes = request.form.get("account", ""), request.form.get("minutes", 0, type=int)
    done_on = request.form.get("done_on", "")
    try:
        declare(
            db(), enrolment_id, module_id, person_id=me(), done_on=read_day(done_on), seconds=60 * minutes,
            account=account, files=files, files_dir=_settings().files_dir,
            client_token=request.form.get("client_token") or uuid4().hex, now=now(),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        abandon_request()
        page = module_page(enrolment_id, module_id, error=error, account=account, minutes=minutes, done_on=done_on)
        return page, STATUS_OF[type(error)]
    flash(_("Declared. Your school verifies it; you will get a message."), "success")
    return redirect(url_for("learn.module", enrolment_id=enrolment_id, module_id=module_id))


@blueprint.get("/study/verify")
@guard(*READERS)
def queue() -> ResponseReturnValue:
    """Declarations of the reader's schools that wait to be verified."""
    return _queue()


def _queue(error: DomainError | None = None, declaration_id: int = 0, comment: str = "") -> str:
    return render_template(
        "learn/verify.html", rows=declarations_waiting(db(), by=actor()), local_day=local_day, wrong=declaration_id,
        problem=error_words(error) if error else "", comment=comment,
        may_judge=Role.ADMINISTRATOR in actor().roles,
    )  # fmt: skip


@blueprint.post("/study/verify/<int:declaration_id>")
@guard(Role.ADMINISTRATOR)
def verify(declaration_id: int) -> ResponseReturnValue:
    """Verify a declaration, or return it with what is missing."""
    is_verified = request.form.get("state") == DeclarationState.VERIFIED
    state = DeclarationState.VERIFIED if is_verified else DeclarationState.RETURNED
    comment = request.form.get("comment", "")[:2000]
    try:
        judge_declaration(db(), declaration_id, by=actor(), state=state, comment=comment, now=now())
    except (Conflict, Invalid) as error:
        abandon_request()
        return _queue(error, declaration_id, comment), STATUS_OF[type(error)]
    flash(_("Verified. The hours count now.") if is_verified else _("Returned to the teacher."), "success")
    return redirect(url_for("learn.queue"))


@blueprint.get("/study/evidence/<int:declaration_id>/<sha256>")
@guard()
def evidence(declaration_id: int, sha256: str) -> ResponseReturnValue:
    """One piece of evidence, for the teacher who gave it and those who read their school."""
    kept = get_evidence(db(), declaration_id, sha256, by=actor())
    place = path_of(str(kept["sha256"]), files_dir=_settings().files_dir)
    return send_file(place, mimetype=str(kept["media_type"]), as_attachment=True, download_name=str(kept["name"]))
