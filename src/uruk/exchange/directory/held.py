"""What is held of a country's directory, each part verified as it is taken: the rules of the directory, without files.

Versions only grow; what ended does not begin again; the newest part of each kind counts, whoever brought it. A
timestamp counts when all that it lists is held, so nobody can hide a newer part behind an older one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from uruk.exchange.directory.entry import Entry, check_continued, check_signed, proved_forks, read_entry
from uruk.exchange.directory.members import Members, check_approved, check_grown, read_members
from uruk.exchange.directory.model import CountryDirectory
from uruk.exchange.directory.parts import ENTRY, MEMBERS, ROOT, TIMESTAMP, Part, read_part
from uruk.exchange.directory.root import Root, read_root
from uruk.exchange.directory.timestamps import Timestamp, read_timestamp
from uruk.kernel.api import CodedError

WAITING_MAX = 8  # timestamps that list what is not held yet


@dataclass
class Held:
    """The verified parts. `root` is the pinned one at first: it speaks for exactly its instance."""

    root: Root
    roots: list[Root] = field(default_factory=list)
    members: Members | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    timestamp: Timestamp | None = None
    _waiting: list[Timestamp] = field(default_factory=list)

    @classmethod
    def pinned(cls, raw: bytes) -> "Held":
        """Begin with a root that was compared by its fingerprint; `exchange.root_refused`."""
        root = read_root(read_part(raw))
        return cls(root, [root])

    def take(self, raw: bytes) -> Part | None:
        """Verify a part and take it if it is newer than what is held; None where it is not.

        Errors: `exchange.directory_malformed`, `exchange.directory_foreign`, `exchange.root_refused`,
        `exchange.members_unapproved`, `exchange.entry_unsigned`, `exchange.timestamp_unsigned`,
        `exchange.directory_unended`.
        """
        part = read_part(raw)
        if part.instance != self.root.instance:
            raise CodedError("exchange.directory_foreign", instance=part.instance[:64])
        taken = {ROOT: self._root, MEMBERS: self._members, ENTRY: self._entry, TIMESTAMP: self._timestamp}
        if part.kind not in taken:
            raise CodedError("exchange.directory_malformed", place="uruk")
        if not taken[part.kind](part):
            return None
        self._settle()
        return part

    def country(self) -> CountryDirectory:
        """The directory as it is known now; `exchange.directory_missing` before members and a timestamp are held."""
        if self.members is None or self.timestamp is None:
            raise CodedError("exchange.directory_missing")
        forks = proved_forks(self.entries)
        nodes = {
            code: self.entries[code].joined(node, self.members, forks[code]) if code in self.entries else node
            for code, node in self.members.nodes.items()
        }
        return CountryDirectory(
            instance=self.root.instance,
            version=self.timestamp.version,
            digest=self.timestamp.part.digest,
            published=self.timestamp.published,
            authority=str(self.root.authority),
            members=self.members.members,
            nodes=nodes,
        )

    def parts(self) -> Iterator[Part]:
        """The newest parts, in the order in which somebody who holds nothing must take them."""
        yield from (root.part for root in self.roots)
        if self.members is not None:
            yield self.members.part
        yield from (entry.part for entry in self.entries.values())
        if self.timestamp is not None:
            yield self.timestamp.part

    def _root(self, part: Part) -> bool:
        if part.version != self.root.version + 1:
            return False
        root = read_root(part)
        root.succeeds(self.root)
        self.root = root
        self.roots.append(root)
        if self.timestamp is not None and not self.timestamp.part.signed_by(root.timestamp_key):
            self.timestamp = None  # its key was replaced: nothing that it said counts any more
        self._waiting = [one for one in self._waiting if one.part.signed_by(root.timestamp_key)]
        return True

    def _members(self, part: Part) -> bool:
        if self.members is not None and not self._is_newer(part, self.members.part):
            return False
        members = read_members(part)
        check_approved(members, self.root)
        if self.members is not None and members.version > self.members.version:
            check_grown(members, self.members)
        self.members = members
        # A key that the authority replaced, or a node that left, ends on sight.
        self.entries = {code: entry for code, entry in self.entries.items() if _is_signed(entry, members)}
        return True

    def _entry(self, part: Part) -> bool:
        entry = read_entry(part)
        held = self.entries.get(entry.node)
        if held is not None and not self._is_newer(part, held.part):
            return False
        if self.members is None:
            raise CodedError("exchange.directory_missing")
        check_signed(entry, self.members)
        if held is not None and not (self._is_listed(part) and not self._is_listed(held.part)):
            check_continued(entry, held, self.members)
        self.entries[entry.node] = entry
        return True

    def _is_newer(self, part: Part, held: Part) -> bool:
        """Whether a part takes the place of the one held: of two of one version, the one that a timestamp lists.

        So a node that shows its peers another entry than the authority cannot keep them from following the authority.
        """
        if part.version != held.version:
            return part.version > held.version
        return part.digest != held.digest and self._is_listed(part)

    def _is_listed(self, part: Part) -> bool:
        """Whether a timestamp of the authority lists exactly this part."""
        stamps = [*self._waiting, *([self.timestamp] if self.timestamp else [])]
        return any(part.digest in _digests(one) for one in stamps)

    def _timestamp(self, part: Part) -> bool:
        counts = 0 if self.timestamp is None else self.timestamp.version
        if part.version <= counts or part.version in {one.version for one in self._waiting}:
            return False
        timestamp = read_timestamp(part)
        if not part.signed_by(self.root.timestamp_key):
            raise CodedError("exchange.timestamp_unsigned", version=part.version)
        if self.timestamp is not None and timestamp.published < self.timestamp.published:
            raise CodedError("exchange.timestamp_unsigned", version=part.version)
        self._waiting = sorted([*self._waiting, timestamp], key=lambda one: one.version)
        return True

    def _settle(self) -> None:
        """The newest timestamp counts of which all that it lists is held."""
        for one in reversed(self._waiting):
            if self._has_all(one):
                self.timestamp = one
                self._waiting = [other for other in self._waiting if other.version > one.version]
                break
        self._waiting = self._waiting[-WAITING_MAX:]

    def _has_all(self, timestamp: Timestamp) -> bool:
        members = self.members
        if members is None or not timestamp.members.fits(members.part) or not timestamp.root.fits(self.root.part):
            return False
        # Under a newer list of members some entries may count no more: a key was replaced, a node left.
        wanted = timestamp.entries if timestamp.members.version == members.version else self.entries.keys()
        return all(
            code in self.entries and listed.fits(self.entries[code].part)
            for code, listed in timestamp.entries.items()
            if code in wanted and code in members.nodes and members.nodes[code].left_at is None
        )


def country_of(root: bytes, parts: Sequence[bytes]) -> CountryDirectory:
    """The directory that these parts make under a pinned root, for whoever verifies offline; errors as `Held.take`."""
    held = Held.pinned(root)
    for raw in parts:
        held.take(raw)
    return held.country()


def _digests(timestamp: Timestamp) -> set[bytes]:
    return {timestamp.members.digest, *(one.digest for one in timestamp.entries.values())}


def _is_signed(entry: Entry, members: Members) -> bool:
    try:
        check_signed(entry, members)
    except CodedError:
        return False
    return True
