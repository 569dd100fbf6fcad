"""What another node answers is nobody's promise: nonsense is as good as silence."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from uruk.publishing.entry import _get, _send


@pytest.fixture
def babbler() -> Iterator[str]:
    """The address of somebody who answers with something that is no HTTP."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(30)

        def babble() -> None:
            link, _ = server.accept()
            with link:
                link.recv(65536)
                link.sendall(b"what is a directory?\r\n")

        thread = threading.Thread(target=babble)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


def test_an_answer_that_is_no_http_is_none(babbler: str) -> None:
    with pytest.raises(OSError, match="BadStatusLine"):
        _get(f"{babbler}directory/timestamp.json")


def test_a_part_that_met_no_http_is_not_sent_and_hinders_nothing(babbler: str) -> None:
    _send(f"{babbler}directory/parts", b"{}")
