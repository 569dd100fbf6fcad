"""Which registry, version and field a caller means, and how they are told of ours."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from typing import Any

from uruk.acts.api import hosted_institutions
from uruk.definitions.api import Field
from uruk.kernel.api import CodedError
from uruk.publishing.api import (
    NameElsewhere,
    codes_in_force,
    find_name,
    keep_name,
    name_of,
    names_of_kind,
    published_digests,
)
from uruk.registries.api import REGISTRY_KIND

SYSTEM = "govstack"
KIND = REGISTRY_KIND.name
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Given:
    """The names that a caller gave with a registry.

    `fields`: theirs of each field (`FirstName`, inside another `Child.ID`) → ours. `versions`: their word for a version
    → the digest of the definition. `schemas`: the digest → the JSON schema as it was sent. `number`: the database's id.
    """

    name: str
    number: int
    acronym: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: NameElsewhere) -> "Given":
        """As it was kept."""
        known = {one.name for one in fields(cls)}
        return cls(kept.name, **{name: value for name, value in kept.details.items() if name in known})

    def keep(self, institution: str, code: str) -> None:
        """Keep them for the registry of that place. Errors: ``publishing.name_taken``."""
        details = {name: value for name, value in asdict(self).items() if name != "name"}
        keep_name(SYSTEM, NameElsewhere(KIND, self.name, f"{institution}/{code}", details))


@dataclass(frozen=True)
class Named:
    """A registry with the names that callers know it by; `row` where they described it."""

    institution: str
    code: str
    row: Given | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Institution and code."""
        return self.institution, self.code

    @property
    def name(self) -> str:
        """What stands in addresses."""
        return self.row.name if self.row else self.code

    @property
    def number(self) -> int:
        """The id of the database: as it was given, else one that follows from the place."""
        return self.row.number if self.row else number_of(*self.place)

    def schema(self, digest: bytes) -> Mapping[str, Any] | None:
        """The schema from which a definition was made, where callers described it."""
        return self.row.schemas.get(digest.hex()) if self.row else None

    @cached_property
    def _ours(self) -> dict[str, str]:
        return {name.lower(): own for name, own in (self.row.fields if self.row else {}).items()}

    @cached_property
    def _theirs(self) -> dict[str, str]:
        return {own: name.rpartition(".")[2] for name, own in (self.row.fields if self.row else {}).items()}

    def own(self, name: str, inside: str = "") -> str:
        """Our name of a field of theirs, capital or small; a name that nobody gave stays as it is."""
        return self._ours.get(f"{inside}{name}".lower(), name)

    def told(self, own: str) -> str:
        """Their name of a field."""
        return self._theirs.get(own, own)

    def own_values(self, values: Values, inside: str = "") -> dict[str, Any]:
        """Values under our names."""
        return {self.own(name, inside): self._own_value(one, f"{inside}{name}.") for name, one in values.items()}

    def _own_value(self, value: Any, inside: str) -> Any:
        if isinstance(value, Mapping):
            return self.own_values(value, inside)
        return [self._own_value(one, inside) for one in value] if isinstance(value, list) else value

    def told_values(self, values: Values) -> dict[str, Any]:
        """Values under their names."""
        return {self.told(own): self._told_value(value) for own, value in values.items()}

    def _told_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self.told_values(value)
        return [self._told_value(one) for one in value] if isinstance(value, list) else value

    def digest(self, version: str) -> bytes:
        """The digest of the definition that a version means: their word for it, or 1, 1.0 for the first.

        Old versions stay usable. Unknown: ``rest.not_found``.
        """
        known = self.row.versions.get(version) if self.row else None
        if known is not None:
            return bytes.fromhex(known)
        digests = published_digests(KIND, *self.place)[::-1]
        word = version.removesuffix(".0")
        if not word.isascii() or not word.isdigit() or len(word) > 6 or not 0 < int(word) <= len(digests):
            raise CodedError("rest.not_found")
        return digests[int(word) - 1]

    @property
    def version(self) -> str:
        """Their word for the version in force."""
        digests = published_digests(KIND, *self.place)
        given = {digest: word for word, digest in (self.row.versions if self.row else {}).items()}
        return given.get(digests[0].hex(), str(len(digests))) if digests else "1"


def number_of(institution: str, code: str) -> int:
    """An id that follows from the place and that JavaScript holds exactly."""
    return int.from_bytes(sha256(f"{institution}/{code}".encode()).digest()[:6], "big")


def find_registry(name: str, institution: str | None) -> Named:
    """The registry of that name, of an institution or of whoever has it on this node; none: ``rest.not_found``."""
    kept = find_name(SYSTEM, KIND, name)
    if kept is not None and institution in (None, kept.target.partition("/")[0]):
        return _named(kept)
    for each in (institution,) if institution else sorted(hosted_institutions()):
        if each and name in codes_in_force(KIND, each):
            return named(each, name)
    raise CodedError("rest.not_found")


def named(institution: str, code: str) -> Named:
    """A registry by its place."""
    kept = name_of(SYSTEM, KIND, f"{institution}/{code}")
    return Named(institution, code, None if kept is None else Given.of(kept))


def described_registries() -> tuple[Named, ...]:
    """The registries that callers described."""
    return tuple(_named(one) for one in names_of_kind(SYSTEM, KIND))


def registries_of(institution: str) -> tuple[Named, ...]:
    """The registries of an institution that are, or were, in force."""
    known = {one.place: one for one in described_registries()}
    codes = codes_in_force(KIND, institution)
    return tuple(known.get((institution, code)) or Named(institution, code) for code in codes)


def _named(kept: NameElsewhere) -> Named:
    institution, _, code = kept.target.partition("/")
    return Named(institution, code, Given.of(kept))


def main_field(found: Named, known: Mapping[str, Field], main_key: tuple[str, ...]) -> str | None:
    """Our name of the field by which callers know a record: a key of one field, else what they call id."""
    if len(main_key) == 1:
        return main_key[0]
    return next((own for own in known if found.told(own).lower() == "id"), None)
