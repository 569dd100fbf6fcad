"""The authority's side of the directory: requests to join or leave, approved by two persons, and the timestamps.

A request becomes a proposal whose attachment is the next list of members; what the two persons sign holds that list's
digest, so their approvals are the list's own. Every version is an act of the authority (`directory.published`).
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import structlog

from uruk.acts.api import (
    Deed,
    clock,
    directory_store,
    is_acknowledged,
    key_store,
    node_settings,
    perform,
    receipt_of,
)
from uruk.exchange.api import (
    Held,
    JoinRequest,
    Members,
    approve_members,
    build_timestamp,
    check_change,
    check_request,
    is_granted,
    listed,
    members_after,
    members_body,
    read_members,
    read_part,
    read_request,
    sign_part,
)
from uruk.kernel.api import Actor, CodedError, Text
from uruk.publishing.decisions import Decided, Decision, Line, Summary
from uruk.publishing.models import Proposal, ProposalDecision
from uruk.publishing.proposals import decided_of, propose, withdraw_proposals
from uruk.trust.api import Receipt, Signer

_LOG = structlog.get_logger("uruk.publishing")
KIND, RIGHT, ACT = "membership", "approve-members", "directory.published"
TIMESTAMP_KEY = "directory/timestamp"
TIMESTAMP_EVERY = timedelta(hours=6)
MAX_REQUESTS = 100
# One act for each version of a part, however often it is attempted.
_PARTS = UUID("3f0a7f0e-96c5-4f0e-8b59-2d2f6d0c7b18")
_SUPERSEDED = "another list of members came first"


def receive_request(raw: bytes) -> None:
    """Take a node's request to be listed, and propose the list that it makes to the authority's two persons.

    Errors: `publishing.no_authority`, `publishing.requests_too_many`, `exchange.request_unsigned`,
    `exchange.directory_malformed`, `exchange.directory_foreign`.
    """
    held = _authority()
    request = _checked(raw, held)
    folder = _requests()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _path_of(request)
    known = held.members is not None and request.node.code in held.members.nodes
    if not known and not path.exists() and len(list(folder.glob("*.json"))) >= MAX_REQUESTS:
        raise CodedError("publishing.requests_too_many", limit=MAX_REQUESTS)
    _propose(request, held)
    path.write_bytes(raw)


def receive_part(raw: bytes) -> bool:
    """Take a newer part of the directory from whomever; True where it was newer. Errors: those of `Held.take`."""
    newer = directory_store().offer(raw)
    if newer:
        publish_timestamp()
    return newer


def publish_timestamp() -> int:
    """Sign what is newest, if this node keeps the timestamp key and something changed or six hours passed; 1 if so."""
    try:
        held = directory_store().held()
    except CodedError:
        return 0
    signer, now = _timestamp_signer(held), clock().now()
    if held.members is None or signer is None:
        return 0
    entries = {code: listed(one.part) for code, one in held.entries.items()}
    version = max(held.timestamp.version if held.timestamp else 0, directory_store().last_timestamp()) + 1
    root, members = listed(held.root.part), listed(held.members.part)
    raw = build_timestamp(held.root.instance, version, now, root, members, entries)
    directory_store().offer(sign_part(raw, signer))
    record_parts()
    return 1


def timestamp_key_names() -> list[str]:
    """The timestamp keys that this node keeps: the present one, and those before it."""
    return [name for name in key_store().names() if name.startswith(TIMESTAMP_KEY)]


def _timestamp_signer(held: Held) -> Signer | None:
    """The key that the root names for timestamps, if one is due and this node keeps it."""
    if held.members is None or not _is_due(held):
        return None
    signers = (key_store().open(name) for name in timestamp_key_names())
    return next((one for one in signers if one.public_key == held.root.timestamp_key), None)


def record_parts() -> None:
    """See to it that the newest root and timestamp stand in the authority's log; each does so once."""
    held = directory_store().held()
    author = held.root.authority.code
    newest = {"root": held.root.part} | ({"timestamp": held.timestamp.part} if held.timestamp else {})
    for name, part in newest.items():
        body = {"part": name, "version": part.version, "digest": part.digest}
        act_id = uuid5(_PARTS, f"{name}/{part.version}/{part.digest.hex()}")
        if receipt_of(act_id) is None:
            deed = Deed(type=ACT, role="published", author=author, body=body, rows=_no_rows, act_id=act_id)
            perform(Actor.system(author), deed)


def authority_round() -> int:
    """What the authority's node does each minute: interrupted lists, requests that wait, timestamps."""
    try:
        held = _authority()
    except CodedError:
        return 0
    done = _take_decided(held)
    for path in sorted(_requests().glob("*.json"))[:MAX_REQUESTS]:
        _propose_again(path, directory_store().held())
    published = publish_timestamp()
    record_parts()
    return done + published


def membership_decision() -> Decision:
    """What `publishing.wiring` contributes."""
    return Decision(KIND, RIGHT, ACT, "published", _check, _summary, _rows, _after)


def _authority() -> Held:
    """What is held of the directory, on the authority's own node; `publishing.no_authority` elsewhere."""
    try:
        held = directory_store().held()
    except CodedError:
        raise CodedError("publishing.no_authority") from None
    if not is_authority():
        raise CodedError("publishing.no_authority")
    return held


def is_authority() -> bool:
    """Whether this node keeps the directory: it has the timestamp key."""
    return TIMESTAMP_KEY in key_store().names()


def _checked(raw: bytes, held: Held) -> JoinRequest:
    request = read_request(raw)
    check_request(request, held.members, held.root.instance)
    return request


def _propose(request: JoinRequest, held: Held) -> None:
    """One open proposal for a node under one key: a newer request under that key takes the older one's place.

    Somebody else who asks for the same name with a key of their own does not: both wait, and two persons compare.
    """
    what = _what(request)
    granted = held.members is not None and is_granted(request, held.members)
    raw = b"" if granted else members_after(request, held.members, clock().now())
    withdraw_proposals(KIND, held.root.authority.code, _SUPERSEDED, **what)
    if not granted:
        body = members_body(raw) | what | {"request": request.part.digest}
        propose(Actor.system(None), KIND, body, held.root.authority.code, raw)


def _what(request: JoinRequest) -> dict[str, Any]:
    return {"node": request.node.code, "key": request.node.entry_key}


def _path_of(request: JoinRequest) -> Path:
    return _requests() / f"{request.node.code}.{request.node.entry_key.hex()[:32]}.json"


def _propose_again(path: Path, held: Held) -> None:
    """Keep a request proposed until it is granted; one that is wrong by now is dropped."""
    try:
        request = _checked(path.read_bytes(), held)
        if _is_refused(request, held) or (held.members is not None and is_granted(request, held.members)):
            path.unlink(missing_ok=True)
        elif not _is_open(request, held):
            _propose(request, held)
    except CodedError as error:
        _LOG.warning("a request to join is dropped", node=path.stem, error=error.code)
        path.unlink(missing_ok=True)


def _is_open(request: JoinRequest, held: Held) -> bool:
    """Whether a proposal for this request waits that makes the very next version."""
    rows = Proposal.objects.filter(kind=KIND, institution=held.root.authority.code, decision__isnull=True)
    wanted = _what(request) | {"version": (held.members.version if held.members else 0) + 1}
    bodies = (decided_of(row).body for row in rows.filter(refusal__isnull=True)[:MAX_REQUESTS])
    return any(wanted.items() <= body.items() for body in bodies)


def _is_refused(request: JoinRequest, held: Held) -> bool:
    """Whether a person refused exactly this request; a newer one may be proposed again."""
    rows = Proposal.objects.filter(kind=KIND, institution=held.root.authority.code, refusal__person__isnull=False)
    newest = rows.order_by("-made_at")[:MAX_REQUESTS]
    return any(decided_of(row).body.get("request") == request.part.digest for row in newest)


def _take_decided(held: Held) -> int:
    """Take up lists whose act has its receipt but which were not kept: the process was stopped in between."""
    rows = ProposalDecision.objects.filter(is_acknowledged("act_id"), proposal__kind=KIND).select_related("proposal")
    newest = held.members.version if held.members else 0
    taken = 0
    for row in rows.order_by("-proposal__made_at")[:MAX_REQUESTS]:
        decided = decided_of(row.proposal)
        if int(decided.body["version"]) > newest:
            taken += _keep(decided)
    return taken


def _check(institution: str, body: Mapping[str, Any], attachment: bytes) -> None:
    """Why a list cannot be approved any more: it is not the next one."""
    members, held = read_members(read_part(attachment)), _authority()
    newest = held.members.version if held.members else 0
    if institution != held.root.authority.code or members.version != newest + 1:
        raise CodedError("publishing.members_superseded", version=members.version)
    if members_body(attachment)["digest"] != body["digest"]:
        raise CodedError("publishing.members_superseded", version=members.version)
    check_change(members, held.members, str(body["node"]))


def _rows(act_id: UUID, decided: Decided) -> None:
    """No rows: the directory's files are the facts."""


def _no_rows(act_id: UUID) -> None:
    """As `_rows`."""


def _after(decided: Decided, receipt: Receipt) -> None:
    _keep(decided)
    (_requests() / f"{decided.body['node']}.{decided.body['key'].hex()[:32]}.json").unlink(missing_ok=True)
    publish_timestamp()


def _keep(decided: Decided) -> int:
    return int(directory_store().offer(approve_members(decided.attachment, decided.proposal, decided.approvals)))


def _is_due(held: Held) -> bool:
    stamp = held.timestamp
    if stamp is None or clock().now() - stamp.published >= TIMESTAMP_EVERY:
        return True
    entries = {code: listed(one.part) for code, one in held.entries.items()}
    assert held.members is not None
    return (stamp.root, stamp.members, stamp.entries) != (
        listed(held.root.part),
        listed(held.members.part),
        entries,
    )


def _requests() -> Path:
    return node_settings().data / "directory-requests"


def _summary(institution: str, body: Mapping[str, Any], attachment: bytes) -> Summary:
    """What changes, in words: the two persons sign a digest, and this is what it stands for."""
    members = read_members(read_part(attachment))
    node = members.nodes[str(body["node"])]
    title = Text("دليل أعضاء التبادل", "ڕێبەری ئەندامانی ئاڵوگۆڕ", "The exchange's directory of members")
    leaving = (
        Text("تغادر", "دەڕوات", "leaves")
        if node.left_at
        else Text("تنضم أو تتغير", "دێت یان دەگۆڕێت", "joins or changes")
    )
    lines = [
        Line(Text("العقدة", "گرێ", "Node"), _plain(node.code)),
        Line(Text("الأمر", "کار", "What"), leaving),
        Line(Text("المشغّل", "بەڕێوەبەر", "Operator"), _plain(node.operator)),
        Line(Text("العنوان", "ناونیشان", "Address"), _plain(node.url)),
        Line(Text("مفتاح العقدة", "کلیلی گرێ", "Node's key"), _plain(node.entry_key.hex())),
        *(_member_line(members, address) for address in members.members if members.members[address].node == node.code),
        Line(Text("الإصدار", "وەشان", "Version"), _plain(str(members.version))),
    ]
    return Summary(title, tuple(lines))


def _member_line(members: Members, address: str) -> Line:
    one = members.members[address]
    key = one.identity.hex()
    names = {lang: f"{one.names.get(lang)} ({address}), {key}" for lang in ("ar", "ckb", "en")}
    return Line(Text("المؤسسة ومفتاحها", "دامەزراوە و کلیلەکەی", "Institution and its key"), Text(**names))


def _plain(text: str) -> Text:
    return Text(text, text, text)
