"""Timestamps: what the newest version of every part is, said anew at least daily by the authority's online key.

A country's directory has the version and the digest of its newest timestamp. Whoever holds an old one knows how old:
nobody can withhold what is new without being noticed after a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from uruk.exchange.directory.parts import TIMESTAMP, Part, shaped, text64, write_part
from uruk.kernel.api import CodedError, rfc3339
from uruk.trust.api import strict_json


@dataclass(frozen=True)
class Listed:
    """The version of a part, and the digest of what is signed in it."""

    version: int
    digest: bytes

    def fits(self, part: Part) -> bool:
        """Whether a part is this one or a newer one."""
        return part.version > self.version or (part.version == self.version and part.digest == self.digest)


@dataclass(frozen=True)
class Timestamp:
    """One timestamp, read: what it lists as newest. `entries` by node."""

    instance: str
    version: int
    published: datetime
    root: Listed
    members: Listed
    entries: Mapping[str, Listed]
    part: Part


def listed(part: Part) -> Listed:
    """How a timestamp names a part."""
    return Listed(part.version, part.digest)


def build_timestamp(
    instance: str, version: int, published: datetime, root: Listed, members: Listed, entries: Mapping[str, Listed]
) -> bytes:
    """A timestamp that nobody has signed yet."""
    return write_part(
        {
            "uruk": TIMESTAMP,
            "instance": instance,
            "version": version,
            "published": rfc3339(published.replace(microsecond=0)),
            "root": _map(root),
            "members": _map(members),
            "entries": {node: _map(one) for node, one in entries.items()},
        }
    )


def read_timestamp(part: Part) -> Timestamp:
    """Read a timestamp without believing it; `exchange.directory_malformed`."""
    if part.kind != TIMESTAMP:
        raise CodedError("exchange.directory_malformed", place="uruk")
    with shaped("timestamp."):
        top = {name: strict_json.Node(part.node.get(name, dict), name) for name in ("root", "members")}
        return Timestamp(
            instance=part.instance,
            version=part.version,
            published=part.published,
            root=_listed(top["root"]),
            members=_listed(top["members"]),
            entries={code: _listed(node) for code, node in part.node.members("entries").items()},
            part=part,
        )


def _map(one: Listed) -> dict[str, object]:
    return {"version": one.version, "digest": text64(one.digest)}


def _listed(node: strict_json.Node) -> Listed:
    return Listed(node.number("version"), node.bytes64("digest", 32))
