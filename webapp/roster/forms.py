"""Forms of the area ``roster``: they check shape; meaning is checked behind them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from core.access import Role
from core.people import CareerStage, OrganisationLevel
from webapp.labels import choices

REQUIRED = InputRequired(_l("Please fill this in."))


class PeopleFilter(FlaskForm):  # type: ignore[misc]
    """What to look for in the list of people; kept in the address."""

    class Meta:
        csrf = False

    words = StringField(_l("Name, pinyin or staff number"), render_kw={"type": "search", "autocomplete": "off"})
    place = SelectField(_l("Within"), coerce=str)
    stage = SelectField(_l("Career stage"))
    role = SelectField(_l("Role"))
    state = SelectField(_l("Account"))


class AuditFilter(FlaskForm):  # type: ignore[misc]
    """What to look for in the log; kept in the address."""

    class Meta:
        csrf = False

    action = SelectField(_l("Act"))
    words = StringField(_l("Name or staff number"), render_kw={"type": "search", "autocomplete": "off"})
    from_on = DateField(_l("From"), [Optional()])
    to_on = DateField(_l("To"), [Optional()])


class AppointForm(FlaskForm):  # type: ignore[misc]
    """A role and where it holds."""

    role = SelectField(_l("Role"))
    place = SelectField(_l("Where it holds"), coerce=int)


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A workbook."""

    workbook = FileField(
        _l("Workbook (.xlsx, .xls or .csv)"),
        render_kw={"accept": ".xlsx,.xls,.csv,.txt", "required": True},
    )


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """A new place below another."""

    code = StringField(
        _l("Code"),
        [REQUIRED, Length(max=32), Regexp(r"^[A-Za-z0-9_-]+$", message=_l("Use letters, digits and hyphens."))],
    )
    name = StringField(_l("Name"), [REQUIRED, Length(max=80)])
    level = SelectField(_l("Level"))
    is_rural = BooleanField(_l("Rural school"))


def offer_filter(form: PeopleFilter, places: list[tuple[str, str]], *, anywhere: str, any_word: str) -> None:
    """Fill the lists of the people filter."""
    form.place.choices = {"": anywhere, **dict(places)}
    form.stage.choices = {"": any_word, **dict(choices(CareerStage))}
    form.role.choices = {"": any_word, **dict(choices(Role))}
    form.state.choices = {"": _("Open accounts"), "closed": _("Closed accounts")}


def levels_below(level: OrganisationLevel) -> dict[str, str]:
    """The levels a place of this level may hold, the next one first."""
    order = [level for level in OrganisationLevel if level is not OrganisationLevel.PROVIDER]
    below = {member.value for member in order[order.index(level) + 1 :]} if level in order else set()
    return {value: word for value, word in choices(OrganisationLevel) if value in below}
