"""Measuring, as the browser sees it: open, beat, close. All three answer a script with JSON."""

from flask import current_app, request
from flask.typing import ResponseReturnValue

from core.access import Role
from core.errors import Invalid
from learning.engine.evidence import Range
from learning.study.measure import Measured
from learning.study.sessions import close_session, open_session, take_interval
from webapp.auth import guard, me
from webapp.clock import now
from webapp.database import db
from webapp.learn.routes import blueprint


def _secret() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


def _whole(name: str) -> int:
    value = request.form.get(name, None, type=int)
    if value is None:
        raise Invalid("beat_incomplete", field=name)
    return value


def _told(measured: Measured) -> dict[str, object]:
    return {
        "counted": measured.counted_seconds, "active": measured.active_seconds, "open": measured.open_seconds,
        "played": measured.played, "is_full": measured.is_fully_watched,
    }  # fmt: skip


@blueprint.post("/study/<int:enrolment_id>/modules/<int:module_id>/open")
@guard(Role.TEACHER)
def open_module(enrolment_id: int, module_id: int) -> ResponseReturnValue:
    """Start measuring a module in this browser."""
    opened = open_session(
        db(), enrolment_id, module_id, person_id=me(), device=request.form.get("device", ""), secret=_secret(),
        now=now(),
    )  # fmt: skip
    return {
        "session": opened.session_id, "seq": opened.seq, "signature": opened.signature, "is_live": True,
        "ended_elsewhere": opened.ended_elsewhere, **_told(opened.measured),
    }  # fmt: skip


@blueprint.post("/study/beats/<int:session_id>")
@guard(Role.TEACHER)
def beat(session_id: int) -> ResponseReturnValue:
    """Take one beat; with ``is_last`` the page is being left and measuring stops."""
    played: Range | None = None
    if request.form.get("to_ms"):
        played = (_whole("from_ms"), _whole("to_ms"))
    taken = take_interval(
        db(), session_id, person_id=me(), seq=_whole("seq"), signature=request.form.get("signature", ""),
        claimed_ms=_whole("claimed_ms"), secret=_secret(), now=now(), played=played,
    )  # fmt: skip
    if request.form.get("is_last"):
        close_session(db(), session_id, person_id=me(), now=now())
    return {"is_live": taken.is_live, "seq": taken.seq, "signature": taken.signature, **_told(taken.measured)}
