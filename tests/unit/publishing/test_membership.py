"""The country's directory at its authority: a root, requests that two persons approve, timestamps, files for others."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from django.test import Client

from tests.fixtures import Officer, make_institution
from tests.unit.definitions.samples import NOTES, country_files, write_files
from uruk.acts.api import directory_store, find_statement, identity_signers, receipt_of
from uruk.acts.keyring import make_key
from uruk.acts.models import Act, ActReceipt, InstitutionKey
from uruk.definitions.api import load_country
from uruk.exchange.api import (
    DirectoryStore,
    Member,
    MemberEntry,
    NodeEntry,
    build_members,
    build_request,
    members_after,
    members_body,
    read_members,
    read_part,
    read_request,
    sign_part,
)
from uruk.exchange.directory.joining import MAX_REQUEST_BYTES
from uruk.exchange.directory.parts import TIMESTAMP
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings, Text
from uruk.people import offices
from uruk.publishing import entry, fetching, identities
from uruk.publishing import kinds as contributed
from uruk.publishing.api import (
    approve_proposal,
    authority_round,
    contribute_kind,
    current_root,
    init_authority,
    open_proposals,
    own_request,
    proposal_options,
    propose,
    publish_entry,
    publish_timestamp,
    receive_part,
    receive_request,
    refuse_proposal,
    renew_identity,
    renew_root,
    take_identities,
)
from uruk.publishing.countries import keep_country, rights
from uruk.publishing.entry import entry_signers, fetch_from, make_entry_key
from uruk.trust.api import MemorySigner, parse_statement, verify_receipt

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NAMES = Text("المياه", "ئاو", "Water")


@pytest.fixture(autouse=True)
def authority(transactional_db: None, log: Any, tmp_path: Path) -> Iterator[None]:
    """The sample country, whose gardens keep the directory, on this node."""
    known, before = dict(contributed._KINDS), list(offices._RIGHTS)
    contribute_kind(NOTES)
    make_institution("gardens")
    files = country_files()
    path = "institutions/gardens/institution.yaml"
    files[path] = files[path].replace("see-person", "approve-members")
    keep_country(load_country(write_files(tmp_path / "country", files), [NOTES]))
    yield
    contributed._KINDS.clear()
    contributed._KINDS.update(known)
    offices._RIGHTS[:] = before


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


def test_the_first_members_are_the_authoritys_own_approved_by_two_persons(joined: str, node: Settings) -> None:
    found = directory_store().current()
    assert found.authority == "xx/GOV/gardens"
    assert found.node_of("xx/GOV/gardens").code == node.node
    assert found.entry("xx/GOV/gardens").logs
    assert joined == current_root().fingerprint


def test_each_version_of_the_list_is_an_act_of_the_authority_with_two_persons_in_its_statement(
    keepers: tuple[Officer, Officer], root_keys: list[MemorySigner]
) -> None:
    init_authority("gardens", root_keys, 2)
    decided = approve(keepers)
    assert decided.state == "carried_out"
    statement = find_statement(decided.act)
    assert (statement.type, statement.role, statement.author) == ("directory.published", "published", "gardens")
    assert statement.body["version"] == 1
    assert len(statement.approvals) == 2
    assert receipt_of(decided.act)


def test_a_node_joins_by_one_request_and_one_approval_by_two_persons(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode
) -> None:
    assert post("/directory/requests", south.request()).status_code == 202
    assert [one.body["node"] for one in open_proposals(keepers[0].actor)] == ["south"]
    approve(keepers)
    found = directory_store().current()
    assert found.member("xx/GOV/water").node == "south"
    assert found.nodes["south"].url == "http://south.example/"
    assert open_proposals(keepers[0].actor) == ()
    assert authority_round() == 0


def test_what_two_persons_read_names_node_operator_institution_and_keys(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode
) -> None:
    receive_request(south.request())
    (proposal,) = open_proposals(keepers[0].actor)
    read = " ".join(line.value.get("ar") for line in proposal.summary.lines)
    for part in ("south", "Ministry of Water", "xx/GOV/water", south.entry_key.public_key.hex(),
                 south.identity.public_key.hex()):  # fmt: skip
        assert part in read


def test_a_request_is_signed_with_every_key_that_it_speaks_of(joined: str, south: OtherNode) -> None:
    refused("exchange.request_unsigned", lambda: receive_request(south.request(south.entry_key)))
    refused("exchange.request_unsigned", lambda: receive_request(south.request(south.identity)))
    answer = post("/directory/requests", south.request(south.identity))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "exchange.request_unsigned"


def test_nobody_takes_over_a_node_or_an_institution_by_asking(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    receive_request(south.request())
    approve(keepers)
    thief = OtherNode(clock)
    refused("exchange.request_unsigned", lambda: receive_request(thief.request()))
    old, south.entry_key = south.entry_key, MemorySigner.generate("ed25519")
    refused("exchange.request_unsigned", lambda: receive_request(south.request()))
    receive_request(south.request(south.entry_key, south.identity, old))
    approve(keepers)
    listed = directory_store().current().nodes["south"]
    assert listed.entry_key == south.entry_key.public_key
    assert listed.former == (old.public_key,)


def test_who_leaves_asks_and_is_listed_as_left(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    receive_request(south.request())
    approve(keepers)
    receive_request(south.request(left_at=clock.now()))
    approve(keepers)
    refused("exchange.member_unknown", lambda: directory_store().current().member("xx/GOV/water"))


def test_of_two_requests_the_second_is_proposed_anew_after_the_first(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode
) -> None:
    receive_request(south.request())
    receive_request(own_request("xx", operator="Gardens of the town"))
    first, second = open_proposals(keepers[0].actor)
    approve(keepers)
    assert authority_round() == 0
    waiting = [one for one in open_proposals(keepers[0].actor) if one.hindrance is None]
    assert len(waiting) == 1
    assert waiting[0].id not in (first.id, second.id)
    for one in keepers:
        approve_proposal(one.actor, waiting[0].id, one.passkey.get(proposal_options(one.actor, waiting[0].id)))
    found = directory_store().current()
    assert found.nodes["south"]
    assert found.node_of("xx/GOV/gardens").operator == "Gardens of the town"


def test_others_fetch_the_directory_as_files_and_verify_each(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, tmp_path: Path
) -> None:
    receive_request(south.request())
    approve(keepers)
    other = DirectoryStore(tmp_path / "other")
    other.pin(fetched("/directory/root/1.json"))
    assert fetch_from(other, "http://authority.example/", fetched) > 0
    assert other.current() == directory_store().current()
    assert fetch_from(other, "http://authority.example/", fetched) == 0


def test_files_that_are_no_parts_are_not_handed_out(joined: str) -> None:
    for path in (
        "../secret",
        "root/1.json.part",
        "newest",
        ".lock",
        "entries/../root/1.json",
        "root/01x.json",
        "root/9.json",
    ):
        assert Client().get(f"/directory/{path}").status_code == 404
    assert Client().get("/directory/root/1.json").headers["Cache-Control"].endswith("immutable")
    assert Client().get("/directory/timestamp.json").headers["Cache-Control"] == "no-cache"


def test_a_newer_part_is_taken_from_anybody_and_timestamped(joined: str, clock: FixedClock) -> None:
    before = directory_store().current().version
    make_institution("birds")
    assert publish_entry() == 1
    assert publish_entry() == 0
    newest = directory_store().held().entries[next(iter(directory_store().held().entries))]
    assert post("/directory/parts", newest.part.raw).json() == {"newer": False}
    assert publish_timestamp() == 1
    assert directory_store().current().version == before + 1
    assert post("/directory/parts", b"{}").json()["error"]["code"] == "exchange.directory_malformed"
    assert post("/directory/requests", b"x" * (MAX_REQUEST_BYTES + 1)).status_code == 413


def test_a_timestamp_is_renewed_every_six_hours(joined: str, clock: FixedClock) -> None:
    assert authority_round() == 0
    clock.advance(timedelta(hours=6))
    assert authority_round() == 1


def test_only_the_authority_takes_requests(south: OtherNode, joined: str, node: Settings) -> None:
    (node.data / "keys").rename(node.data / "elsewhere")
    refused("publishing.no_authority", lambda: receive_request(south.request()))
    assert authority_round() == 0
    assert receive_part(directory_store().held().root.part.raw) is False


def test_an_authority_needs_two_persons_and_enough_keys(
    officer: Callable[..., Officer], root_keys: list[MemorySigner]
) -> None:
    officer("keeper", "gardens")
    refused("publishing.approvers_missing", lambda: init_authority("gardens", root_keys, 2))
    refused("publishing.approvers_missing", lambda: init_authority("nowhere", root_keys, 2))
    refused("publishing.root_keys_too_few", lambda: init_authority("gardens", root_keys, 4))


def test_a_new_root_lists_who_may_approve_now(
    joined: str, root_keys: list[MemorySigner], officer: Callable[..., Officer]
) -> None:
    officer("keeper", "gardens")
    refused("exchange.root_refused", lambda: renew_root(root_keys[:1]))
    assert renew_root(root_keys[:2]) == 2
    assert len(current_root().approvers) == 3
    assert directory_store().current().nodes


def test_requests_have_a_maximum(joined: str, clock: FixedClock, node: Settings) -> None:
    folder = node.data / "directory-requests"
    folder.mkdir(exist_ok=True)
    for number in range(100):
        (folder / f"node-{number}.json").write_bytes(b"{}")
    refused("publishing.requests_too_many", lambda: receive_request(OtherNode(clock).request()))
    authority_round()
    assert list(folder.glob("*.json")) == []
    receive_request(OtherNode(clock).request())


def test_what_is_asked_for_names_the_nodes_own_institutions(joined: str, node: Settings) -> None:
    part = read_part(own_request("xx"))
    assert set(part.content["members"]) == {"xx/GOV/gardens", "xx/GOV/interior"}
    assert part.content["nodes"][node.node]["url"].endswith("/")


def proposed(keepers: tuple[Officer, Officer]) -> list[Any]:
    return list(open_proposals(keepers[0].actor))


def test_every_version_of_root_and_timestamp_stands_in_the_authoritys_log(joined: str, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=6))
    authority_round()
    held = directory_store().held()
    said = [parse_statement(bytes(act.statement)) for act in Act.objects.filter(type="directory.published")]
    parts = {(one.body["part"], one.body["version"]): one.body["digest"] for one in said}
    assert parts["root", 1] == held.root.part.digest
    stamps = directory_store()._versions(TIMESTAMP)
    assert [version for part, version in sorted(parts) if part == "timestamp"] == stamps
    assert parts["timestamp", stamps[-1]] == held.timestamp.part.digest
    assert ActReceipt.objects.count() == Act.objects.count()


def test_a_stranger_who_asks_for_the_same_name_takes_nobodys_place(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    stranger = OtherNode(clock)
    receive_request(south.request())
    clock.advance(timedelta(seconds=1))
    receive_request(stranger.request())
    receive_request(stranger.request())
    keys = [one.body["key"] for one in proposed(keepers)]
    assert keys == [south.entry_key.public_key, stranger.entry_key.public_key]
    approve(keepers)
    assert directory_store().current().nodes["south"].entry_key == south.entry_key.public_key
    authority_round()
    assert [one for one in proposed(keepers) if one.hindrance is None] == []
    refused("exchange.request_unsigned", lambda: receive_request(stranger.request()))


def test_an_old_request_sent_anew_brings_nobody_back(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    old = south.request()
    receive_request(old)
    approve(keepers)
    receive_request(south.request(left_at=clock.now()))
    approve(keepers)
    refused("exchange.directory_unended", lambda: receive_request(old))
    assert proposed(keepers) == []


def test_what_a_person_refused_is_not_proposed_again(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, clock: FixedClock
) -> None:
    receive_request(south.request())
    (waiting,) = proposed(keepers)
    refuse_proposal(keepers[0].actor, waiting.id, "the keys differ")
    authority_round()
    assert proposed(keepers) == []
    clock.advance(timedelta(minutes=1))
    receive_request(south.request())
    assert len(proposed(keepers)) == 1


def test_a_list_that_hides_another_change_cannot_be_proposed(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode
) -> None:
    held = directory_store().held().members
    raw = members_after(read_request(south.request()), held, held.published)
    other = read_members(read_part(raw))
    (gardens,) = [one for one in other.nodes.values() if one.code != "south"]
    nodes = [other.nodes["south"], replace(gardens, url="http://elsewhere.example/")]
    hidden = build_members("xx", other.version, other.published, tuple(other.members.values()), nodes)
    body = members_body(hidden) | {"node": "south"}

    def attempt(raw: bytes, **changes: Any) -> None:
        propose(Actor.system(None), "membership", body | changes, "gardens", raw)

    refused("exchange.change_hidden", lambda: attempt(hidden))
    refused("publishing.members_superseded", lambda: attempt(hidden, digest=bytes(32)))


def test_one_person_cannot_approve_twice(joined: str, keepers: tuple[Officer, Officer], south: OtherNode) -> None:
    receive_request(south.request())
    one = keepers[0]
    refused("publishing.approved_already", lambda: approve((one, one)))
    assert "south" not in directory_store().current().nodes


def test_a_nodes_key_is_changed_without_a_moment_in_which_it_has_none(
    joined: str, keepers: tuple[Officer, Officer], node: Settings, clock: FixedClock
) -> None:
    (before,) = entry_signers()
    make_entry_key()
    after = entry_signers()[0]
    assert publish_entry() == 1
    receive_request(own_request("xx"))
    approve(keepers)
    found = directory_store().current().nodes[node.node]
    assert (found.entry_key, found.former) == (after.public_key, (before.public_key,))
    assert found.keys is not None
    assert publish_entry() == 0
    clock.advance(timedelta(days=1, hours=1))
    assert publish_entry() == 1


def test_a_restored_node_lists_what_it_listed_before(joined: str, node: Settings, clock: FixedClock) -> None:
    before = directory_store().held().entries[node.node].keys.institutions["gardens"]
    InstitutionKey.objects.filter(institution="gardens", use="seal").delete()
    make_key("gardens", "seal", 2)
    clock.advance(timedelta(days=1, hours=1))
    assert publish_entry() == 1
    after = directory_store().held().entries[node.node].keys.institutions["gardens"]
    assert {one.kid for one in before.seals} < {one.kid for one in after.seals}
    assert [one.retired_at for one in after.seals if one.kid == before.seals[0].kid] == [clock.now()]


def test_an_entry_that_did_not_reach_the_authority_is_sent_again(joined: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(entry, "send_part", sent.append)
    make_institution("birds")
    assert publish_entry() == 1
    assert publish_entry() == 0
    assert len(set(sent)) == 1 and len(sent) == 2
    publish_timestamp()
    assert publish_entry() == 0
    assert len(sent) == 2


def test_a_part_that_is_refused_keeps_none_of_the_others_out(
    joined: str, keepers: tuple[Officer, Officer], south: OtherNode, tmp_path: Path
) -> None:
    other = DirectoryStore(tmp_path / "other")
    other.pin(fetched("/directory/root/1.json"))
    fetch_from(other, "http://authority.example/", fetched)
    receive_request(south.request())
    approve(keepers)
    make_institution("birds")
    publish_entry()
    publish_timestamp()

    def garbled(url: str) -> bytes:
        return b"{}" if "/entries/" in url else fetched(url)

    fetch_from(other, "http://authority.example/", garbled)
    assert "south" in other.held().members.nodes
    version = other.current().version
    fetch_from(other, "http://authority.example/", fetched)
    assert other.current().version > version
    assert other.current() == directory_store().current()


def test_a_refusal_of_the_authority_is_told_in_its_own_words(joined: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(request: Any, timeout: float) -> None:
        answer = post("/directory/requests", request.data)
        assert answer.status_code == 400
        raise HTTPError(request.full_url, 400, "", Message(), BytesIO(answer.content))

    monkeypatch.setattr(fetching, "urlopen", refusing)
    with pytest.raises(CodedError) as found:
        entry.ask("http://authority.example/", b"{}")
    assert found.value.code == "publishing.authority_refused"
    assert found.value.sentence("ar")


def test_a_node_joins_under_whichever_root_has_the_fingerprint(
    joined: str, root_keys: list[MemorySigner], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew_root(root_keys[:2])

    def get(url: str) -> bytes:
        try:
            return fetched(url)
        except OSError:
            raise HTTPError(url, 404, "", Message(), None) from None

    monkeypatch.setattr(entry, "fetch", get)
    url = "http://authority.example/"
    assert read_part(entry._root_of(url, current_root().fingerprint)).version == 2
    assert read_part(entry._root_of(url, "")).version == 1
    refused("publishing.root_differs", lambda: entry._root_of(url, "00" * 32))


def test_a_timestamp_key_that_others_may_know_is_replaced_with_the_root(
    joined: str, root_keys: list[MemorySigner], clock: FixedClock
) -> None:
    before = directory_store().current()
    assert renew_root(root_keys[:2], new_timestamp_key=True) == 2
    found = directory_store().current()
    assert found.version == before.version + 1
    assert found.nodes == before.nodes
    assert directory_store().country_of(before.version) == before


def test_an_institutions_identity_key_is_changed_by_one_command_and_one_approval(
    joined: str, keepers: tuple[Officer, Officer], clock: FixedClock
) -> None:
    """At no moment is the institution without keys, and what it logged before still counts."""

    def listed() -> tuple[bytes, bytes]:
        found = directory_store().current()
        return found.member("xx/GOV/gardens").identity, found.entry("xx/GOV/gardens").identity

    (before,) = {one.public_key for one in identity_signers("gardens")}
    earlier = receipt_of(Act.objects.filter(author="gardens").first().pk)
    found = renew_identity("gardens")
    assert (found.waits, found.change.renewed) == (True, "gardens/identity/2")
    after = identity_signers("gardens")[1].public_key
    assert listed() == (before, before)
    (proposal,) = open_proposals(keepers[0].actor)
    assert any(after.hex() in line.value.get("ckb") for line in proposal.summary.lines)
    approve(keepers)
    assert listed() == (after, before)
    assert take_identities() == 1
    assert publish_entry() == 1 and publish_timestamp() == 1
    assert listed() == (after, after)
    assert directory_store().current().member("xx/GOV/gardens").former == (before,)
    verify_receipt(earlier, directory_store().current().keys("xx/GOV/gardens"), author="gardens", at=clock.now())
    assert take_identities() == 0
    assert own_request("xx") and [one.public_key for one in identity_signers("gardens")] == [after]


def test_a_node_asks_its_authority_to_list_the_new_identity_key(
    joined: str, keepers: tuple[Officer, Officer], monkeypatch: pytest.MonkeyPatch, node: Settings
) -> None:
    def brought(url: str, body: bytes) -> None:
        assert post(url.removeprefix("http://authority.example"), body).status_code in (200, 202)

    monkeypatch.setattr(identities, "is_authority", lambda: False)
    monkeypatch.setattr(entry, "post", brought)
    refused("publishing.authority_silent", lambda: renew_identity("gardens"))
    here = replace(node, authority_url="http://authority.example/")
    monkeypatch.setattr(entry, "node_settings", lambda: here)
    again = renew_identity("gardens")
    assert (again.waits, again.change.renewed) == (True, "gardens/identity/2")
    approve(keepers)
    assert take_identities() == 1


def test_an_identity_key_that_the_authority_lists_already_is_in_force_at_once(
    joined: str, keepers: tuple[Officer, Officer]
) -> None:
    renew_identity("gardens")
    approve(keepers)
    assert renew_identity("gardens").waits is False
    assert directory_store().current().member("xx/GOV/gardens").identity == identity_signers("gardens")[0].public_key


def test_the_identity_key_of_a_node_that_joined_nothing_is_changed_at_once(institution: str) -> None:
    found = renew_identity(institution)
    assert (found.waits, found.change.renewed) == (False, f"{institution}/identity/2")
