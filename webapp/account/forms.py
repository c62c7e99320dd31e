"""Forms of the area ``account``: they check shape; meaning is checked behind them."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from webapp.words import LOCALES

REQUIRED = InputRequired(_l("Please fill this in."))


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who, the password, and where to go afterwards."""

    identifier = StringField(
        _l("Staff number or e-mail"),
        [REQUIRED, Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [REQUIRED, Length(max=1024)], render_kw={"autocomplete": "current-password"}
    )  # fmt: skip
    next = HiddenField()


class ForgotForm(FlaskForm):  # type: ignore[misc]
    """Whose password is lost."""

    identifier = StringField(
        _l("Staff number or e-mail"),
        [REQUIRED, Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, twice."""

    password = PasswordField(
        _l("New password"), [REQUIRED, Length(max=1024)], render_kw={"autocomplete": "new-password"}
    )  # fmt: skip
    again = PasswordField(
        _l("New password once more"), [REQUIRED, Length(max=1024)], render_kw={"autocomplete": "new-password"}
    )  # fmt: skip

    def is_twice_the_same(self) -> bool:
        """Whether both entries agree; says so at the second when they do not."""
        if self.password.data == self.again.data:
            return True
        self.again.errors = [_l("The two entries differ. Type the new password the same way twice.")]
        return False


class ChangePasswordForm(NewPasswordForm):
    """The present password, then the new one twice."""

    present = PasswordField(
        _l("Present password"), [REQUIRED, Length(max=1024)], render_kw={"autocomplete": "current-password"}
    )


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """What a person decides about their own account."""

    locale = RadioField(_l("Language"), choices=LOCALES)
    is_personalised = BooleanField(_l("Use my results and choices to recommend courses"))
    wants_digest = BooleanField(_l("Gather my e-mails into one a day"))
