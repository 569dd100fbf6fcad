"""An authority with its first members, and a node that asks to join."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.fixtures import Officer, make_institution
from tests.unit.definitions.samples import NOTES, country_files, write_files
from uruk.definitions.api import load_country
from uruk.exchange.api import (
    Member,
    MemberEntry,
    NodeEntry,
    build_request,
    sign_part,
)
from uruk.kernel.api import CodedError, FixedClock, Text
from uruk.people import offices
from uruk.publishing import kinds as contributed
from uruk.publishing.api import (
    approve_proposal,
    contribute_kind,
    init_authority,
    open_proposals,
    proposal_options,
    publish_entry,
    publish_timestamp,
)
from uruk.publishing.countries import keep_country, rights
from uruk.trust.api import MemorySigner

NAMES = Text("المياه", "ئاو", "Water")


@pytest.fixture(autouse=True)
def authority(transactional_db: None, log: Any, tmp_path: Path) -> Iterator[None]:
    """The sample country, whose gardens keep the directory, on this node."""
    known = dict(contributed._KINDS)
    contribute_kind(NOTES)
    make_institution("gardens")
    files = country_files()
    path = "institutions/gardens/institution.yaml"
    files[path] = files[path].replace("see-person", "approve-members")
    keep_country(load_country(write_files(tmp_path / "country", files), [NOTES]))
    yield
    contributed._KINDS.clear()
    contributed._KINDS.update(known)


@pytest.fixture
def keepers(officer: Callable[..., Officer]) -> tuple[Officer, Officer]:
    """Two persons of the gardens who may approve members; the country says so, not the fixtures' own rights."""
    offices.tell_rights(rights)
    return officer("keeper", "gardens"), officer("keeper", "gardens")


@pytest.fixture
def root_keys() -> list[MemorySigner]:
    return [MemorySigner.generate("ed25519") for _ in range(3)]


@pytest.fixture
def joined(keepers: tuple[Officer, Officer], root_keys: list[MemorySigner]) -> str:
    """The authority's own node, listed and with its entry; the root's fingerprint."""
    fingerprint = init_authority("gardens", root_keys, 2)
    approve(keepers)
    publish_entry()
    publish_timestamp()
    return fingerprint


def approve(persons: tuple[Officer, ...]) -> Any:
    """Both persons approve the oldest open proposal; how it stands then."""
    found = open_proposals(persons[0].actor)[0]
    for one in persons:
        answer = one.passkey.get(proposal_options(one.actor, found.id))
        found = approve_proposal(one.actor, found.id, answer)
    return found


class OtherNode:
    """Another node that asks to be listed, with one institution."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.entry_key, self.identity = MemorySigner.generate("ed25519"), MemorySigner.generate("ed25519")

    def request(self, *signers: MemorySigner, **changes: Any) -> bytes:
        """Its request, signed by both its keys or by those named."""
        now = self.clock.now()
        url = "http://south.example/"
        node = NodeEntry("south", "Ministry of Water", url, self.entry_key.public_key, (), **changes)
        address = Member("xx", "GOV", "water")
        member = MemberEntry(address, NAMES, self.identity.public_key, "south", False, False, now, **changes)
        raw = build_request("xx", int(now.timestamp()), now, node, [member])
        for signer in signers or (self.entry_key, self.identity):
            raw = sign_part(raw, signer)
        return raw


@pytest.fixture
def south(clock: FixedClock) -> OtherNode:
    return OtherNode(clock)


def post(path: str, body: bytes) -> Any:
    return Client().post(path, body, content_type="application/json")


def fetched(url: str) -> bytes:
    """What `fetch_from` reads, out of the pages of this node."""
    answer = Client().get(url.removeprefix("http://authority.example"))
    if answer.status_code != 200:
        raise OSError(url)
    return bytes(answer.content)


def refused(code: str, deed: Callable[[], object]) -> None:
    with pytest.raises(CodedError) as found:
        deed()
    assert found.value.code == code
    assert found.value.sentence("ckb")
