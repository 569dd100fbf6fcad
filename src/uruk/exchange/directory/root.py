"""The root: who may say what belongs to a country. Signed offline, by a threshold of keys; each names the next.

A root names the authority, the persons who approve members (passkeys, as keys.json lists approvers), where they sign,
and the key of the timestamps. The next version counts when enough keys of this one and enough of its own signed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from uruk.exchange.directory.parts import ROOT, Part, limited, shaped, text64, write_part
from uruk.exchange.domain.addresses import Member, parse_member
from uruk.kernel.api import CodedError, rfc3339
from uruk.trust.api import Approver, RelyingParty

_KEYS_MAX = 16
_APPROVERS_MAX = 256


@dataclass(frozen=True)
class Root:
    """One version of the root, read. `keys` and `timestamp_key`: Ed25519, 32 bytes.

    `members_version`: the last version of members when it was made (0: none). A later one counts only if its approvers
    count under this root, whatever time it says of itself: so whoever is no approver any more can approve nothing new.
    """

    instance: str
    version: int
    published: datetime
    authority: Member
    threshold: int
    keys: tuple[bytes, ...]
    approvers: tuple[Approver, ...]
    party: RelyingParty
    timestamp_key: bytes
    members_version: int
    part: Part

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is signed, hex: what is compared by telephone or on paper."""
        return self.part.digest.hex()

    def succeeds(self, before: "Root") -> None:
        """Refuse a root that is not signed by enough keys of the one before: `exchange.root_refused`."""
        if self.version != before.version + 1 or self.published < before.published:
            raise CodedError("exchange.root_refused", version=self.version)
        if self.authority != before.authority and self.part.signers(before.keys) < len(before.keys):
            # The authority itself moves only when every key holder says so.
            raise CodedError("exchange.root_refused", version=self.version)
        if self.part.signers(before.keys) < before.threshold:
            raise CodedError("exchange.root_refused", version=self.version)


def build_root(
    *,
    instance: str,
    version: int,
    published: datetime,
    authority: str,
    threshold: int,
    keys: Sequence[bytes],
    approvers: Sequence[Approver],
    rp_id: str,
    origins: Sequence[str],
    timestamp_key: bytes,
    members_version: int = 0,
) -> bytes:
    """A root that nobody has signed yet; its holders sign it one after another with `sign_part`."""
    return write_part(
        {
            "uruk": ROOT,
            "instance": instance,
            "version": version,
            "published": rfc3339(published.replace(microsecond=0)),
            "authority": authority,
            "threshold": threshold,
            "keys": sorted(text64(key) for key in keys),
            "approvers": [one.to_map() for one in approvers],
            "rp_id": rp_id,
            "origins": list(origins),
            "timestamp_key": text64(timestamp_key),
            "members_version": members_version,
        }
    )


def read_root(part: Part) -> Root:
    """Read a root, signed by enough of its own keys; `exchange.directory_malformed`, `exchange.root_refused`."""
    if part.kind != ROOT:
        raise CodedError("exchange.directory_malformed", place="uruk")
    with shaped("root."):
        node = part.node
        root = Root(
            instance=part.instance,
            version=part.version or node.fail("version"),
            published=part.published,
            authority=parse_member(node.text("authority")),
            threshold=node.number("threshold") or node.fail("threshold"),
            keys=node.list64("keys"),
            approvers=tuple(Approver.from_node(one) for one in limited(node, "approvers", _APPROVERS_MAX)),
            party=RelyingParty(node.text("rp_id"), tuple(str(one) for one in node.get("origins", list))),
            timestamp_key=node.bytes64("timestamp_key", 32),
            members_version=node.number("members_version"),
            part=part,
        )
        _check(root)
    if part.signers(root.keys) < root.threshold:
        raise CodedError("exchange.root_refused", version=root.version)
    return root


def _check(root: Root) -> None:
    node, distinct = root.part.node, set(root.keys)
    if len(distinct) != len(root.keys) or not root.threshold <= len(distinct) <= _KEYS_MAX:
        node.fail("keys")
    if any(len(key) != 32 for key in distinct):
        node.fail("keys")
    if root.authority.instance != root.instance:
        raise CodedError("exchange.directory_foreign", instance=root.authority.instance)
