"""The country directory of a node on disk: every version of every part, each verified before it is kept.

    root/1.json …   members/1.json …   entries/<node>/1.json …   timestamps/1.json …   timestamp.json (the newest)

Nothing in it is secret, and any web server may hand it out. Several processes of a node share it: each verifies what
it reads, and notices by `newest` that another kept something.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

from uruk.exchange.directory.held import Held
from uruk.exchange.directory.held import country_of as read_country
from uruk.exchange.directory.members import CODE
from uruk.exchange.directory.model import CountryDirectory
from uruk.exchange.directory.parts import ENTRY, MEMBERS, ROOT, TIMESTAMP, Part, read_part
from uruk.exchange.directory.timestamps import Timestamp, read_timestamp
from uruk.kernel.api import CodedError
from uruk.trust.api import write_new

TIMESTAMP_NAME, _NEWEST, _LOCK = "timestamp.json", "newest", ".lock"
_NEVER = (-1, -1)
_FAR_OFF = 1 << 40
_FOLDERS = {ROOT: "root", MEMBERS: "members", TIMESTAMP: "timestamps"}


@dataclass
class _Loaded:
    """What was read, and how the folder looked then; `news`: parts were offered here since `current` was asked."""

    held: Held | None
    country: CountryDirectory | None
    seen: tuple[int, int]
    news: bool = False


class DirectoryStore:
    """The verified parts in a folder (DATA/directory)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: _Loaded | None = None

    def current(self) -> CountryDirectory:
        """The newest directory that is known whole; `exchange.directory_missing` where there is none yet."""
        loaded = self._load()
        loaded.news = False
        if loaded.held is None:
            raise CodedError("exchange.directory_missing")
        country = loaded.country
        if country is None:
            country = loaded.country = loaded.held.country()
            if loaded.news:  # another thread took a part meanwhile: what was worked out may lack it
                loaded.country = None
        return country

    def changed(self) -> bool:
        """Whether something was kept since `current` was last asked, here (a peer brought it) or by another process."""
        return self._loaded is None or self._loaded.news or self._loaded.seen != self._look()

    def pin(self, root: bytes) -> None:
        """Begin with this root, once and for all; `exchange.root_refused` where another one is pinned already."""
        held = self._load().held
        part = Held.pinned(root).root.part
        if held is not None and held.roots[0].part.digest != part.digest:
            raise CodedError("exchange.root_refused", version=part.version)
        if held is None:
            self._keep(part)

    def offer(self, raw: bytes) -> bool:
        """Verify a part from whomever and keep it; True where it was newer. Errors: see `Held.take`."""
        loaded = self._load()
        if loaded.held is None:
            raise CodedError("exchange.directory_missing")
        part = loaded.held.take(raw)
        if part is None:
            return False
        self._keep(part, loaded)
        return True

    def last_entry(self, node: str) -> int:
        """The highest version of a node's entry that was ever kept here, whether it counts or not; 0: none."""
        return _last(_numbered(self.folder / "entries" / node))

    def last_timestamp(self) -> int:
        """The highest version of a timestamp that was ever kept here, so that the next one replaces none of them."""
        return _last(self._versions(TIMESTAMP))

    def held(self) -> Held:
        """The verified parts themselves, for whoever makes the next ones; `exchange.directory_missing`."""
        found = self._load().held
        if found is None:
            raise CodedError("exchange.directory_missing")
        return found

    def parts_newer_than(self, version: int, entries: Mapping[str, int]) -> list[bytes]:
        """The parts that a peer lacks, in the order to take them: it goes by this version and has these entries."""
        held = self._load().held
        if held is None:
            return []
        newer = [part.raw for part in self._lists_newer_than(held, version)]
        newer += [one.part.raw for code, one in held.entries.items() if one.version > entries.get(code, 0)]
        if held.timestamp is not None and held.timestamp.version > version:
            newer.append(held.timestamp.part.raw)
        return newer

    def parts_of(self, version: int) -> list[bytes]:
        """The parts that made a version of the directory, to be kept with evidence: `country_of` reads them again.

        `exchange.directory_version_unknown` where this node never held that version whole.
        """
        try:
            timestamp = read_timestamp(self._read(TIMESTAMP, version))
            roots = [
                self._read(ROOT, number).raw for number in self._versions(ROOT) if number <= timestamp.root.version
            ]
            members = self._read(MEMBERS, timestamp.members.version).raw
            entries = [self._entry(code, one.version) for code, one in timestamp.entries.items()]
        except OSError:
            raise CodedError("exchange.directory_version_unknown", version=version) from None
        return [*roots, members, *entries, timestamp.part.raw]

    def country_of(self, version: int) -> CountryDirectory:
        """An earlier version of the directory, verified again; `exchange.directory_version_unknown`."""
        first, *others = self.parts_of(version)
        return read_country(first, others)

    def _lists_newer_than(self, held: Held, version: int) -> Iterator[Part]:
        """The roots and the list of members that are newer than those of a peer's version."""
        known = self._known(version)
        root, members = (0, 0) if known is None else (known.root.version, known.members.version)
        yield from (one.part for one in held.roots if one.version > root)
        if held.members is not None and held.members.version > members:
            yield held.members.part

    def _known(self, version: int) -> Timestamp | None:
        try:
            return read_timestamp(self._read(TIMESTAMP, version))
        except OSError:
            return None

    def _load(self) -> _Loaded:
        """What is held, read again where another process kept something."""
        seen = self._look()
        if self._loaded is None or self._loaded.seen != seen:
            self._loaded = _Loaded(self._read_all(), None, seen)
        return self._loaded

    def _look(self) -> tuple[int, int]:
        try:
            found = (self.folder / _NEWEST).stat()
        except FileNotFoundError:
            return (0, 0)
        return found.st_size, found.st_ino

    def _read_all(self) -> Held | None:
        """The newest of each part that still verifies, from the pinned root on."""
        roots = self._versions(ROOT)
        if not roots:
            return None
        held = Held.pinned(self._read(ROOT, roots[0]).raw)
        for version in roots[1:]:
            held.take(self._read(ROOT, version).raw)
        self._take_newest(held, (self._path(MEMBERS, version) for version in reversed(self._versions(MEMBERS))))
        for folder in sorted((self.folder / "entries").glob("*")):
            self._take_newest(held, (folder / f"{version}.json" for version in reversed(_numbered(folder))))
        self._take_newest(held, (self._path(TIMESTAMP, version) for version in reversed(self._versions(TIMESTAMP))))
        return held

    def _take_newest(self, held: Held, paths: Iterator[Path]) -> None:
        """Take the first of these, newest first, that is accepted and, if it is a timestamp, counts."""
        for path in paths:
            try:
                part = held.take(path.read_bytes())
            except CodedError:
                continue
            if part is not None and (part.kind != TIMESTAMP or held.timestamp is not None):
                return

    def _keep(self, part: Part, loaded: _Loaded | None = None) -> None:
        """Write the part, then tell the other processes; this one need not read everything again."""
        path = self._path_of(part)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            try:
                write_new(path, part.raw, 0o644)
            except FileExistsError:  # another process took it, or the authority lists another of this version
                if path.read_bytes() != part.raw:
                    self._replace(path, part.raw)
            if loaded is not None and loaded.held is not None and loaded.held.timestamp is not None:
                self._hand_out(loaded.held.timestamp.part.raw)
            alone = loaded is not None and loaded.seen == self._look()
            self._say_newer()
            if loaded is not None:
                loaded.country, loaded.seen, loaded.news = None, self._look() if alone else _NEVER, True

    def _say_newer(self) -> None:
        """A byte longer for each part: times and file numbers come round again within one tick of the clock."""
        with (self.folder / _NEWEST).open("ab") as newest:
            newest.write(b".")

    def _hand_out(self, timestamp: bytes) -> None:
        """The newest timestamp that counts here, so that all it lists can be fetched here too."""
        path = self.folder / TIMESTAMP_NAME
        if not path.exists() or path.read_bytes() != timestamp:
            self._replace(path, timestamp)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time, so that none takes another's news for its own."""
        with (self.folder / _LOCK).open("w") as lock:
            flock(lock, LOCK_EX)
            yield

    def _replace(self, path: Path, data: bytes) -> None:
        made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        made.write_bytes(data)
        made.chmod(0o644)
        made.replace(path)

    def _path_of(self, part: Part) -> Path:
        if part.kind != ENTRY:
            return self._path(part.kind, part.version)
        return self.folder / "entries" / part.node.text("node") / f"{part.version}.json"

    def _path(self, kind: str, version: int) -> Path:
        return self.folder / _FOLDERS[kind] / f"{version}.json"

    def _versions(self, kind: str) -> list[int]:
        return _numbered(self.folder / _FOLDERS[kind])

    def _read(self, kind: str, version: int) -> Part:
        return read_part(self._path(kind, version).read_bytes())

    def _entry(self, code: str, version: int) -> bytes:
        if not CODE.fullmatch(code):
            raise CodedError("exchange.directory_malformed", place="entries")
        return (self.folder / "entries" / code / f"{version}.json").read_bytes()


def _last(versions: list[int]) -> int:
    """The highest, except what a stolen key may have pushed towards the end of numbers."""
    return max((one for one in versions if one < _FAR_OFF), default=0)


def _numbered(folder: Path) -> list[int]:
    """The versions in a folder, the oldest first."""
    return sorted(int(path.stem) for path in folder.glob("[0-9]*.json"))
