"""What stands in an e-mail: plain text and simple HTML, in the language of whoever reads it."""

from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from core.people import Person
from webapp.labels import message_words
from webapp.mail.queue import Letter
from webapp.settings import Settings

PREFERENCES = "/account/messages"


class NoSuchAddress(Exception):
    """The address cannot stand in a letter's head."""


def compose(letter: Letter, settings: Settings, *, now: datetime) -> EmailMessage:
    """The letter as an e-mail; needs the application's context for its words."""
    with force_locale(letter.recipient.locale):
        parts = [
            (*message_words(message.rule, message.figures), settings.base_url + message.link)
            for message in letter.messages
        ]
        words = {
            "name": letter.recipient.name, "parts": parts, "is_mandatory": all(m.is_mandatory for m in letter.messages),
            "preferences": settings.base_url + PREFERENCES, "locale": letter.recipient.locale,
        }  # fmt: skip
        subject = parts[0][0]
        if len(parts) > 1:
            subject = _("%(n)s new messages", n=len(parts))
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(str(_("Shicheng")), addr_spec=settings.mail.sender)
        mail["To"] = _address(letter.recipient)
        mail["Subject"] = " ".join(f"{_('Shicheng')} · {subject}".split())
        mail.set_content(current_app.jinja_env.get_template("mail/letter.txt").render(words))
        mail.add_alternative(current_app.jinja_env.get_template("mail/letter.html").render(words), subtype="html")
    mail["Date"] = now
    mail["Message-ID"] = f"<message-{letter.messages[0].id}@{urlsplit(settings.base_url).hostname or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{settings.base_url}{PREFERENCES}>"
    return mail


def _address(person: Person) -> Address:
    try:
        return Address(" ".join(person.name.split()), addr_spec=person.email or "")
    except (ValueError, IndexError, HeaderParseError) as wrong:
        raise NoSuchAddress from wrong
