"""This node in the country's directory: its entry, its requests, and fetching what is newer.

The jobs round signs a new entry whenever something in it changed and sends it to the authority. Newer parts are fetched
from the authority's address, and where that is silent from any other node's: each part proves itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import structlog

from uruk.acts.api import clock, country_directory, directory, directory_store, key_store, node_settings, witness_key
from uruk.exchange.api import (
    CountryDirectory,
    DirectoryStore,
    Held,
    MemberEntry,
    NodeEntry,
    build_entry,
    build_request,
    kept_forks,
    listed_pems,
    open_or_create,
    parse_member,
    read_part,
    read_snapshot,
    renew,
    sign_part,
)
from uruk.kernel.api import CodedError, Text
from uruk.publishing.countries import institutions
from uruk.trust.api import Signer

_LOG = structlog.get_logger("uruk.publishing")
ENTRY_KEY = "node/entry"
TIMEOUT_S = 10
MAX_PART_BYTES = 4 << 20
ROOTS_MAX = 1_000


def entry_signer() -> Signer:
    """The key that signs this node's entry and requests, made where there is none."""
    store = key_store()
    return store.open(ENTRY_KEY) if ENTRY_KEY in store.names() else store.create(ENTRY_KEY, "ed25519")


def publish_entry() -> int:
    """Sign this node's entry anew if something in it changed, keep it, and send it to the authority; 1 if it did."""
    known, settings = country_directory(), node_settings()
    node = known.nodes.get(settings.node) if known else None
    if known is None or node is None or node.left_at is not None:
        return 0
    renew(_tls(), settings.node, clock().now(), node.certificates)
    held = directory_store().held().entries.get(settings.node)
    raw = _entry(known.instance, (held.version if held else 0) + 1)
    if held is not None and _same(read_part(raw).content, held.part.content):
        return 0
    signed = sign_part(raw, entry_signer())
    directory_store().offer(signed)
    send_part(signed)
    return 1


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

    `get` reads an address (default: over HTTP, within ten seconds and four megabytes).
    """
    read = get or _get
    timestamp = read(f"{url}directory/timestamp.json")
    held, wanted = store.held(), read_part(timestamp)
    newer = 0
    for path in _newer(held, wanted.content):
        newer += store.offer(read(f"{url}directory/{path}"))
    return newer + store.offer(timestamp)


def join(url: str, fingerprint: str = "", operator: str = "") -> str:
    """Ask the authority at an address to take this node in; return the root's fingerprint, to be compared.

    `fingerprint`: what the root must have. Errors: `publishing.root_differs`, `publishing.authority_silent`, and the
    authority's own refusal.
    """
    try:
        root = _get(f"{url}directory/root/1.json")
    except (OSError, ValueError) as error:
        raise CodedError("publishing.authority_silent", url=url, reason=str(error)[:200]) from None
    found = Held.pinned(root).root.fingerprint
    if fingerprint and fingerprint.replace(" ", "").lower() != found:
        raise CodedError("publishing.root_differs", found=found, given=fingerprint[:80])
    directory_store().pin(root)
    ask(url, own_request(read_part(root).instance, operator))
    return found


def leave() -> None:
    """Ask the authority to list this node and its institutions as left; errors as for `join`."""
    known, url = country_directory(), node_settings().authority_url
    if known is None or not url:
        raise CodedError("publishing.authority_silent", url=url, reason="URUK_AUTHORITY_URL")
    ask(url, own_request(known.instance, known.nodes[node_settings().node].operator, leaving=True))


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
    signer = entry_signer()
    node = NodeEntry(
        code=settings.node,
        operator=operator or (members[0].names.get("en") if members else settings.node),
        url=f"{settings.public_url.rstrip('/')}/",
        entry_key=signer.public_key,
        witnesses=(),
        witness_key=witness_key(),
        left_at=left,
    )
    raw = sign_part(build_request(instance, int(now.timestamp()), now, node, members), signer)
    for member in members:
        raw = sign_part(raw, key_store().open(f"{member.code}/identity/1"))
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
            identity=listed.identity,
            node=node_settings().node,
            personal=bool(definition and definition.personal),
            signs_in=bool(definition and definition.signs_in),
            since=now,
        )


def _entry(instance: str, version: int) -> bytes:
    settings, now = node_settings(), clock().now()
    open_or_create(_tls(), settings.node, now)
    return build_entry(
        instance=instance,
        node=settings.node,
        version=version,
        published=now,
        gateways=[settings.peer_told],
        certificates=listed_pems(_tls()),
        keys=directory().to_json().encode(),
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


def _newer(held: Held, wanted: Mapping[str, Any]) -> Iterator[str]:
    """The files that a timestamp lists and that are not held, in the order to take them."""
    root = min(int(wanted["root"]["version"]), held.root.version + ROOTS_MAX)
    yield from (f"root/{version}.json" for version in range(held.root.version + 1, root + 1))
    members = int(wanted["members"]["version"])
    if held.members is None or members > held.members.version:
        yield f"members/{members}.json"
    for code, one in sorted(wanted["entries"].items()):
        if code not in held.entries or int(one["version"]) > held.entries[code].version:
            yield f"entries/{code}/{int(one['version'])}.json"


def _get(url: str) -> bytes:
    request = Request(_checked(url), headers={"Accept": "application/json"})  # noqa: S310
    with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
        data: bytes = answer.read(MAX_PART_BYTES + 1)
    if len(data) > MAX_PART_BYTES:
        raise CodedError("exchange.directory_malformed", place=url[-100:])
    return data


def _send(url: str, raw: bytes, told: bool = False) -> None:
    """POST a part. `told`: a refusal is raised as `publishing.authority_refused`, silence as OSError."""
    request = Request(_checked(url), raw, {"Content-Type": "application/json"}, method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            answer.read(MAX_PART_BYTES)
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


def _checked(url: str) -> str:
    """An address of the web, and nothing else that `urlopen` would open."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise CodedError("publishing.authority_silent", url=url[:200], reason="http, https")
    return url
