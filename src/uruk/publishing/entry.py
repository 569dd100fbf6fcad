"""This node in the country's directory: its entry, its requests, and fetching what is newer.

The jobs round signs a new entry whenever something in it changed and sends it to the authority. Newer parts are fetched
from the authority's address, and where that is silent from any other node's: each part proves itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import structlog

from uruk.acts.api import (
    clock,
    country_directory,
    directory,
    directory_store,
    identity_signers,
    key_store,
    node_settings,
    witness_key,
)
from uruk.exchange.api import (
    CountryDirectory,
    DirectoryStore,
    Held,
    MemberEntry,
    NodeEntry,
    Part,
    build_entry,
    build_request,
    carry_on,
    kept_forks,
    listed_pems,
    open_or_create,
    parse_member,
    read_part,
    read_snapshot,
    read_timestamp,
    renew,
    sign_part,
)
from uruk.kernel.api import CodedError, Text
from uruk.publishing.countries import institutions
from uruk.publishing.fetching import fetch, post
from uruk.trust.api import Directory, KeyUse, Signer, delegate

_LOG = structlog.get_logger("uruk.publishing")
ENTRY_KEY = "node/entry"
ENTRY_KEYS_MAX = 4
ROOTS_MAX = 1_000


def entry_signers() -> list[Signer]:
    """The keys that sign this node's entry, the newest first; the first one is made where there is none.

    A new key signs beside the present one until the authority lists it, so that no moment is without an entry.
    """
    store, numbers = key_store(), _entry_keys()
    if not numbers:
        return [store.create(f"{ENTRY_KEY}/1", "ed25519")]
    return [store.open(f"{ENTRY_KEY}/{number}") for number in sorted(numbers, reverse=True)[:ENTRY_KEYS_MAX]]


def make_entry_key() -> None:
    """Make the next key of this node's entry; it counts when two persons of the authority have listed it."""
    entry_signers()
    key_store().create(f"{ENTRY_KEY}/{max(_entry_keys()) + 1}", "ed25519")


def _entry_keys() -> list[int]:
    """The numbers of the keys there are."""
    names = key_store().names()
    return [int(name.rpartition("/")[2]) for name in names if name.startswith(f"{ENTRY_KEY}/")]


def publish_entry() -> int:
    """Sign this node's entry anew if something in it changed, keep it, and send it to the authority; 1 if it did.

    What the authority has not listed yet is sent again.
    """
    known, settings = country_directory(), node_settings()
    node = known.nodes.get(settings.node) if known else None
    if known is None or node is None or node.left_at is not None:
        return 0
    renew(_tls(), settings.node, clock().now(), node.certificates)
    held = directory_store().held()
    before, signers = held.entries.get(settings.node), entry_signers()
    version = max(before.version if before else 0, directory_store().last_entry(settings.node)) + 1
    raw = _entry(known.instance, version, _keys(held))
    if before is not None and _same(read_part(raw).content, before.part.content) and _signed(before.part, signers):
        _send_again(held, before.part)
        return 0
    for signer in signers:
        raw = sign_part(raw, signer)
    directory_store().offer(raw)
    send_part(raw)
    return 1


def _keys(held: Held) -> Directory:
    """This node's keys.json, with what the country's directory lists of it and a restored node knows no more."""
    before, node = held.entries.get(node_settings().node), node_settings().node
    own = held.members.hosted_by(node) if held.members else {}
    return directory() if before is None else carry_on(directory(), before.keys, own, clock().now(), _delegate)


def _delegate(institution: str, use: KeyUse, key: str | bytes, start: datetime) -> bytes:
    return delegate(identity_signers(institution)[0], institution, use, key, start)


def _signed(part: Part, signers: Sequence[Signer]) -> bool:
    return all(part.signed_by(one.public_key) for one in signers)


def _send_again(held: Held, part: Part) -> None:
    """The authority was silent when this entry was sent, or its timestamp is under way."""
    listed = held.timestamp.entries.get(node_settings().node) if held.timestamp else None
    if listed is None or listed.digest != part.digest:
        send_part(part.raw)


def send_part(raw: bytes) -> None:
    """Bring a part to the authority; where it is silent the next fetch by others finds it here."""
    url = node_settings().authority_url
    if url:
        _send(f"{url}directory/parts", raw)


def fetch_directory() -> int:
    """Take newer parts from the authority, or from the first other node that answers; return how many were newer."""
    store = directory_store()
    for url in _sources():
        try:
            return fetch_from(store, url)
        except (OSError, ValueError, CodedError) as error:
            _LOG.warning("the directory could not be fetched", url=url, error=getattr(error, "code", str(error)[:200]))
    return 0


def fetch_from(store: DirectoryStore, url: str, get: Callable[[str], bytes] | None = None) -> int:
    """Take what is newer at a node's address (ending in a slash); static files are enough there.

    `get` reads an address (default: `fetching.fetch`).
    """
    read = get or fetch
    timestamp = read(f"{url}directory/timestamp.json")
    roots, others = _newer(store.held(), read_part(timestamp))
    newer = sum(store.offer(read(f"{url}directory/{path}")) for path in roots)
    # First the timestamp, which counts when all that it lists has come: of two entries it says which one counts.
    newer += store.offer(timestamp)
    return newer + sum(_offer(store, f"{url}directory/{path}", read) for path in others)


def _offer(store: DirectoryStore, address: str, read: Callable[[str], bytes]) -> bool:
    """Take one part; one that is refused keeps none of the others out."""
    try:
        return store.offer(read(address))
    except CodedError as error:
        _LOG.warning("a part of the directory is refused", url=address, error=error.code)
        return False


def join(url: str, fingerprint: str = "", operator: str = "", new_key: bool = False) -> str:
    """Ask the authority at an address to take this node in; return the root's fingerprint, to be compared.

    `fingerprint`: what the root must have; `new_key`: with a new key of this node in the place of the present one. A
    node that is listed already asks the same way for whatever changed. Errors: `publishing.root_differs`,
    `publishing.authority_silent`, `publishing.authority_refused`.
    """
    try:
        root = _root_of(url, fingerprint.replace(" ", "").lower())
    except (OSError, ValueError) as error:
        raise CodedError("publishing.authority_silent", url=url, reason=str(error)[:200]) from None
    if new_key:
        make_entry_key()
    directory_store().pin(root)
    ask(url, own_request(read_part(root).instance, operator))
    return Held.pinned(root).root.fingerprint


def _root_of(url: str, fingerprint: str) -> bytes:
    """The root of this fingerprint, whichever version it is; the first where none is given."""
    found = ""
    for version in range(1, ROOTS_MAX):
        try:
            raw = fetch(f"{url}directory/root/{version}.json")
        except HTTPError:
            if version == 1:
                raise
            break  # no further one
        root = Held.pinned(raw).root
        if root.version != version:
            break
        found = root.fingerprint
        if found == fingerprint or not fingerprint:
            return raw
    raise CodedError("publishing.root_differs", found=found, given=fingerprint[:80])


def leave() -> None:
    """Ask the authority to list this node and its institutions as left; errors as for `join`."""
    known, url = country_directory(), node_settings().authority_url
    if known is None or not url:
        raise CodedError("publishing.authority_silent", url=url, reason="URUK_AUTHORITY_URL")
    ask(url, own_request(known.instance, known.nodes[node_settings().node].operator, leaving=True))


def ask_anew() -> None:
    """Ask the authority to list what changed of this node and its institutions; errors as for `join`."""
    known, url = country_directory(), node_settings().authority_url
    if known is None or not url:
        raise CodedError("publishing.authority_silent", url=url, reason="URUK_AUTHORITY_URL")
    ask(url, own_request(known.instance, known.nodes[node_settings().node].operator))


def ask(url: str, request: bytes) -> None:
    """Send a request to the authority; `publishing.authority_silent`, `publishing.authority_refused`."""
    try:
        _send(f"{url}directory/requests", request, told=True)
    except OSError as error:
        raise CodedError("publishing.authority_silent", url=url, reason=str(error)[:200]) from None


def own_request(instance: str, operator: str = "", leaving: bool = False) -> bytes:
    """What this node asks to be listed as, signed with its entry key and the identity keys of its institutions."""
    settings, now = node_settings(), clock().now().replace(microsecond=0)
    left = now if leaving else None
    members = [replace(one, left_at=left) for one in _own_members(instance, now.replace(microsecond=0))]
    signers = entry_signers()
    node = NodeEntry(
        code=settings.node,
        operator=operator or (members[0].names.get("en") if members else settings.node),
        url=f"{settings.public_url.rstrip('/')}/",
        entry_key=signers[0].public_key,
        witnesses=(),
        witness_key=witness_key(),
        left_at=left,
    )
    raw = build_request(instance, int(now.timestamp()), now, node, members)
    for signer in signers:
        raw = sign_part(raw, signer)
    for member in members:
        for signer in identity_signers(member.code):
            raw = sign_part(raw, signer)
    return raw


def _own_members(instance: str, now: datetime) -> Iterator[MemberEntry]:
    """The institutions of this node, as their definitions and keys.json describe them."""
    defined = institutions()
    for code, listed in directory().institutions.items():
        definition = defined.get(code)
        member_class = definition.member_class if definition else "GOV"
        yield MemberEntry(
            member=parse_member(f"{instance}/{member_class}/{code}"),
            names=listed.names,
            identity=listed.next.key if listed.next else listed.identity,
            node=node_settings().node,
            personal=bool(definition and definition.personal),
            signs_in=bool(definition and definition.signs_in),
            since=now,
        )


def _entry(instance: str, version: int, keys: Directory) -> bytes:
    settings, now = node_settings(), clock().now()
    open_or_create(_tls(), settings.node, now)
    return build_entry(
        instance=instance,
        node=settings.node,
        version=version,
        published=now,
        gateways=[settings.peer_told],
        certificates=listed_pems(_tls()),
        keys=keys.to_json().encode(),
        subsystems=_subsystems(),
        forks=kept_forks(settings.data / "witness"),
    )


def _subsystems() -> dict[str, Text]:
    """Names by address, from the snapshot that the gateway goes by; none before there is one."""
    try:
        snapshot = read_snapshot(node_settings().data / "gateway")
    except CodedError:
        return {}
    return {
        f"{member.address}/{system.code}": Text(system.names.ar, system.names.ckb, system.names.en)
        for member in snapshot.members
        for system in member.systems
    }


def _same(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether two entries say the same, their version and date aside."""
    apart = ("version", "published")
    return {k: v for k, v in new.items() if k not in apart} == {k: v for k, v in old.items() if k not in apart}


def _tls() -> Path:
    return node_settings().data / "gateway" / "tls"


def _sources() -> list[str]:
    """Where to fetch from: the authority first, then the other nodes."""
    known, settings = country_directory(), node_settings()
    first = [settings.authority_url] if settings.authority_url else []
    return first + _others(known, settings.node) if known or first else []


def _others(known: CountryDirectory | None, own: str) -> list[str]:
    nodes = known.nodes.values() if known else ()
    return [node.url for node in nodes if node.code != own and node.left_at is None]


def _newer(held: Held, part: Part) -> tuple[list[str], list[str]]:
    """The files that a timestamp lists and that are not held: roots, and what comes after them, in order."""
    wanted = read_timestamp(part)
    last = min(wanted.root.version, held.root.version + ROOTS_MAX)
    roots = [f"root/{version}.json" for version in range(held.root.version + 1, last + 1)]
    others = []
    if held.members is None or not wanted.members.fits(held.members.part):
        others.append(f"members/{wanted.members.version}.json")
    for code, one in sorted(wanted.entries.items()):
        if code not in held.entries or not one.fits(held.entries[code].part):
            others.append(f"entries/{code}/{one.version}.json")
    return roots, others


def _send(url: str, raw: bytes, told: bool = False) -> None:
    """POST a part. `told`: a refusal is raised as `publishing.authority_refused`, silence as OSError."""
    try:
        post(url, raw)
    except URLError as error:
        if told and hasattr(error, "read"):
            raise CodedError("publishing.authority_refused", reason=_reason(error.read(4096))) from None
        if told:
            raise
        _LOG.warning("a part could not be sent", url=url, error=str(error)[:200])


def _reason(answer: bytes) -> str:
    try:
        return str(json.loads(answer)["error"]["sentence"])[:300]
    except (ValueError, KeyError, TypeError):
        return answer.decode("utf-8", "replace")[:300]
