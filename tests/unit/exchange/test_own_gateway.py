"""A node asks as itself, by the socket of its own gateway."""

import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from uruk.exchange.api import ask_own_gateway
from uruk.kernel.api import CodedError

ME, PERSONS = "xx/GOV/agriculture/season-plan", "xx/GOV/interior/persons/by-number"


class Gateway(BaseHTTPRequestHandler):
    """Answers as a gateway would; refuses whoever asks for /refused."""

    def do_GET(self) -> None:
        """What was asked, or the exchange's own error."""
        refused = self.path.endswith("/refused")
        body = b'{"message": "no"}' if refused else f"{self.headers['X-Road-Client']} {self.path}".encode()
        self.send_response(403 if refused else 200)
        if refused:
            self.send_header("X-Road-Error", "Server.ServerProxy.AccessDenied")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        """A socket has no address."""
        return ""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Path]:
    """The gateway's socket."""
    path = tmp_path / "gateway.sock"
    with socketserver.UnixStreamServer(str(path), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield path
        server.shutdown()
        thread.join()


def test_the_answer_is_the_providers(gateway: Path) -> None:
    asked = ask_own_gateway(gateway, ME, "GET", PERSONS, "/12", purpose="season-plan")
    assert asked == (200, f"{ME} /r1/{PERSONS}/12".encode())


def test_where_the_exchange_refuses_or_nobody_listens_there_is_no_answer(gateway: Path, tmp_path: Path) -> None:
    with pytest.raises(CodedError, match=r"exchange\.unanswered") as refused:
        ask_own_gateway(gateway, ME, "GET", PERSONS, "/refused")
    assert "access_denied" in str(refused.value.values["reason"])
    with pytest.raises(CodedError, match=r"exchange\.unanswered"):
        ask_own_gateway(tmp_path / "nobody.sock", ME, "GET", PERSONS)
