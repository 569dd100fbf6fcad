"""Public files: as they lie there, fresh or for ever, and nothing besides them."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from uruk.kernel.api import Settings


@pytest.fixture
def public(node: Settings) -> Path:
    """The node's public folder with a file of each kind, and secrets beside it."""
    folder = node.data / "public"
    for name in ("keys.json", "status/interior/2026", "log/xx/a/0/1/checkpoint", "log/xx/a/0/1/tile/0/x001/234",
                 "log/xx/a/0/1/tile/0/000.p/7"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    (node.data / "secret").write_text("secret")
    (folder / ".hidden").write_text("hidden")
    return folder


def get(path: str, **headers: str) -> Any:
    """Get a path with headers."""
    return Client().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("keys.json", "application/json"),
        ("status/interior/2026", "application/statuslist+cwt"),
        ("log/xx/a/0/1/checkpoint", "text/plain; charset=utf-8"),
        ("log/xx/a/0/1/tile/0/x001/234", "application/octet-stream"),
    ],
)
def test_a_public_file_is_handed_out_to_anybody(public: Path, path: str, kind: str) -> None:
    answer = get(f"/{path}")
    assert answer.status_code == 200
    assert answer.content == path.encode()
    assert answer["Content-Type"] == kind
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_what_the_reader_has_is_not_sent_again(public: Path) -> None:
    tag = get("/keys.json")["ETag"]
    assert get("/keys.json", If_None_Match=tag).status_code == 304
    assert get("/keys.json", If_None_Match=f"W/{tag}").status_code == 304
    (public / "keys.json").write_bytes(b"newer")
    assert get("/keys.json", If_None_Match=tag).status_code == 200


def test_a_full_tile_may_be_kept_for_ever_and_nothing_else(public: Path) -> None:
    assert "immutable" in get("/log/xx/a/0/1/tile/0/x001/234")["Cache-Control"]
    for path in ("keys.json", "log/xx/a/0/1/checkpoint", "log/xx/a/0/1/tile/0/000.p/7"):
        assert get(f"/{path}")["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "path",
    [
        "log/../../secret",
        "log/%2e%2e/%2e%2e/secret",
        "log/..%2f..%2fsecret",
        "log/.hidden",
        "log/",
        "log/xx",
        "log//etc/passwd",
        "status/interior/2027",
        "status/interior/0",
        "log/xx/a/0/1/tile/0/x001/235",
        "log/xx\x00/a",
        "log/a%0Ab",
        "status/%0A",
    ],
)
def test_nothing_else_is_handed_out(public: Path, path: str) -> None:
    answer = get(f"/{path}")
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_what_is_not_there_is_told_as_json(public: Path) -> None:
    assert get("/status/nobody/2026", Accept_Language="en").json()["error"]["code"] == "rest.not_found"


def test_a_public_file_takes_no_other_method(public: Path) -> None:
    answer = Client().post("/keys.json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_data_carries_no_headers_of_a_page(public: Path) -> None:
    answer = get("/keys.json")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in answer
