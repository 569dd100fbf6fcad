"""A node's entry: what it says of itself, signed with the entry key that the authority approved.

Its gateways, its TLS certificates (the next one before it is used), its keys.json, its subsystems' names, and the
evidence it has of logs that showed two histories.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from uruk.exchange.directory.members import Members
from uruk.exchange.directory.model import NodeEntry
from uruk.exchange.directory.parts import ENTRY, Part, limited, shaped, write_part
from uruk.exchange.domain.addresses import parse_subsystem
from uruk.exchange.tls import certificate_digest, certificate_node
from uruk.kernel.api import CodedError, Text, rfc3339
from uruk.trust.api import Directory, Fork, InstitutionEntry, NoteKey, strict_json

GATEWAYS_MAX = 16
CERTIFICATES_MAX = 32
SUBSYSTEMS_MAX = 5_000
FORKS_MAX = 1_000
_ADDRESS = re.compile(r"[A-Za-z0-9.\[\]:-]{1,255}:[0-9]{1,5}")


@dataclass(frozen=True)
class Entry:
    """One version of a node's entry, read. `certificates`: PEM by SHA-256 of the DER (hex)."""

    instance: str
    node: str
    version: int
    published: datetime
    gateways: tuple[str, ...]
    certificates: Mapping[str, str]
    keys: Directory
    subsystems: Mapping[str, Text]
    forks: tuple[Fork, ...]
    part: Part

    def joined(self, approved: NodeEntry, members: Members, quarantined: frozenset[str]) -> NodeEntry:
        """The node as the directory has it: what was approved, and what it says of itself and its own members.

        Keys that it lists for an institution of another node, or under another identity key, are nobody's. An identity
        key that the present one announced counts as soon as the authority lists it: nobody is without keys in between.
        """
        own = members.hosted_by(self.node)
        institutions = self.keys.institutions.items()
        listed = {code: one for code, one in institutions if code in own and one.is_under(own[code].identity)}
        return replace(
            approved,
            version=self.version,
            gateways=self.gateways,
            certificates=tuple(self.certificates),
            trusted="".join(self.certificates.values()),
            keys=replace(self.keys, institutions=listed),
            subsystems={at: names for at, names in self.subsystems.items() if parse_subsystem(at).member.code in own},
            quarantined=quarantined,
        )


def build_entry(
    *,
    instance: str,
    node: str,
    version: int,
    published: datetime,
    gateways: Sequence[str],
    certificates: Sequence[bytes],
    keys: bytes,
    subsystems: Mapping[str, Text],
    forks: Sequence[Fork] = (),
) -> bytes:
    """An entry that nobody has signed yet. `certificates`: PEM; `keys`: the bytes of keys.json."""
    return write_part(
        {
            "uruk": ENTRY,
            "instance": instance,
            "version": version,
            "published": rfc3339(published.replace(microsecond=0)),
            "node": node,
            "gateways": list(gateways),
            "certificates": [pem.decode("ascii") for pem in certificates],
            "keys": keys.decode("utf-8"),
            "subsystems": {address: names.as_dict() for address, names in subsystems.items()},
            "quarantined": [fork.to_map() for fork in forks],
        }
    )


def read_entry(part: Part) -> Entry:
    """Read an entry without believing it; `exchange.directory_malformed`, `exchange.directory_foreign`."""
    if part.kind != ENTRY:
        raise CodedError("exchange.directory_malformed", place="uruk")
    with shaped("entry."):
        node = part.node
        found = Entry(
            instance=part.instance,
            node=node.text("node"),
            version=part.version or node.fail("version"),
            published=part.published,
            gateways=tuple(_gateway(node, one) for one in _texts(node, "gateways", GATEWAYS_MAX)),
            certificates={certificate_digest(p.encode()): p for p in _texts(node, "certificates", CERTIFICATES_MAX)},
            keys=Directory.parse(node.text("keys")),
            subsystems=_subsystems(node, part.instance),
            forks=tuple(_fork(one) for one in limited(node, "quarantined", FORKS_MAX)),
            part=part,
        )
        _check_keys(found)
    return found


def check_signed(entry: Entry, members: Members) -> None:
    """Refuse an entry that is not signed with the approved key of a node: `exchange.entry_unsigned`."""
    approved = members.nodes.get(entry.node)
    if approved is None or approved.left_at is not None or not entry.part.signed_by(approved.entry_key):
        raise CodedError("exchange.entry_unsigned", node=entry.node[:64])


def check_continued(new: Entry, old: Entry, members: Members) -> None:
    """Refuse an entry in which a key that ended counts again, or is missing: `exchange.directory_unended`.

    Only an institution that the authority gave to another node may vanish; its identity key may only become the one
    that the authority lists. Otherwise what ended could begin again in two steps.
    """
    own = members.hosted_by(new.node)
    for code, before in old.keys.institutions.items():
        after = new.keys.institutions.get(code)
        if after is None and code not in own:
            continue
        if after is None or (after.identity != before.identity and after.identity != own[code].identity):
            raise CodedError("exchange.directory_unended", what=code)
        _check_keys_continued(before, after)


def _check_keys_continued(before: InstitutionEntry, after: InstitutionEntry) -> None:
    listed: dict[str, Any] = {one.origin: one for one in after.logs} | {one.kid.hex(): one for one in after.seals}
    ended: dict[str, Any] = {one.origin: one for one in before.logs} | {one.kid.hex(): one for one in before.seals}
    for name, was in ended.items():
        now = listed.get(name)
        if now is None or now.key != was.key or now.start != was.start or _later(was, now):
            raise CodedError("exchange.directory_unended", what=name)
    approvers = {(one.key, one.role, one.start): one.until for one in after.approvers}
    for one in before.approvers:
        until = approvers.get((one.key, one.role, one.start))
        if one.until is not None and (until is None or until > one.until):
            raise CodedError("exchange.directory_unended", what=one.key[:16])


def proved_forks(entries: Mapping[str, Entry]) -> dict[str, frozenset[str]]:
    """The origins of which each node's entry proves two histories, under the keys that the logs' nodes list."""
    keys = {
        log.origin: log.key for each in entries.values() for one in each.keys.institutions.values() for log in one.logs
    }
    return {
        node: frozenset(fork.origin for fork in entry.forks if _is_proved(fork, keys))
        for node, entry in entries.items()
    }


def _is_proved(fork: Fork, keys: Mapping[str, str]) -> bool:
    key = keys.get(fork.origin)
    return key is not None and fork.proved_by(NoteKey.parse(key))


def _later(was: Any, now: Any) -> bool:
    """Whether something that ended a key is gone or moved to a later time."""
    pairs = ((was.retired_at, now.retired_at), (was.compromised_since, now.compromised_since))
    return any(before is not None and (after is None or after > before) for before, after in pairs)


def _check_keys(entry: Entry) -> None:
    """The keys are this node's, and each log is named after its institution and the node."""
    if entry.keys.instance != entry.instance:
        raise CodedError("exchange.directory_foreign", instance=entry.keys.instance)
    if entry.keys.node != entry.node:
        entry.part.node.fail("keys.node")
    if any(certificate_node(pem.encode()) != entry.node for pem in entry.certificates.values()):
        entry.part.node.fail("certificates")  # another node's certificate, which anybody may copy
    for code, one in entry.keys.institutions.items():
        if any(not log.origin.startswith(f"{entry.instance}/{code}/{entry.node}/") for log in one.logs):
            entry.part.node.fail(f"keys.{code}.logs")


def _texts(node: strict_json.Node, name: str, most: int) -> list[str]:
    found = node.get(name, list)
    if len(found) > most or not all(isinstance(one, str) for one in found):
        node.fail(name)
    return list(found)


def _gateway(node: strict_json.Node, text: str) -> str:
    return text if _ADDRESS.fullmatch(text) else node.fail("gateways")


def _subsystems(node: strict_json.Node, instance: str) -> dict[str, Text]:
    listed = node.members("subsystems")
    if len(listed) > SUBSYSTEMS_MAX:
        node.fail("subsystems")
    for address in listed:
        if parse_subsystem(address).member.instance != instance:
            raise CodedError("exchange.directory_foreign", instance=address.partition("/")[0])
    inner = strict_json.Node(node.get("subsystems", dict), "subsystems")
    return {address: inner.names(address) for address in listed}


def _fork(node: strict_json.Node) -> Fork:
    return Fork.from_map(node.value)
