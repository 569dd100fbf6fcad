"""What another node answers is nobody's promise: nonsense is as good as silence, and nobody keeps us for ever."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from uruk.kernel.api import CodedError
from uruk.publishing import fetching
from uruk.publishing.entry import _send
from uruk.publishing.fetching import fetch

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


@contextmanager
def somebody(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of somebody who answers one question so."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(30)

        def answer() -> None:
            link, _ = server.accept()
            with link:
                link.recv(65536)
                try:
                    say(link)
                except OSError:
                    return  # given up

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


def babble(link: socket.socket) -> None:
    link.sendall(b"what is a directory?\r\n")


def test_an_answer_that_is_no_http_is_none() -> None:
    with somebody(babble) as url, pytest.raises(OSError, match="BadStatusLine"):
        fetch(f"{url}directory/timestamp.json")


def test_a_part_that_met_no_http_is_not_sent_and_hinders_nothing() -> None:
    with somebody(babble) as url:
        _send(f"{url}directory/parts", b"{}")


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def flood(link: socket.socket) -> None:
        link.sendall(HEAD)
        while True:
            link.sendall(bytes(1 << 16))

    monkeypatch.setattr(fetching, "MAX_BYTES", 1 << 20)
    with somebody(flood) as url, pytest.raises(OSError, match="too long"):
        fetch(url)


def test_an_answer_that_drips_is_given_up_though_each_drop_comes_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def drip(link: socket.socket) -> None:
        link.sendall(HEAD)
        while not stopped.wait(0.05):
            link.sendall(b".")

    monkeypatch.setattr(fetching, "WHOLE_S", 0.3)
    with somebody(drip) as url:
        with pytest.raises(OSError, match="drips"):
            fetch(url)
        stopped.set()


def test_nothing_but_the_web_is_opened() -> None:
    with pytest.raises(CodedError) as refused:
        fetch("file:///etc/hostname")
    assert refused.value.code == "publishing.authority_silent"
