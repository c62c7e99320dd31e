"""Where the family of errors meets HTTP: one table, one page, and the same as JSON for scripts."""

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException

from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from webapp.database import abandon_request
from webapp.labels import error_words

STATUS_OF: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}


def init_errors(app: Flask) -> None:
    """Wire the table into the application."""
    app.register_error_handler(DomainError, answer_domain_error)
    app.register_error_handler(IntegrityError, answer_race)
    app.register_error_handler(DataError, answer_unheard_of)
    app.register_error_handler(OverflowError, answer_unheard_of)
    app.register_error_handler(CSRFError, answer_stale_form)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_fault)


def answer_domain_error(error: DomainError) -> ResponseReturnValue:
    """Something a person can mend: say what, in words."""
    abandon_request()
    return _page(STATUS_OF[type(error)], error.code, error_words(error))


def answer_race(error: IntegrityError) -> ResponseReturnValue:
    """Two acts met in the same moment and the database let one through."""
    abandon_request()
    current_app.logger.warning("two acts met: %s", error.orig)
    return _page(409, "race", _("Somebody (perhaps you, in another window) did the same at this moment. Look again."))


def answer_unheard_of(error: DataError | OverflowError) -> ResponseReturnValue:
    """A number, or bytes, that no database takes: nothing can be found under them."""
    abandon_request()
    current_app.logger.warning("no database takes this: %s", type(error).__name__)
    return _page(404, "http", _("There is no such page, or it is not open to you."))


def answer_stale_form(_error: CSRFError) -> ResponseReturnValue:
    """The form is older than the session."""
    abandon_request()
    return _page(400, "stale_form", _("This page has been open too long. Go back, reload it and send it again."))


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """What HTTP itself refuses: an unknown address, a wrong method, too large a file."""
    abandon_request()
    words = {
        404: _("There is no such page, or it is not open to you."),
        405: _("This address does not accept that request."),
        413: _("The file is too large."),
    }
    return _page(error.code or 500, "http", words.get(error.code or 500, error.description or ""))


def answer_fault(error: Exception) -> ResponseReturnValue:
    """Our mistake: keep the trace for ourselves and tell the person that nothing was saved."""
    abandon_request()
    current_app.logger.error("unhandled fault on %s", request.path, exc_info=error)
    if current_app.config.get("PROPAGATE_FAULTS"):
        raise error
    return _page(500, "fault", _("Something broke on our side. Nothing was saved; please try again."))


def _page(status: int, code: str, words: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return {"code": code, "message": words}, status
    return render_template("error.html", status=status, words=words), status
