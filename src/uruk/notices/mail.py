"""The channel e-mail: by SMTP, through Django's mail."""

import smtplib
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.mail import EmailMessage, get_connection

from uruk.acts.api import node_settings
from uruk.kernel.api import CodedError
from uruk.notices.channels import TIMEOUT_S, NotSentError, Outgoing
from uruk.notices.domain.addresses import clean_mail

_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class MailChannel:
    """Sends by the server of URUK_MAIL_URL, in the name of URUK_MAIL_FROM."""

    code = "email"

    def is_open(self) -> bool:
        """Whether there is a server and a sender."""
        return bool(node_settings().mail_url) and not self.problems()

    def problems(self) -> tuple[CodedError, ...]:
        """An address of a server that is none, or a sender that is missing."""
        settings = node_settings()
        if not settings.mail_url:
            return ()
        found = [] if _server(settings.mail_url) else [CodedError("notices.mail_url")]
        try:
            clean_mail(settings.mail_from)
        except CodedError:
            found.append(CodedError("notices.mail_from"))
        return tuple(found)

    def clean(self, typed: str) -> str:
        """An address as it is kept: ``notices.mail_malformed``."""
        return clean_mail(typed)

    def send(self, message: Outgoing) -> None:
        """Send it as plain text. Before the server is given it nothing has been sent; afterwards nobody knows."""
        settings = node_settings()
        server = _server(settings.mail_url)
        if server is None:
            raise NotSentError("notices.mail_url")
        connection = _connection(server)
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentError("notices.not_reached") from error
        try:
            _mail(message, settings.mail_from, connection).send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotSentError("notices.address_refused", final=all(code >= 500 for code in codes)) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise NotSentError("notices.carrier_refused") from error
        finally:
            connection.close()


def _server(url: str) -> SplitResult | None:
    """The address of a mail server, if it is one."""
    try:
        found = urlsplit(url)
        good = found.scheme in _PORTS and found.hostname and found.port != 0
    except ValueError:
        return None
    return found if good else None


def _connection(server: SplitResult) -> Any:
    """A connection that is always encrypted, but to this very machine."""
    plain = server.scheme == "smtp" and server.hostname in _LOOPBACK
    return get_connection(
        _BACKEND,
        host=server.hostname,
        port=server.port or _PORTS[server.scheme],
        username=unquote(server.username or ""),
        password=unquote(server.password or ""),
        use_tls=server.scheme == "smtp" and not plain,
        use_ssl=server.scheme == "smtps",
        timeout=TIMEOUT_S,
    )


def _mail(message: Outgoing, sender: str, connection: Any) -> EmailMessage:
    headers = {
        # The same each time: a mailbox that has it already keeps one.
        "Message-ID": f"<{message.id}@{sender.rpartition('@')[2]}>",
        "Content-Language": message.language,
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(
        message.subject, message.body, sender, [message.address], headers=headers, connection=connection
    )
