"""Reports taken out as workbooks; each leaves a line in the log, so it is asked for by POST."""

from flask import Response
from flask.typing import ResponseReturnValue

from core.access import READERS
from core.errors import NotFound
from learning.reports.exports import Export, record_export
from learning.reports.roster import get_place
from learning.reports.workbook import workbook_of
from webapp.admin.routes import at, blueprint, min_cell
from webapp.admin.workbooks import sheets_of
from webapp.auth import actor, guard
from webapp.clock import now, today
from webapp.database import db

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post("/exports/<what>")
@guard(*READERS)
def export(what: str) -> ResponseReturnValue:
    """A report of a place as a workbook."""
    if what not in set(Export):
        raise NotFound("export_not_found")
    place = get_place(db(), actor(), at()).organisation
    sheets = sheets_of(db(), Export(what), place, on=today(), min_cell=min_cell())
    record_export(db(), Export(what), place, actor=actor(), n_rows=sum(len(one.rows) for one in sheets[:-1]), now=now())
    name = f"{what}-{place.code}-{today():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(workbook_of(sheets), mimetype=XLSX, headers=headers)
