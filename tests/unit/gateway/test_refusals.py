"""What is refused is counted, and logged once for each peer and minute: nobody makes a log grow by asking."""

import asyncio
from pathlib import Path

import pytest

from tests.unit.gateway.parties import LETTERS, Parties, Party, played, refused
from uruk.gateway import refusals as module
from uruk.trust.api import LogReader, Statement, parse_statement


def said(party: Party, kind: str = module.REFUSED) -> list[Statement]:
    """What a gateway's log says of refusals."""
    party.writer.settle()
    reader = LogReader(party.node.gateway / "trust", party.node.folder / "public" / "log")
    try:
        found = [reader.content(one.origin, index) for one in reader.logs() for index in range(one.size)]
    finally:
        reader.close()
    every = [parse_statement(one.statement) for one in found if one is not None and one.statement]
    return [one for one in every if one.type == kind]


def test_refusals_are_logged_once_for_each_peer_and_minute_with_their_number(tmp_path: Path) -> None:
    async def journey(found: Parties) -> None:
        for number in range(20):
            law = b"another/9" if number % 2 else b"another/8"
            told = await found.south.ask("/", service=LETTERS, pairs=[(b"Uruk-Legal-Basis", law)])
            assert refused(told) == "exchange.legal_basis_differs"
        assert said(found.north) == []
        await found.north.refusals.flush()
        (one,) = said(found.north)
        assert (one.role, one.author) == ("received", "interior")
        assert one.body == {"node": "south", "codes": {"exchange.legal_basis_differs": 20}}
        await found.north.refusals.flush()
        assert len(said(found.north)) == 1, "a minute without any says nothing"

    played(tmp_path, journey)


def test_beyond_a_thousand_kinds_in_a_minute_only_their_number_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def journey(found: Parties) -> None:
        monkeypatch.setattr(module, "MAX_KINDS", 3)
        for number in range(50):
            found.north.refusals.count(f"node-{number}", LETTERS, "exchange.access_denied")
        await found.north.refusals.flush()
        assert [one.body["node"] for one in said(found.north)] == ["node-0", "node-1", "node-2"]

    played(tmp_path, journey)


def test_they_are_logged_each_minute_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def journey(found: Parties) -> None:
        monkeypatch.setattr(module, "INTERVAL_S", 0.01)
        found.north.refusals.count("south", LETTERS, "exchange.access_denied")
        found.north.refusals.count("south", "xx/GOV/nobody/a/b", "exchange.member_unknown")
        running = asyncio.ensure_future(found.north.refusals.run())
        while not said(found.north):
            await asyncio.sleep(0.02)
        running.cancel()
        assert [one.body["codes"] for one in said(found.north)] == [{"exchange.access_denied": 1}]

    played(tmp_path, journey)
