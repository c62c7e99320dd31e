"""The import wizard: template, upload, comparison, apply, first passwords, taking back."""

from io import BytesIO
from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.formats.rows import RowOutcome
from core.access import READERS, Role
from core.errors import Conflict, Invalid
from learning.roster.directory import place_names, places_within
from learning.roster.importing import import_people
from learning.roster.passwords import awaiting_password, issue_passwords
from learning.roster.planning import dry_run
from learning.roster.undoing import batches_of, get_batch, is_last, undo_import
from learning.roster.workbooks import password_list, template
from webapp.account.passwords import hash_one_time
from webapp.auth import actor, guard, me
from webapp.clock import now
from webapp.database import abandon_request, db
from webapp.labels import error_words
from webapp.roster import uploads
from webapp.roster.forms import UploadForm
from webapp.roster.routes import blueprint
from webapp.roster.words import OUTCOME_KINDS, OUTCOMES, remedy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_ROWS = 300


@blueprint.get("/import")
@guard(*READERS)
def imports() -> ResponseReturnValue:
    """Where people are brought in, and the imports so far."""
    batches = [(batch, is_last(db(), batch)) for batch in batches_of(db(), actor())]
    may_write = Role.ADMINISTRATOR in actor().roles
    return render_template("roster/imports.html", form=UploadForm(), batches=batches, may_write=may_write)


@blueprint.get("/import/template.xlsx")
@guard(Role.ADMINISTRATOR)
def import_template() -> ResponseReturnValue:
    """The empty workbook with the codes of the administrator's own area."""
    return _workbook(template(places_within(db(), actor(), Role.ADMINISTRATOR)), "师程-人员导入模板.xlsx")


@blueprint.post("/import")
@guard(Role.ADMINISTRATOR)
def upload() -> ResponseReturnValue:
    """Take a workbook and show what it would do; nothing is changed yet."""
    form = UploadForm()
    sent = form.workbook.data
    try:
        kept = uploads.keep(
            _data_dir(), me(), name=sent.filename if sent else "", data=sent.read() if sent else b"", now=now()
        )
        dry_run(db(), kept.data, kept.name, by=actor(), now=now())
    except Invalid as refused:
        flash(error_words(refused), "error")
        return redirect(url_for("roster.imports"))
    return redirect(url_for("roster.compare", token=kept.token))


@blueprint.get("/import/<token>")
@guard(Role.ADMINISTRATOR)
def compare(token: str) -> ResponseReturnValue:
    """The comparison, row by row: new, changed, unchanged, refused and why."""
    kept = uploads.get_upload(_data_dir(), me(), token)
    plan = dry_run(db(), kept.data, kept.name, by=actor(), now=now())
    shown = request.args.get("show", "")
    outcome = RowOutcome(shown) if shown in set(RowOutcome) else None
    rows = [row for row in plan.diff.rows if outcome is None or row.outcome is outcome]
    return render_template(
        "roster/compare.html", kept=kept, plan=plan, rows=rows[:SHOWN_ROWS], n_rows=len(rows), outcome=outcome,
        outcomes=OUTCOMES, kinds=OUTCOME_KINDS, remedy=remedy, RowOutcome=RowOutcome,
    )  # fmt: skip


@blueprint.post("/import/<token>/apply")
@guard(Role.ADMINISTRATOR)
def apply(token: str) -> ResponseReturnValue:
    """Do what the comparison showed: all of it, or nothing."""
    kept = uploads.get_upload(_data_dir(), me(), token)
    try:
        _plan, batch = import_people(
            db(), kept.data, kept.name, by=actor(), now=now(), seen=request.form.get("seen", "")
        )  # fmt: skip
    except (Conflict, Invalid) as refused:
        abandon_request()
        flash(error_words(refused), "error")
        return redirect(url_for("roster.compare", token=token))
    uploads.drop(_data_dir(), me(), token)
    if batch is None:
        flash(_("Everything in this workbook stands already; nothing was changed."), "success")
        return redirect(url_for("roster.imports"))
    flash(_("Done: %(new)s new, %(changed)s changed.", new=batch.n_new, changed=batch.n_changed), "success")
    return redirect(url_for("roster.batch", batch_id=batch.id))


@blueprint.get("/imports/<int:batch_id>")
@guard(*READERS)
def batch(batch_id: int) -> ResponseReturnValue:
    """One applied import: its rows, first passwords, and the way back."""
    found = get_batch(db(), actor(), batch_id, *READERS)
    return render_template(
        "roster/batch.html", batch=found, is_last=is_last(db(), found),
        n_waiting=len(awaiting_password(db(), found, by=actor())), may_write=Role.ADMINISTRATOR in actor().roles,
    )  # fmt: skip


@blueprint.post("/imports/<int:batch_id>/passwords")
@guard(Role.ADMINISTRATOR)
def hand_out_passwords(batch_id: int) -> ResponseReturnValue:
    """Make first passwords and give them out in this answer only; asked again, new ones replace them."""
    found = get_batch(db(), actor(), batch_id, Role.ADMINISTRATOR)
    issued = issue_passwords(db(), found, by=actor(), hash_of=hash_one_time, now=now())
    places = place_names(db(), [person.id for person, _password in issued])
    rows = [(person, places.get(person.id, ""), password) for person, password in issued]
    address = current_app.extensions["shicheng_settings"].base_url + url_for("account.sign_in")
    return _workbook(password_list(rows, address=address), f"师程-初始密码-{batch_id}.xlsx")


@blueprint.post("/imports/<int:batch_id>/undo")
@guard(Role.ADMINISTRATOR)
def undo(batch_id: int) -> ResponseReturnValue:
    """Take an import back as a whole."""
    found = get_batch(db(), actor(), batch_id, Role.ADMINISTRATOR)
    undo_import(db(), found, by=actor(), now=now())
    flash(_("The import is taken back: everything is as it was before."), "success")
    return redirect(url_for("roster.batch", batch_id=batch_id))


def _workbook(data: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)


def _data_dir() -> Path:
    folder: Path = current_app.extensions["shicheng_settings"].data_dir
    return folder
