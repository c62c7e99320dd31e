"""The way to the mail server, kept open over a batch of letters."""

import smtplib
import ssl
from email.message import EmailMessage
from types import TracebackType

from webapp.settings import Mail

TIMEOUT_SECONDS = 15
IMPLICIT_TLS_PORT = 465


class Refused(Exception):
    """The server will never take this letter; trying again is no use."""


class PutOff(Exception):
    """The server does not take this letter now; another may pass."""


class Unreachable(Exception):
    """No server, or it does not let us in: no letter passes now."""


class Postman:
    """One connection, opened with the first letter and closed at the end."""

    def __init__(self, settings: Mail) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> "Postman":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, mail: EmailMessage) -> None:
        """Hand one letter over; Refused, PutOff or Unreachable when it stays here."""
        if self._server is None:
            self._server = self._connect()
        try:
            self._server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _words in refused.recipients.values()]
            raise (Refused if min(codes) >= 500 else PutOff) from None
        except smtplib.SMTPSenderRefused:
            self._hang_up()
            raise Unreachable from None  # it refuses us, not the letter
        except smtplib.SMTPResponseException as answer:
            self._hang_up()
            raise (Refused if answer.smtp_code >= 500 else PutOff) from None
        except smtplib.SMTPNotSupportedError:
            raise Refused from None  # an address in letters this server cannot write
        except OSError:
            self._hang_up()
            raise Unreachable from None

    def _connect(self) -> smtplib.SMTP:
        chosen = self._settings
        trusted = ssl.create_default_context() if chosen.use_tls else None
        try:
            if trusted is not None and chosen.port == IMPLICIT_TLS_PORT:
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    chosen.host, chosen.port, timeout=TIMEOUT_SECONDS, context=trusted
                )
            else:
                server = smtplib.SMTP(chosen.host, chosen.port, timeout=TIMEOUT_SECONDS)
            try:
                if trusted is not None and chosen.port != IMPLICIT_TLS_PORT:
                    server.starttls(context=trusted)
                if chosen.user:
                    server.login(chosen.user, chosen.password)
            except OSError:
                server.close()
                raise
        except OSError:  # smtplib's own errors and those of TLS are among them; their text may name the account
            raise Unreachable from None
        return server

    def _hang_up(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except OSError:
                self._server.close()
            self._server = None
