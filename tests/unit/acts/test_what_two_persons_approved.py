"""Approvals count for what they were given for, whatever statement a node puts them into."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures import Officer
from uruk.acts.api import Deed, directory, perform
from uruk.kernel.api import Actor
from uruk.trust.api import cbor, verify_receipt

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

DOCUMENT = {"uruk": "document/1", "institution": "interior", "id": bytes(16)}
CHANGE = {"uruk": "key-change/1", "institution": "interior", "use": "seal", "key": b"new"}


def by_two(officer: Callable[..., Officer], kind: str, body: dict[str, Any], approved: dict[str, Any]) -> bool:
    proposal = cbor.encode(approved)
    approvals = [officer(role).approve(proposal) for role in ("registrar", "registrar-head")]
    deed = Deed(
        type=kind,
        role="published",
        author="interior",
        body=body,
        rows=lambda _: None,
        proposal=proposal,
        approvals=approvals,
    )
    return verify_receipt(perform(Actor.system("interior"), deed), directory()).two_persons


@pytest.mark.parametrize(
    ("kind", "body", "approved"),
    [
        ("document.issued", {"document": bytes(16), "pdf": bytes(32)}, DOCUMENT),
        ("key.renewed", {"institution": "interior", "use": "seal", "key": b"new"}, CHANGE),
    ],
)
def test_approvals_of_what_was_done_are_two_persons(
    officer: Callable[..., Officer], kind: str, body: dict[str, Any], approved: dict[str, Any]
) -> None:
    assert by_two(officer, kind, body, approved)


@pytest.mark.parametrize(
    ("kind", "body", "approved"),
    [
        ("document.issued", {"document": bytes([1] * 16), "pdf": bytes(32)}, DOCUMENT),
        ("document.issued", {"pdf": bytes(32)}, DOCUMENT),
        ("document.issued", {"document": bytes(16)}, CHANGE),
        ("key.renewed", {"institution": "interior", "use": "seal", "key": b"other"}, CHANGE),
        ("key.renewed", {"institution": "interior", "use": "seal", "key": b"new"}, DOCUMENT),
        ("document.revoked", {"document": bytes(16)}, DOCUMENT),
    ],
)
def test_approvals_of_something_else_are_none(
    officer: Callable[..., Officer], kind: str, body: dict[str, Any], approved: dict[str, Any]
) -> None:
    assert not by_two(officer, kind, body, approved)
