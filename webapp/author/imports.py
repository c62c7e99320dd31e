"""Courses and items from a workbook: template, upload, comparison, apply, publish, taking back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from content.authoring import WRITERS
from content.batches import batches_of, get_batch, is_last
from content.formats.rows import Diff, RowOutcome
from content.importing import apply_catalogue, plan_catalogue, publish_batch, undo_catalogue
from content.item_importing import apply_items, plan_items, undo_items
from content.templates_zh import catalogue_book, items_book
from core.access import Actor
from core.audit import BatchKind, ImportBatch
from core.errors import Conflict, DomainError, Invalid, NotFound
from webapp.auth import actor, guard, me
from webapp.author.forms import WorkbookForm
from webapp.author.routes import blueprint
from webapp.author.words import faults_in
from webapp.clock import now
from webapp.database import abandon_request, db
from webapp.labels import error_words
from webapp.roster import uploads
from webapp.roster.words import OUTCOME_KINDS, OUTCOMES, remedy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_ROWS = 300
SHOWN_FIRST = (RowOutcome.REFUSED, RowOutcome.CHANGED, RowOutcome.NEW, RowOutcome.UNCHANGED)


@dataclass(frozen=True)
class Trade:
    """How one kind of workbook is compared, applied and taken back."""

    kind: BatchKind
    template: Callable[[], bytes]
    file_name: str
    plan: Callable[[Session, bytes, str, Actor], Diff]
    apply: Callable[[Session, bytes, str, Actor, datetime], ImportBatch | None]
    undo: Callable[[Session, int, Actor, datetime], ImportBatch]


TRADES = {
    "catalogue": Trade(
        BatchKind.CATALOGUE, catalogue_book, "师程-课程导入模板.xlsx",
        lambda session, data, name, by: plan_catalogue(session, data, name, by=by).diff,
        lambda session, data, name, by, at: apply_catalogue(session, data, name, by=by, now=at),
        lambda session, batch_id, by, at: undo_catalogue(session, batch_id, by=by, now=at),
    ),
    "items": Trade(
        BatchKind.ITEMS, items_book, "师程-题库导入模板.xlsx",
        lambda session, data, name, by: plan_items(session, data, name, by=by).diff,
        lambda session, data, name, by, at: apply_items(session, data, name, by=by, now=at),
        lambda session, batch_id, by, at: undo_items(session, batch_id, by=by, now=at),
    ),
}  # fmt: skip


@blueprint.get("/import/<what>")
@guard(*WRITERS)
def imports(what: str) -> ResponseReturnValue:
    """Where a workbook is brought in, and what was brought in so far."""
    trade = trade_of(what)
    batches = [(batch, is_last(db(), batch)) for batch in batches_of(db(), trade.kind, by=actor())]
    return render_template("author/imports.html", form=WorkbookForm(), what=what, trade=trade, batches=batches)


@blueprint.get("/import/<what>/template.xlsx")
@guard(*WRITERS)
def import_template(what: str) -> ResponseReturnValue:
    """The empty workbook with its notes."""
    trade = trade_of(what)
    return send_file(BytesIO(trade.template()), mimetype=XLSX, as_attachment=True, download_name=trade.file_name)


@blueprint.post("/import/<what>")
@guard(*WRITERS)
def upload(what: str) -> ResponseReturnValue:
    """Take a workbook and show what it would do; nothing is changed yet."""
    trade, sent = trade_of(what), WorkbookForm().workbook.data
    name, data = (sent.filename or "", sent.read()) if sent else ("", b"")
    try:
        kept = uploads.keep(data_dir(), me(), name=name, data=data, now=now())
        trade.plan(db(), kept.data, kept.name, actor())
    except Invalid as refused:
        flash(error_words(refused), "error")
        return redirect(url_for("author.imports", what=what))
    return redirect(url_for("author.compare", what=what, token=kept.token))


@blueprint.get("/import/<what>/<token>")
@guard(*WRITERS)
def compare(what: str, token: str) -> ResponseReturnValue:
    """The comparison, row by row: new, changed, unchanged, refused and why."""
    trade, kept = trade_of(what), uploads.get_upload(data_dir(), me(), token)
    diff = trade.plan(db(), kept.data, kept.name, actor())
    shown = request.args.get("show", "")
    outcome = RowOutcome(shown) if shown in set(RowOutcome) else None
    rows = [row for row in diff.rows if outcome is None or row.outcome is outcome]
    rows.sort(key=lambda row: SHOWN_FIRST.index(row.outcome))
    return render_template(
        "author/compare.html", kept=kept, diff=diff, rows=rows[:SHOWN_ROWS], n_rows=len(rows), outcome=outcome,
        what=what, outcomes=OUTCOMES, kinds=OUTCOME_KINDS, remedy=remedy, RowOutcome=RowOutcome,
    )  # fmt: skip


@blueprint.post("/import/<what>/<token>/apply")
@guard(*WRITERS)
def apply(what: str, token: str) -> ResponseReturnValue:
    """Do what the comparison showed: all of it, or nothing."""
    trade, kept = trade_of(what), uploads.get_upload(data_dir(), me(), token)
    try:
        batch = trade.apply(db(), kept.data, kept.name, actor(), now())
    except (Conflict, Invalid) as refused:
        tell(refused)
        return redirect(url_for("author.compare", what=what, token=token))
    uploads.drop(data_dir(), me(), token)
    if batch is None:
        flash(_("Everything in this workbook stands already; nothing was changed."), "success")
    else:
        flash(_("Imported: %(new)s new, %(changed)s changed.", new=batch.n_new, changed=batch.n_changed), "success")
    return redirect(url_for("author.imports", what=what))


@blueprint.post("/import/<what>/<int:batch_id>/undo")
@guard(*WRITERS)
def undo(what: str, batch_id: int) -> ResponseReturnValue:
    """Take the last import back as a whole."""
    try:
        trade_of(what).undo(db(), batch_id, actor(), now())
        flash(_("The import is taken back: everything is as it was before."), "success")
    except (Conflict, Invalid) as refused:
        tell(refused)
    return redirect(url_for("author.imports", what=what))


@blueprint.post("/import/catalogue/<int:batch_id>/publish")
@guard(*WRITERS)
def publish_all(batch_id: int) -> ResponseReturnValue:
    """Put every draft an import brought on the shelf."""
    get_batch(db(), BatchKind.CATALOGUE, batch_id, by=actor())
    try:
        n_published = publish_batch(db(), batch_id, by=actor(), now=now())
        flash(_("Published courses: %(n)s.", n=n_published), "success")
    except (Conflict, Invalid) as refused:
        tell(refused)
    return redirect(url_for("author.imports", what="catalogue"))


def trade_of(what: str) -> Trade:
    """The kind of workbook an address names, or NotFound."""
    if what not in TRADES:
        raise NotFound("batch_not_found")
    return TRADES[what]


def tell(error: DomainError) -> None:
    """Say what stopped an act of which nothing was kept."""
    abandon_request()
    course = error.figures.get("course")
    for place, words in faults_in(error) if "faults" in error.figures else [("", error_words(error))]:
        flash(" · ".join(part for part in (str(course or ""), place, words) if part), "error")


def data_dir() -> Path:
    """Where workbooks wait between upload and apply."""
    folder: Path = current_app.extensions["shicheng_settings"].data_dir
    return folder
