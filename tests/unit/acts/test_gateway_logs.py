"""The gateway's own logs: their keys lie apart, and the institution's identity key delegates each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.fixtures import make_institution
from uruk.acts.api import (
    directory,
    gateway_key_store,
    gateway_logs,
    key_store,
    key_views,
    list_gateway_logs,
    node_settings,
)
from uruk.acts.models import InstitutionKey
from uruk.kernel.api import CodedError, FixedClock, Settings
from uruk.trust.api import LogNames, LogWriter, build_statement, log_keys, own_key_store, verify_receipt


@contextmanager
def gateway_writer(clock: FixedClock) -> Iterator[LogWriter]:
    """The gateway's log writer, as its process opens it."""
    data = node_settings().data
    folder = data / "gateway" / "trust"
    folder.mkdir(parents=True, exist_ok=True)
    store = own_key_store(data / "gateway")
    writer = LogWriter(folder, data / "public" / "log", LogNames("xx", "test", 1), log_keys(store), clock=clock)
    try:
        yield writer
    finally:
        writer.close()


def said(writer: LogWriter, institution: str, clock: FixedClock) -> Any:
    """Something said in the gateway's log, with its receipt."""
    act = uuid4()
    statement = build_statement(
        statement_type="exchange.message",
        role="sent",
        author=institution,
        act=act,
        time=int(clock.now().timestamp()),
        directory_version=1,
        directory_digest=bytes(32),
        body={},
    )
    return writer.append(institution, act, statement)


def origins(institution: str) -> list[tuple[str, bool]]:
    """The gateway's logs as the directory lists them, and whether each is retired."""
    logs = directory().institution(institution).logs
    return [(log.origin, log.retired_at is not None) for log in logs if log.origin.split("/")[3] == "1"]


def test_the_gateways_keys_lie_apart_under_a_passphrase_of_their_own(institution: str, node: Settings) -> None:
    assert gateway_key_store().names() == ("interior/log/1",)
    assert "interior/gateway/1" not in key_store().names()
    passphrase = node.data / "gateway" / "passphrase"
    assert passphrase.stat().st_mode & 0o777 == 0o600
    assert passphrase.read_text() != (node.data / "passphrase").read_text()
    (gateway,) = (view for view in key_views(institution) if view.use == "gateway")
    assert (gateway.name, gateway.place) == ("interior/gateway/1", "file")


def test_what_the_gateway_says_verifies_with_keys_json(institution: str, clock: FixedClock) -> None:
    with gateway_writer(clock) as writer:
        receipt = said(writer, institution, clock)
    assert gateway_logs()[0].origin == "xx/interior/test/1/1"
    found = verify_receipt(receipt, directory(), type="exchange.message", author=institution)
    assert found.origin == "xx/interior/test/1/1"


def test_a_new_generation_is_listed_and_the_one_before_retired(institution: str, clock: FixedClock) -> None:
    with gateway_writer(clock) as writer:
        first = said(writer, institution, clock)
        clock.advance(timedelta(hours=1))
        writer.renew(institution)
        second = said(writer, institution, clock)
        writer.settle()
        assert list_gateway_logs() == 2
    assert origins(institution) == [("xx/interior/test/1/1", True), ("xx/interior/test/1/2", False)]
    for receipt in (first, second):
        verify_receipt(receipt, directory(), author=institution)
    assert list_gateway_logs() == 0


def test_a_generation_counts_from_a_minute_before_it_was_opened(institution: str, clock: FixedClock) -> None:
    with gateway_writer(clock) as writer:
        said(writer, institution, clock)
        writer.renew(institution)
        said(writer, institution, clock)
    list_gateway_logs()
    row = InstitutionKey.objects.get(name="interior/gateway/2")
    assert row.since == clock.now() - timedelta(minutes=1)


def test_an_institution_that_came_before_the_gateway_gets_its_key(institution: str) -> None:
    InstitutionKey.objects.filter(use="gateway").delete()
    assert list_gateway_logs() == 1
    assert origins(institution) == [("xx/interior/test/1/1", False)]


def test_a_log_of_an_institution_that_is_not_hosted_is_not_listed(institution: str, clock: FixedClock) -> None:
    with gateway_writer(clock) as writer:
        said(writer, "elsewhere", clock)
    assert list_gateway_logs() == 0


def test_without_the_identity_key_no_new_log_is_listed(institution: str, clock: FixedClock, node: Settings) -> None:
    with gateway_writer(clock) as writer:
        said(writer, institution, clock)
        writer.renew(institution)
        said(writer, institution, clock)
    (node.data / "keys" / "interior" / "identity" / "1.pem").unlink()
    with pytest.raises(CodedError) as away:
        list_gateway_logs()
    assert away.value.code == "trust.key_missing"
    assert origins(institution) == [("xx/interior/test/1/1", False)]


def test_a_gateway_that_never_ran_has_no_logs(node: Settings, settings: Any) -> None:
    settings.URUK = replace(node, data=node.data / "other")
    assert gateway_logs() == ()


def test_the_gateway_key_signs_nothing_else(institution: str) -> None:
    """Each use has a key of its own: no two of an institution's keys are the same."""
    keys = [bytes(row.public_key) for row in InstitutionKey.objects.filter(institution=institution)]
    assert len(set(keys)) == len(keys) == 4


def test_an_institution_whose_identity_key_is_away_keeps_no_other_of_the_node_waiting(
    institution: str, clock: FixedClock, node: Settings
) -> None:
    make_institution("zeal")
    (node.data / "keys" / institution / "identity" / "1.pem").unlink()
    with gateway_writer(clock) as writer:
        for code in (institution, "zeal"):
            said(writer, code, clock)
            writer.renew(code)
            said(writer, code, clock)
        writer.settle()
    with pytest.raises(CodedError, match=r"trust\.key_missing"):
        list_gateway_logs()
    assert origins("zeal") == [("xx/zeal/test/1/1", True), ("xx/zeal/test/1/2", False)]
    assert ("xx/interior/test/1/2", False) not in origins(institution)
