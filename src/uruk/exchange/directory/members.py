"""Members: which institutions and nodes belong to the country, as two persons of the authority approved it.

The list only grows: who leaves stays in it with the time of leaving, and a key that was replaced stays under `former`,
so that nothing that ended can begin again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uruk.exchange.directory.model import MemberEntry, NodeEntry
from uruk.exchange.directory.parts import MEMBERS, Part, read_part, shaped, text64, write_part
from uruk.exchange.directory.root import Root
from uruk.exchange.domain.addresses import parse_member
from uruk.kernel.api import CodedError, rfc3339
from uruk.trust.api import Approval, cbor, strict_json, two_persons

MEMBERS_MAX = 10_000
NODES_MAX = 2_000
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/([A-Za-z0-9._~-]+/)*")


@dataclass(frozen=True)
class Members:
    """One version of the list, read: members by address, nodes by code (without what each node says of itself)."""

    instance: str
    version: int
    published: datetime
    members: Mapping[str, MemberEntry]
    nodes: Mapping[str, NodeEntry]
    part: Part

    def hosted_by(self, node: str) -> dict[str, MemberEntry]:
        """The members that a node may speak for, by institution code."""
        return {one.code: one for one in self.members.values() if one.node == node}


def build_members(
    instance: str, version: int, published: datetime, members: Sequence[MemberEntry], nodes: Sequence[NodeEntry]
) -> bytes:
    """A list that nobody has approved yet."""
    listed_members, listed_nodes = entry_maps(members, nodes)
    return write_part(
        {
            "uruk": MEMBERS,
            "instance": instance,
            "version": version,
            "published": rfc3339(published.replace(microsecond=0)),
            "members": listed_members,
            "nodes": listed_nodes,
        }
    )


def entry_maps(
    members: Sequence[MemberEntry], nodes: Sequence[NodeEntry]
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Members by address and nodes by code, as JSON values; `read_entries` reads them back."""
    return {str(one.member): _member_map(one) for one in members}, {one.code: _node_map(one) for one in nodes}


def read_entries(part: Part) -> tuple[dict[str, MemberEntry], dict[str, NodeEntry]]:
    """The members and nodes that a part lists; errors as a `strict_json.Node` tells them."""
    members = {address: _member(address, node) for address, node in part.node.members("members").items()}
    return members, {code: _node(code, node) for code, node in part.node.members("nodes").items()}


def members_body(raw: bytes) -> dict[str, Any]:
    """What a proposal and the authority's act say of a list of members: two persons approve exactly this digest."""
    part = read_part(raw)
    return {"part": "members", "version": part.version, "digest": part.digest}


def approve_members(raw: bytes, proposal: bytes, approvals: Sequence[Approval]) -> bytes:
    """The list with the approvals of a proposal that holds its `members_body` and names the authority."""
    return write_part(read_part(raw).content, (), proposal, approvals)


def read_members(part: Part) -> Members:
    """Read a list of members without believing it; `exchange.directory_malformed`, `exchange.directory_foreign`."""
    if part.kind != MEMBERS:
        raise CodedError("exchange.directory_malformed", place="uruk")
    with shaped("members."):
        members, nodes = read_entries(part)
        found = Members(part.instance, part.version, part.published, members, nodes, part)
        _check(found)
    return found


def check_approved(members: Members, root: Root) -> None:
    """Refuse a list that two persons of the root did not approve: `exchange.members_unapproved`."""
    # What is newer than the root must be approved by those whom the root counts, whatever time it gives itself.
    at = members.published if members.version <= root.members_version else max(members.published, root.published)
    part, wanted = members.part, {"institution": root.authority.code, **members_body(members.part.raw)}
    said = _proposal(part.proposal)
    if any(said.get(name) != value for name, value in wanted.items()) or not two_persons(
        part.approvals, part.proposal, root.approvers, at, root.party
    ):
        raise CodedError("exchange.members_unapproved", version=members.version)


def check_grown(new: Members, old: Members) -> None:
    """Refuse a list in which something that ended begins again, or is missing: `exchange.directory_unended`."""
    for address, before in old.members.items():
        after = new.members.get(address)
        if after is None or _unended(before.left_at, after.left_at, before.identity, after.identity, after.former):
            raise CodedError("exchange.directory_unended", what=address)
        if not set(before.former) <= set(after.former):
            raise CodedError("exchange.directory_unended", what=address)
    for code, was in old.nodes.items():
        now = new.nodes.get(code)
        if now is None or _unended(was.left_at, now.left_at, was.entry_key, now.entry_key, now.former):
            raise CodedError("exchange.directory_unended", what=code)
        if not set(was.former) <= set(now.former):
            raise CodedError("exchange.directory_unended", what=code)


def _unended(
    left: datetime | None, leaves: datetime | None, key: bytes, new_key: bytes, former: Sequence[bytes]
) -> bool:
    """Whether a key that ended counts again; who left may come back with a key it never had before."""
    if new_key in former or (new_key != key and key not in former):
        return True
    return left is not None and new_key == key and (leaves is None or leaves > left)


def _check(members: Members) -> None:
    node, entries = members.part.node, members.members.values()
    if len(members.members) > MEMBERS_MAX or len({one.code for one in entries}) != len(entries):
        node.fail("members")  # an institution's code is the author of its statements, so no two may share it
    if len(members.nodes) > NODES_MAX or any(one.node not in members.nodes for one in entries):
        node.fail("nodes")
    for one in entries:
        if one.member.instance != members.instance:
            raise CodedError("exchange.directory_foreign", instance=one.member.instance)
    keys = [one.entry_key for one in members.nodes.values()]
    if len(set(keys)) != len(keys):
        node.fail("nodes")
    for code, one_node in members.nodes.items():
        if not set(one_node.witnesses) <= set(members.nodes) - {code}:
            node.fail(f"nodes.{code}.witnesses")


def _member_map(entry: MemberEntry) -> dict[str, Any]:
    return {
        "names": entry.names.as_dict(),
        "identity": text64(entry.identity),
        "former": sorted(text64(key) for key in entry.former),
        "node": entry.node,
        "personal": entry.personal,
        "signs_in": entry.signs_in,
        "since": rfc3339(entry.since),
        "left_at": None if entry.left_at is None else rfc3339(entry.left_at),
    }


def _member(address: str, node: strict_json.Node) -> MemberEntry:
    return MemberEntry(
        member=parse_member(address),
        names=node.names("names"),
        identity=node.bytes64("identity", 32),
        node=_code(node, "node"),
        personal=node.get("personal", bool),
        signs_in=node.get("signs_in", bool),
        since=node.time("since"),
        left_at=node.time_or_none("left_at"),
        former=node.list64("former"),
    )


def _node_map(entry: NodeEntry) -> dict[str, Any]:
    return {
        "operator": entry.operator,
        "url": entry.url,
        "entry_key": text64(entry.entry_key),
        "former": sorted(text64(key) for key in entry.former),
        "witnesses": list(entry.witnesses),
        "witness_key": entry.witness_key,
        "left_at": None if entry.left_at is None else rfc3339(entry.left_at),
    }


def _node(code: str, node: strict_json.Node) -> NodeEntry:
    return NodeEntry(
        code=code if CODE.fullmatch(code) else node.fail(),
        operator=node.text("operator"),
        url=node.text("url") if URL.fullmatch(node.text("url")) else node.fail("url"),
        entry_key=node.bytes64("entry_key", 32),
        witnesses=tuple(str(one) for one in node.get("witnesses", list)),
        witness_key=node.get("witness_key", str),
        left_at=node.time_or_none("left_at"),
        former=node.list64("former"),
    )


def _code(node: strict_json.Node, name: str) -> str:
    return node.text(name) if CODE.fullmatch(node.text(name)) else node.fail(name)


def _proposal(raw: bytes) -> dict[Any, Any]:
    try:
        found = cbor.decode(raw)
    except CodedError:
        return {}
    return found if isinstance(found, dict) else {}
