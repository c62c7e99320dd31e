"""Forms of the area ``admin``: they check shape; meaning is checked behind them."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from learning.engine.days import ZONE

REQUIRED = InputRequired(_l("Please fill this in."))


def as_moment(shown: datetime) -> datetime:
    """A day and time as typed in a form, read in Chinese time."""
    return shown.replace(tzinfo=ZONE).astimezone(UTC)


class CampaignForm(FlaskForm):  # type: ignore[misc]
    """A window of the diagnostic."""

    title = StringField(_l("Title"), [REQUIRED, Length(max=60)])
    place = SelectField(_l("Who is asked: everybody at and below"), coerce=int)
    opens_at = DateTimeLocalField(_l("Opens"), [REQUIRED])
    closes_at = DateTimeLocalField(_l("Closes"), [REQUIRED])


class OfferingForm(FlaskForm):  # type: ignore[misc]
    """A face-to-face run; its meetings, one a module, stand beside it in the same form."""

    place_id = SelectField(_l("For the people of"), coerce=int)
    place = StringField(_l("Where it is held"), [REQUIRED, Length(max=80)])
    n_seats = IntegerField(_l("Seats"), [REQUIRED, NumberRange(min=1, max=2000)])
