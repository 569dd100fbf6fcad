"""keys.json: which keys belong to which institution. Whoever holds it verifies without a network."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from uruk.kernel.api import CodedError, rfc3339
from uruk.trust import strict_json
from uruk.trust.directory_entries import InstitutionEntry, LogKey, SealKey
from uruk.trust.encoding import base64_text
from uruk.trust.strict_json import Node

VERSION = "keys/1"
_HOST = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/([A-Za-z0-9._~-]+/)*")


@dataclass(frozen=True)
class Directory:
    """The keys of a node's institutions at one version.

    ``host`` is the URL that QR codes open, ending in a slash; ``rp_id`` and ``origins`` are what approvals must name
    (WebAuthn §7.2); ``authorities`` and ``timestampers`` are certificates in DER.
    """

    instance: str
    node: str
    version: int
    published: datetime
    host: str
    demonstration: bool
    rp_id: str
    origins: tuple[str, ...]
    institutions: Mapping[str, InstitutionEntry]
    authorities: tuple[bytes, ...] = ()
    timestampers: tuple[bytes, ...] = ()
    raw: bytes = field(default=b"", compare=False, repr=False)

    @classmethod
    def parse(cls, data: str | bytes) -> "Directory":
        """Read keys.json; errors ``trust.json_…``, ``trust.keys_version``, ``trust.keys_shape`` with the path.

        Every log and seal key must carry the delegation of its institution's identity key, and no key id or origin
        may stand twice.
        """
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        node = Node(strict_json.load(raw))
        if node.text("uruk") != VERSION:
            raise CodedError("trust.keys_version", version=node.text("uruk")[:32])
        directory = cls(
            instance=node.text("instance"),
            node=node.text("node"),
            version=node.number("version"),
            published=node.time("published"),
            host=node.text("host"),
            demonstration=node.get("demonstration", bool),
            rp_id=node.text("rp_id"),
            origins=tuple(str(origin) for origin in node.get("origins", list)),
            institutions={
                code: InstitutionEntry.from_node(code, child) for code, child in node.members("institutions").items()
            },
            authorities=node.list64("authorities"),
            timestampers=node.list64("timestampers"),
            raw=raw,
        )
        directory._check(node)
        return directory

    def to_json(self) -> str:
        """Write keys.json: compact, members sorted, so that the same directory is the same bytes."""
        document = {
            "uruk": VERSION,
            "instance": self.instance,
            "node": self.node,
            "version": self.version,
            "published": rfc3339(self.published),
            "host": self.host,
            "demonstration": self.demonstration,
            "rp_id": self.rp_id,
            "origins": list(self.origins),
            "institutions": {code: entry.to_map() for code, entry in self.institutions.items()},
            "authorities": [base64_text(certificate) for certificate in self.authorities],
            "timestampers": [base64_text(certificate) for certificate in self.timestampers],
        }
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> bytes:
        """SHA-256 of the keys.json bytes: those that were read, or those that ``to_json`` writes."""
        return hashlib.sha256(self.raw or self.to_json().encode()).digest()

    def institution(self, code: str) -> InstitutionEntry:
        """The institution's entry; an unknown code raises ``trust.issuer_unlisted``."""
        if code not in self.institutions:
            raise CodedError("trust.issuer_unlisted", institution=code[:64])
        return self.institutions[code]

    def find_seal(self, kid: bytes) -> tuple[InstitutionEntry, SealKey] | None:
        """The seal key with this 8-byte key id and whose it is, or None."""
        return self._seals.get(kid)

    @cached_property
    def _seals(self) -> dict[bytes, tuple[InstitutionEntry, SealKey]]:
        return {seal.kid: (entry, seal) for entry in self.institutions.values() for seal in entry.seals}

    def log_key(self, origin: str, author: str, at: datetime, proved_at: datetime | None = None) -> LogKey:
        """The key of an author's log for something logged at ``at`` (the statement's own time).

        Errors: ``trust.log_unlisted`` where the author has no such log; ``trust.log_not_yet``, ``trust.log_retired``,
        ``trust.log_compromised`` where its key does not count at that time. ``proved_at``: see ``DelegatedKey``.
        """
        logs = self.institutions[author].logs if author in self.institutions else ()
        for key in logs:
            if key.origin == origin:
                problem = key.problem(at, at, proved_at)
                if problem:
                    raise CodedError(f"trust.log_{problem}", origin=origin)
                return key
        raise CodedError("trust.log_unlisted", origin=origin[:128], author=author[:64])

    def _check(self, node: Node) -> None:
        if not _HOST.fullmatch(self.host):
            node.fail("host")
        seals: list[Any] = [seal.kid for entry in self.institutions.values() for seal in entry.seals]
        origins: list[Any] = [log.origin for entry in self.institutions.values() for log in entry.logs]
        for name, found in (("seals", seals), ("logs", origins)):
            if len(set(found)) != len(found):
                node.fail(name)
