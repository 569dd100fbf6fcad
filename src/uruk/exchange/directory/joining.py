"""Joining, changing keys, leaving: what a node asks of the authority, signed with every key that it speaks of.

    {"uruk": "membership/1", "instance", "version", "published", "node": {code: {…}}, "members": {address: {…}}}

A key that takes the place of another is asked for with the signatures of both, so nobody takes over a node or an
institution by asking. What is approved is not the request but the next list of members that it makes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from uruk.exchange.directory.members import Members, build_members, check_grown, entry_maps, read_entries, read_members
from uruk.exchange.directory.model import MemberEntry, NodeEntry
from uruk.exchange.directory.parts import REQUEST, Part, read_part, shaped, write_part
from uruk.kernel.api import CodedError, rfc3339

MEMBERS_MAX = 500
MAX_REQUEST_BYTES = 256 << 10
WITNESSES_MAX = 3


@dataclass(frozen=True)
class JoinRequest:
    """What a node asks for: to be listed so, with these institutions on it."""

    node: NodeEntry
    members: Mapping[str, MemberEntry]
    part: Part


def build_request(
    instance: str, version: int, published: datetime, node: NodeEntry, members: Sequence[MemberEntry]
) -> bytes:
    """A request that nobody has signed yet; `version` grows with each of a node's requests."""
    listed_members, nodes = entry_maps(members, [node])
    return write_part(
        {
            "uruk": REQUEST,
            "instance": instance,
            "version": version,
            "published": rfc3339(published.replace(microsecond=0)),
            "members": listed_members,
            "nodes": nodes,
        }
    )


def read_request(raw: bytes) -> JoinRequest:
    """Read a request without believing it; `exchange.directory_malformed`, `exchange.directory_foreign`."""
    if len(raw) > MAX_REQUEST_BYTES:
        raise CodedError("exchange.directory_malformed", place="/")
    part = read_part(raw)
    if part.kind != REQUEST:
        raise CodedError("exchange.directory_malformed", place="uruk")
    with shaped("request."):
        members, nodes = read_entries(part)
        if len(nodes) != 1 or not members or len(members) > MEMBERS_MAX:
            part.node.fail("nodes")
        (node,) = nodes.values()
        if any(one.node != node.code or one.member.instance != part.instance for one in members.values()):
            part.node.fail("members")
    return JoinRequest(node, members, part)


def check_request(request: JoinRequest, held: Members | None, instance: str) -> None:
    """Refuse a request that some key it speaks of did not sign: `exchange.request_unsigned`, or of another country."""
    if request.part.instance != instance:
        raise CodedError("exchange.directory_foreign", instance=request.part.instance[:64])
    known_node = held.nodes.get(request.node.code) if held else None
    wanted = {request.node.entry_key} | ({known_node.entry_key} if known_node else set())
    for address, one in request.members.items():
        known = held.members.get(address) if held else None
        wanted |= {one.identity} | ({known.identity} if known else set())
    if any(not request.part.signed_by(key) for key in wanted):
        raise CodedError("exchange.request_unsigned", node=request.node.code)


def members_after(request: JoinRequest, held: Members | None, at: datetime) -> bytes:
    """The next list of members as it is if this request is granted; nobody has approved it yet.

    `exchange.directory_unended` where something that ended would begin again, as by an old request sent anew.
    """
    members = dict(held.members) if held else {}
    nodes = dict(held.nodes) if held else {}
    for address, one in request.members.items():
        members[address] = _member(one, members.get(address))
    nodes[request.node.code] = _node(request.node, nodes.get(request.node.code))
    version = (held.version if held else 0) + 1
    watched = _with_witnesses(nodes)
    raw = build_members(request.part.instance, version, at, tuple(members.values()), tuple(watched.values()))
    if held is not None:
        check_grown(read_members(read_part(raw)), held)
    return raw


def check_change(new: Members, held: Members | None, node: str) -> None:
    """Refuse a list that changes more than one node with its institutions: `exchange.change_hidden`.

    Two persons sign a digest and are shown one node: nothing else may stand behind it but who witnesses whom.
    """
    before = held or replace(new, members={}, nodes={})
    shown = {str(one.member) for one in (*new.hosted_by(node).values(), *before.hosted_by(node).values())}
    for address in (new.members.keys() | before.members.keys()) - shown:
        if new.members.get(address) != before.members.get(address):
            raise CodedError("exchange.change_hidden", what=address)
    for code in (new.nodes.keys() | before.nodes.keys()) - {node}:
        now, was = new.nodes.get(code), before.nodes.get(code)
        if now is None or was is None or replace(now, witnesses=was.witnesses) != was:
            raise CodedError("exchange.change_hidden", what=code)


def is_granted(request: JoinRequest, held: Members) -> bool:
    """Whether the list says already what the request asks for."""
    node = held.nodes.get(request.node.code)
    if node is None or _node(request.node, node) != node:
        return False
    return all(
        address in held.members and _member(one, held.members[address]) == held.members[address]
        for address, one in request.members.items()
    )


def _member(asked: MemberEntry, known: MemberEntry | None) -> MemberEntry:
    """A member as asked, with the keys it had before and the day it came."""
    if known is None:
        return asked
    changed = (known.identity,) if known.identity != asked.identity else ()
    return replace(asked, since=known.since, former=(*known.former, *changed))


def _node(asked: NodeEntry, known: NodeEntry | None) -> NodeEntry:
    """A node as asked; which nodes witness it is the authority's to say."""
    if known is None:
        return asked
    changed = (known.entry_key,) if known.entry_key != asked.entry_key else ()
    return replace(asked, former=(*known.former, *changed), witnesses=known.witnesses)


def _with_witnesses(nodes: Mapping[str, NodeEntry]) -> dict[str, NodeEntry]:
    """Each node witnessed by others of other operators, up to three: those that are, and the next by name after it."""
    present = sorted(code for code, node in nodes.items() if node.left_at is None)
    return {code: replace(node, witnesses=_witnesses(node, nodes, present)) for code, node in nodes.items()}


def _witnesses(node: NodeEntry, nodes: Mapping[str, NodeEntry], present: Sequence[str]) -> tuple[str, ...]:
    after = [code for code in present if code > node.code] + [code for code in present if code < node.code]
    may = [code for code in after if nodes[code].operator != node.operator and nodes[code].witness_key]
    kept = [code for code in node.witnesses if code in may]
    return tuple([*kept, *(code for code in may if code not in kept)][:WITNESSES_MAX])
