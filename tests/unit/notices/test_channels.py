"""The channels that come with the node, against a mail server, a gateway and a program of these tests' own."""

import json
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.unit.notices.conftest import refused
from uruk.notices.api import NotSentError, Outgoing, channel_problems, open_channels
from uruk.notices.domain.addresses import clean_mail, clean_phone, masked
from uruk.notices.mail import MailChannel
from uruk.notices.sms import SmsChannel

MESSAGE = Outgoing(UUID(int=7), "name@example.com", "أوروك: إشعار لك", "أُقر طلبك", "ar")
TEXT = replace(MESSAGE, address="+9647700000001")


@contextmanager
def mail_server(refuses: bytes = b"") -> Iterator[tuple[int, list[bytes]]]:
    """A server that takes one mail; `refuses`: the command that it says no to."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_take_mail, args=(listening, refuses, heard))
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join(10)


def _take_mail(listening: socket.socket, refuses: bytes, heard: list[bytes]) -> None:
    connection, _ = listening.accept()
    with connection, connection.makefile("rwb") as lines:
        lines.write(b"220 ready\r\n")
        lines.flush()
        body = False
        for line in lines:
            heard.append(line)
            if body and line != b".\r\n":
                continue
            command, body = line[:4].upper(), line[:4].upper() == b"DATA" and refuses != b"DATA"
            said = b"550 no" if refuses and command == refuses else b"354 go on" if body else b"250 well"
            lines.write(said + b"\r\n")
            lines.flush()
            if command == b"QUIT":
                return


@pytest.fixture
def mail(settings: Any) -> Any:
    def set_up(port: int) -> MailChannel:
        url, sender = f"smtp://127.0.0.1:{port}", "town@example.com"
        settings.URUK = replace(settings.URUK, mail_url=url, mail_from=sender, mode="production")
        return MailChannel()

    return set_up


def test_a_mail_bears_one_name_however_often_it_is_sent(mail: Any) -> None:
    with mail_server() as (port, heard):
        mail(port).send(MESSAGE)
    said = b"".join(heard)
    assert b"Message-ID: <00000000-0000-0000-0000-000000000007@example.com>" in said
    assert b"Auto-Submitted: auto-generated" in said and b"TO:<name@example.com>" in said


def test_an_address_that_is_refused_is_refused_for_good(mail: Any) -> None:
    with mail_server(b"RCPT") as (port, _), pytest.raises(NotSentError) as found:
        mail(port).send(MESSAGE)
    assert (found.value.code, found.value.final) == ("notices.address_refused", True)


def test_a_mail_that_is_refused_may_be_taken_later(mail: Any) -> None:
    with mail_server(b"DATA") as (port, _), pytest.raises(NotSentError) as found:
        mail(port).send(MESSAGE)
    assert (found.value.code, found.value.final) == ("notices.carrier_refused", False)


def test_a_server_that_is_away_has_sent_nothing(mail: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NotSentError) as found:
        mail(port).send(MESSAGE)
    assert (found.value.code, found.value.final) == ("notices.not_reached", False)


@pytest.mark.parametrize(
    ("url", "sender", "codes"),
    [
        ("", "", []),
        ("smtps://user:pass%40word@mail.example:465", "town@example.com", []),
        ("http://mail.example", "town@example.com", ["notices.mail_url"]),
        ("smtp://mail.example:99999", "nobody", ["notices.mail_url", "notices.mail_from"]),
    ],
)
def test_a_mail_server_that_is_none_is_said_to_be(settings: Any, url: str, sender: str, codes: list[str]) -> None:
    settings.URUK = replace(settings.URUK, mail_url=url, mail_from=sender)
    assert [error.code for _, error in channel_problems()] == codes
    assert MailChannel().is_open() is (bool(url) and not codes)


class Gateway(BaseHTTPRequestHandler):
    """Takes one text message and answers with the status that the server was given."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.heard = (self.path, dict(self.headers), json.loads(self.rfile.read(length)))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def gateway(status: int) -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Gateway)
    server.status, server.heard = status, None
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    yield server
    thread.join(10)
    server.server_close()


def test_a_gateway_is_handed_the_message_with_its_id(settings: Any) -> None:
    with gateway(202) as server:
        url = f"http://town:secret@127.0.0.1:{server.server_port}/send?from=town"
        settings.URUK = replace(settings.URUK, sms_url=url)
        SmsChannel().send(TEXT)
    path, headers, said = server.heard
    assert path == "/send?from=town" and said == {"id": str(TEXT.id), "to": "+9647700000001", "text": "أُقر طلبك"}
    assert headers["Idempotency-Key"] == str(TEXT.id) and headers["Authorization"] == "Basic dG93bjpzZWNyZXQ="


@pytest.mark.parametrize(("status", "final"), [(400, True), (404, True), (429, False), (500, False), (503, False)])
def test_a_gateway_that_refuses_may_take_it_later_or_never(settings: Any, status: int, final: bool) -> None:
    with gateway(status) as server:
        settings.URUK = replace(settings.URUK, sms_url=f"http://127.0.0.1:{server.server_port}/")
        with pytest.raises(NotSentError) as found:
            SmsChannel().send(TEXT)
    assert (found.value.code, found.value.final) == ("notices.carrier_refused", final)


def test_a_gateway_that_is_away_has_sent_nothing(settings: Any) -> None:
    settings.URUK = replace(settings.URUK, sms_url="http://127.0.0.1:9/")
    with pytest.raises(NotSentError) as found:
        SmsChannel().send(TEXT)
    assert found.value.code == "notices.not_reached"
    settings.URUK = replace(settings.URUK, sms_url="")
    with pytest.raises(NotSentError):
        SmsChannel().send(TEXT)


@pytest.mark.parametrize(("status", "final"), [(0, None), (75, False), (1, True)])
def test_a_program_is_handed_the_same_message(settings: Any, tmp_path: Path, status: int, final: bool | None) -> None:
    program, heard = tmp_path / "send-sms", tmp_path / "heard"
    program.write_text(f"#!/bin/sh\ncat > {heard}\nexit {status}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    settings.URUK = replace(settings.URUK, sms_command=program, mode="production")
    if final is None:
        SmsChannel().send(TEXT)
    else:
        with pytest.raises(NotSentError) as found:
            SmsChannel().send(TEXT)
        assert found.value.final is final
    assert json.loads(heard.read_text()) == {"id": str(TEXT.id), "to": "+9647700000001", "text": "أُقر طلبك"}
    assert open_channels() == ("sms",)


def test_a_program_or_gateway_that_is_none_is_said_to_be(settings: Any, tmp_path: Path) -> None:
    settings.URUK = replace(settings.URUK, sms_command=tmp_path / "nothing")
    assert [error.code for _, error in channel_problems()] == ["notices.sms_command"] and not SmsChannel().is_open()
    settings.URUK = replace(settings.URUK, sms_command=None, sms_url="ftp://example.com")
    assert [error.code for _, error in channel_problems()] == ["notices.sms_url"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0770 123 4567", "+9647701234567"),
        ("٠٧٧٠١٢٣٤٥٦٧", "+9647701234567"),
        ("00964-770-1234567", "+9647701234567"),
        ("+49 30 1234567", "+49301234567"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert clean_phone(typed, "+964") == kept


@pytest.mark.parametrize("typed", ["", "770", "+0770123456", "abc", "+9647701234567890123", "0770\n1234567x"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with refused("notices.phone_malformed"):
        clean_phone(typed, "+964")


def test_without_a_prefix_a_number_brings_its_own() -> None:
    with refused("notices.phone_malformed"):
        clean_phone("07701234567", "")


@pytest.mark.parametrize("typed", ["", "a", "a@b", "a b@c.de", "a@b.de\nBcc: c@d.ef", f"{'a' * 250}@b.de", "a@@b.de"])
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    with refused("notices.mail_malformed"):
        clean_mail(typed)


def test_addresses_are_kept_in_one_form_and_shown_in_part() -> None:
    assert clean_mail(" Name.Two+x@Example.COM ") == "Name.Two+x@example.com"
    assert (masked("name@example.com"), masked("+9647701234567")) == ("n…@example.com", "+964…567")
