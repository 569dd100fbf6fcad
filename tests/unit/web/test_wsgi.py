"""Whatever a request says of its letters, they are read as UTF-8, and it is answered."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from uruk.web.wsgi import application

CODECS = ("base64", "unicode_escape", "raw_unicode_escape", "utf-16", "idna", "rot13", "cp1256", "undefined", "x")
KINDS = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x")


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request ends without its connection being closed, which is the test's, as Django's own client has it."""
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    yield
    for one in signals:
        one.connect(close_old_connections)


def status_of(method: str, path: str, content_type: str, data: bytes = b"") -> int:
    found: list[str] = []

    def start(status: str, *_: Any) -> None:
        found.append(status)

    request = RequestFactory().generic(method, path, data)
    answer = application({**request.environ, "CONTENT_TYPE": content_type, "HTTP_HOST": "localhost"}, start)
    assert b"".join(answer) or method == "HEAD"
    return int(found[0][:3])


@pytest.mark.django_db
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_request_does_not_choose_the_codec_by_which_it_is_read(codec: str, kind: str) -> None:
    for named in (f"{kind}; charset={codec}", f'{kind};CharSet="{codec}"', f"{kind}; charset*=utf-8''{codec}"):
        assert status_of("GET", "/ar/services/?q=%5Cud800", named) == 200
        assert status_of("POST", "/ar/account/sign-in/?next=%5Cud800", named, b"identifier=%5Cud800") in (403, 422)
