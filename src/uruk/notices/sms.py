"""The channel SMS: by a carrier's gateway over HTTP, or by a program of the operator's."""

import http.client
import json
import ssl
import subprocess
from base64 import b64encode
from urllib.parse import SplitResult, unquote, urlsplit

from uruk.acts.api import node_settings
from uruk.kernel.api import CodedError
from uruk.notices.channels import TIMEOUT_S, NotSentError, Outgoing
from uruk.notices.domain.addresses import clean_phone

_AGAIN = {http.client.REQUEST_TIMEOUT, http.client.TOO_MANY_REQUESTS}


class SmsChannel:
    """Sends by URUK_SMS_COMMAND, or else by URUK_SMS_URL: both are given the same JSON (docs/settings.md)."""

    code = "sms"

    def is_open(self) -> bool:
        """Whether there is a program or a gateway."""
        settings = node_settings()
        return bool(settings.sms_command or settings.sms_url) and not self.problems()

    def problems(self) -> tuple[CodedError, ...]:
        """A program that is not there, or an address that is none."""
        settings = node_settings()
        if settings.sms_command is not None:
            found = settings.sms_command
            return () if found.is_file() else (CodedError("notices.sms_command", path=str(found)),)
        if settings.sms_url and _gateway(settings.sms_url) is None:
            return (CodedError("notices.sms_url"),)
        return ()

    def clean(self, typed: str) -> str:
        """A telephone number as it is kept: ``notices.phone_malformed``."""
        return clean_phone(typed, node_settings().phone_prefix)

    def send(self, message: Outgoing) -> None:
        """Hand it to the program or the gateway."""
        settings = node_settings()
        said = json.dumps({"id": str(message.id), "to": message.address, "text": message.body}, ensure_ascii=False)
        if settings.sms_command is not None:
            _by_command(str(settings.sms_command), said.encode())
        elif (gateway := _gateway(settings.sms_url)) is not None:
            _by_http(gateway, said.encode())
        else:
            raise NotSentError("notices.sms_url")


def _by_command(program: str, said: bytes) -> None:
    """A program reads the JSON from its standard input; 0: sent, 75 (EX_TEMPFAIL): later, else it never will be."""
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own program, without arguments of anybody else
            [program], input=said, timeout=TIMEOUT_S, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    except OSError as error:
        raise NotSentError("notices.not_reached") from error
    if done.returncode != 0:
        raise NotSentError("notices.carrier_refused", final=done.returncode != _TEMPORARY)


_TEMPORARY = 75


def _by_http(gateway: SplitResult, said: bytes) -> None:
    """POST of the JSON; any 2xx: taken."""
    connection = _connection(gateway)
    try:
        connection.connect()
    except OSError as error:
        raise NotSentError("notices.not_reached") from error
    try:
        connection.request("POST", _path(gateway), said, _headers(gateway, said))
        status = connection.getresponse().status
    finally:
        connection.close()
    if status >= http.client.MULTIPLE_CHOICES:
        refused = http.client.BAD_REQUEST <= status < http.client.INTERNAL_SERVER_ERROR and status not in _AGAIN
        raise NotSentError("notices.carrier_refused", final=refused)


def _gateway(url: str) -> SplitResult | None:
    """The address of a gateway, if it is one."""
    try:
        found = urlsplit(url)
        good = found.scheme in {"http", "https"} and found.hostname and found.port != 0
    except ValueError:
        return None
    return found if good else None


def _connection(gateway: SplitResult) -> http.client.HTTPConnection:
    host = str(gateway.hostname)
    if gateway.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, gateway.port, timeout=TIMEOUT_S, context=context)
    return http.client.HTTPConnection(host, gateway.port, timeout=TIMEOUT_S)


def _path(gateway: SplitResult) -> str:
    return (gateway.path or "/") + (f"?{gateway.query}" if gateway.query else "")


def _headers(gateway: SplitResult, said: bytes) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Idempotency-Key": json.loads(said)["id"]}
    if gateway.username:
        name, password = unquote(gateway.username), unquote(gateway.password or "")
        headers["Authorization"] = f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"
    return headers
