"""Verifying the evidence of a message offline: each receipt, what the four say of each other, directory, agreement.

What is proved is that these institutions said these things, in logs that the country's directory lists for them; under
which directory is for the reader to compare: by the fingerprint of its root.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from uruk.exchange.directory.held import country_of
from uruk.exchange.directory.model import CountryDirectory
from uruk.exchange.directory.parts import ROOT, read_part
from uruk.exchange.directory.root import read_root
from uruk.exchange.evidence.bundle import PLACES, Bundle
from uruk.exchange.messages.statements import ANSWER, REQUEST, act_of
from uruk.exchange.witness.listed import witnesses_for
from uruk.kernel.api import CodedError
from uruk.trust.api import Receipt, Remark, VerifiedReceipt, parse_statement, verify_receipt

# What stands in each place: type, roles. An answer that never came is told by the one who waited.
_ASKED = {
    "request-sent": (REQUEST, ("sent",)),
    "request-received": (REQUEST, ("received",)),
    "answer-sent": (ANSWER, ("sent",)),
    "answer-received": (ANSWER, ("received", "missing")),
}
_CONSUMER = ("request-sent", "answer-received")
_UNDECIDED = frozenset(
    {"trust.receipt_witness", "trust.log_unlisted", "trust.issuer_unlisted", "exchange.member_unknown"}
)
APPROVED = "agreement.approved"


@dataclass(frozen=True)
class BundleVerdict:
    """The answer: `exit` 0 proved, 1 refused, 2 cannot be told; why; and all that was found.

    `fingerprint`: of the root the proof stands on. `receipts`: what each place proves. `approved_by`: institutions of
    which two persons approved the agreement. `went_by`: versions of the directory that an author went by and that are
    proved here.
    """

    exit: int
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    fingerprint: str = ""
    consumer: str = ""
    provider: str = ""
    receipts: Mapping[str, VerifiedReceipt] = field(default_factory=dict)
    forgotten: Mapping[str, int] = field(default_factory=dict)
    approved_by: tuple[str, ...] = ()
    went_by: tuple[int, ...] = ()
    contents: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def verify_bundle(bundle: Bundle, root: str, at: datetime) -> BundleVerdict:
    """Judge a bundle; `root` is the fingerprint (hex) of the root that the reader trusts, or empty where none is known.

    Then the answer is "cannot be told", with everything that would be proved and the fingerprint to compare.
    """
    try:
        countries = _countries(bundle, root)
        case = _Case(bundle, countries, at)
        receipts = {place: case.receipt(place) for place in PLACES if place in bundle.receipts}
        _check_chain(bundle, receipts)
        contents = tuple(_contents(bundle, receipts))
        approved = tuple(sorted(case.approvals(receipts)))
    except CodedError as error:
        return BundleVerdict(2 if error.code in _UNDECIDED else 1, error.code, error.values)
    found = BundleVerdict(
        exit=0 if root else 2,
        code="exchange.bundle_proved" if root else "exchange.bundle_root_unknown",
        values={"fingerprint": _fingerprint(bundle, root)},
        fingerprint=_fingerprint(bundle, root),
        consumer=case.consumer,
        provider=case.provider,
        receipts=receipts,
        forgotten=bundle.forgotten,
        approved_by=approved,
        went_by=tuple(sorted(case.went_by(receipts))),
        contents=contents,
    )
    return case.judged(found)


@dataclass
class _Case:
    """A bundle, the directories that its parts make (the newest first), and the time of judging."""

    bundle: Bundle
    countries: Sequence[CountryDirectory]
    at: datetime
    consumer: str = ""
    provider: str = ""

    def __post_init__(self) -> None:
        for place in ("request-sent", "answer-sent"):
            if place in self.bundle.receipts:
                body = _body(self.bundle.receipts[place])
                self.consumer, self.provider = _member(body, "client"), _member(body, "service")

    def receipt(self, place: str) -> VerifiedReceipt:
        """What the receipt in this place proves, under the newest directory that knows its author."""
        kind, roles = _ASKED[place]
        receipt = self.bundle.receipts[place]
        address = self._address(place)
        country = next((one for one in self.countries if _knows(one, address)), self.countries[0])
        witnesses = {one.key: one for each in reversed(self.countries) for one in witnesses_for(each, address)}
        found = verify_receipt(
            receipt, country.keys(address), type=kind, author=address.split("/")[2], at=self.at,
            witnesses=tuple(witnesses.values()),
        )  # fmt: skip
        if found.statement.role not in roles or found.statement.act != act_of(self.bundle.request, PLACES.index(place)):
            raise CodedError("exchange.bundle_mismatch", what=place)
        return found

    def approvals(self, receipts: Mapping[str, VerifiedReceipt]) -> Iterator[str]:
        """The institutions of which two persons approved the agreement by which the message was judged."""
        digests = {one.statement.body.get("agreement") for one in receipts.values()} - {None, b""}
        for code, receipt in self.bundle.approvals.items():
            address = next((one for one in (self.consumer, self.provider) if one.split("/")[-1] == code), None)
            if address is None:
                raise CodedError("exchange.bundle_mismatch", what=f"agreement/{code}")
            country = next((one for one in self.countries if _knows(one, address)), self.countries[0])
            witnesses = witnesses_for(country, address)
            found = verify_receipt(
                receipt, country.keys(address), type=APPROVED, author=code, at=self.at, witnesses=witnesses
            )
            if found.statement.body.get("digest") not in digests or not found.two_persons:
                raise CodedError("exchange.bundle_mismatch", what=f"agreement/{code}")
            yield code

    def went_by(self, receipts: Mapping[str, VerifiedReceipt]) -> set[int]:
        """The versions of the directory that statements name and that the bundle proves."""
        known = {(one.version, one.digest) for one in self.countries}
        named = {(one.statement.directory_version, one.statement.directory_digest) for one in receipts.values()}
        return {version for version, _ in known & named}

    def judged(self, found: BundleVerdict) -> BundleVerdict:
        """The answer with what weakens it: a log of two histories, what is not proved, parties of one operator."""
        now = self.countries[0]
        for one in found.receipts.values():
            if now.is_quarantined(one.origin):
                values = {"origin": one.origin}
                return replace(found, exit=2, code="exchange.bundle_quarantined", values=values)
        return replace(found, remarks=tuple(self._remarks(found)))

    def _remarks(self, found: BundleVerdict) -> Iterator[Remark]:
        if set(found.approved_by) != {self.consumer.split("/")[-1], self.provider.split("/")[-1]}:
            yield Remark("exchange.bundle_unapproved")
        named = {one.statement.directory_version for one in found.receipts.values()}
        if named - set(found.went_by):
            yield Remark("exchange.bundle_directory_missing", {"count": len(named - set(found.went_by))})
        if {"request-sent", "answer-sent"} - set(found.receipts):
            yield Remark("exchange.bundle_one_sided")
        operators = {self._operator(self.consumer), self._operator(self.provider)}
        if len(operators) == 1 and not all(one.operators for one in found.receipts.values()):
            yield Remark("exchange.bundle_one_operator", {"operator": operators.pop()})

    def _operator(self, member: str) -> str:
        """Who operates a member's node, as the newest directory has it."""
        known = self.countries[0].members.get(member)
        node = self.countries[0].nodes.get(known.node) if known else None
        return node.operator if node else member

    def _address(self, place: str) -> str:
        address = self.consumer if place in _CONSUMER else self.provider
        if not address:
            raise CodedError("exchange.bundle_mismatch", what=place)
        return address


def _countries(bundle: Bundle, root: str) -> list[CountryDirectory]:
    """The directories, the newest first, each from the trusted root on; that of now must be there."""
    found = []
    for version in sorted(bundle.directories, reverse=True):
        try:
            found.append(_country(bundle.directories[version], root))
        except CodedError:
            if version == bundle.now:
                raise
    if not found or found[0].version != bundle.now or found[0].instance != bundle.instance:
        raise CodedError("exchange.bundle_mismatch", what="directories")
    return found


def _country(parts: Sequence[bytes], root: str) -> CountryDirectory:
    """The directory of these parts; `exchange.bundle_other_root` where the trusted root is none of them."""
    for place, raw in enumerate(parts):
        part = read_part(raw)
        if part.kind == ROOT and (not root or read_root(part).fingerprint == root):
            return country_of(raw, parts[place + 1 :])
    raise CodedError("exchange.bundle_other_root")


def _fingerprint(bundle: Bundle, root: str) -> str:
    return root or read_root(read_part(bundle.directories[bundle.now][0])).fingerprint


def _check_chain(bundle: Bundle, found: Mapping[str, VerifiedReceipt]) -> None:
    """What the four say of each other: each names the statement before it, and where that stands."""
    for place, before, with_place in (
        ("request-received", "request-sent", True),
        ("answer-sent", "request-sent", False),
        ("answer-received", "answer-sent", True),
    ):
        if place in found and before in found and found[place].statement.role != "missing":
            _check_link(place, found[place], found[before], with_place)
    sides = [found[place].statement.body for place in ("request-sent", "answer-sent") if place in found]
    if len({(body.get("client"), body.get("service")) for body in sides}) > 1:
        raise CodedError("exchange.bundle_mismatch", what="answer-sent")
    for place, one in found.items():
        if one.statement.body.get("request") != bundle.request:
            raise CodedError("exchange.bundle_mismatch", what=place)


def _check_link(place: str, one: VerifiedReceipt, before: VerifiedReceipt, with_place: bool) -> None:
    body = one.statement.body
    same = body.get("statement") == before.statement.digest
    if with_place:
        same = same and (body.get("origin"), body.get("index")) == (before.origin, before.index)
    if not same:
        raise CodedError("exchange.bundle_mismatch", what=place)


def _contents(bundle: Bundle, found: Mapping[str, VerifiedReceipt]) -> Iterator[str]:
    """Which headers and bodies are given along and are those that the statements name."""
    for kind, member, given in (("header", "header", bundle.headers), ("body", "content", bundle.bodies)):
        for side, data in sorted(given.items()):
            body = found[f"{side}-sent"].statement.body if f"{side}-sent" in found else {}
            if body.get(member) != sha256(data).digest() or (kind == "body" and body.get("length") != len(data)):
                raise CodedError("exchange.bundle_mismatch", what=f"{side}.{kind}")
            yield f"{side}.{kind}"


def _knows(country: CountryDirectory, address: str) -> bool:
    try:
        country.entry(address)
    except CodedError:
        return False
    return True


def _body(receipt: Receipt) -> Mapping[str, Any]:
    return parse_statement(receipt.statement).body


def _member(body: Mapping[str, Any], name: str) -> str:
    """The member's address in a subsystem's or service's."""
    parts = str(body.get(name, "")).split("/")
    if len(parts) < 4:
        raise CodedError("exchange.bundle_mismatch", what=name)
    return "/".join(parts[:3])
