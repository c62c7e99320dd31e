"""Forms of the area: what to show of an account, why hours are taken back, which certificate to check."""

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from content.terms import DeliveryMode
from learning.credit.history import MovementQuery
from learning.credit.reversals import MAX_REASON, MIN_REASON
from learning.terms import EntryKind
from webapp.labels import choices


class MovementForm(FlaskForm):  # type: ignore[misc]
    """Filters of an account's movements."""

    year = SelectField(_l("Year"), validate_choice=False)
    mode = SelectField(_l("Mode"), validate_choice=False)
    kind = SelectField(_l("Movement"), validate_choice=False)

    class Meta:
        csrf = False


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why hours are taken back or given back; the teacher reads it."""

    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(MIN_REASON, MAX_REASON)])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of a certificate somebody wants to check."""

    code = StringField(_l("Code of the certificate"))

    class Meta:
        csrf = False


def movement_form(years: list[int]) -> MovementForm:
    """The filters as the address has them."""
    form = MovementForm(request.args)
    form.year.choices = [("", _l("All years")), *((str(year), str(year)) for year in years)]
    form.mode.choices = [("", _l("All modes")), *choices(DeliveryMode)]
    form.kind.choices = [("", _l("All movements")), *choices(EntryKind)]
    return form


def movement_query(profile_code: str) -> MovementQuery:
    """What the address asks to see; what it cannot mean is left open."""
    asked = request.args
    return MovementQuery(
        profile_code=profile_code,
        year=asked.get("year", type=int),
        mode=asked.get("mode", type=DeliveryMode),
        kind=asked.get("kind", type=EntryKind),
        page=asked.get("page", 1, type=int),
    )
