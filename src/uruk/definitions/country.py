"""A country in memory, and its definitions, each with its digest."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from uruk.definitions.demo_nodes import DemonstrationNode
from uruk.definitions.journey import JourneyCase, JourneyDocument, JourneyMessage, JourneyRound
from uruk.definitions.parts import SyntheticPerson
from uruk.definitions.population import Population
from uruk.definitions.records import FirstRecords
from uruk.definitions.shared import Institution, Shared
from uruk.definitions.texts import Texts
from uruk.kernel.api import Text


@dataclass(frozen=True)
class Definition:
    """One definition as it stands: its room's model, its texts, the files it rests on and the digest over them.

    `digest` is SHA-256 (32 bytes) over `files`: its own, the catalogues it uses, the articles it cites.
    """

    kind: str
    institution: str
    code: str
    version: int
    digest: bytes
    files: Mapping[str, bytes]
    texts: Texts
    model: object

    @property
    def title(self) -> Text:
        """What the definition is called."""
        return self.texts.find("title") or self.texts.get("purpose")

    @property
    def folder(self) -> str:
        """The path of its folder in the country."""
        return next(iter(sorted(self.files, key=lambda name: not name.startswith("institutions/")))).rpartition("/")[0]

    def file(self, name: str) -> bytes:
        """One of its own files (`document.typ`); KeyError when there is none."""
        return self.files[f"{self.folder}/{name}"]


@dataclass(frozen=True)
class Country:
    """A country in memory. `code` is the instance's code, the first part of every address and log origin.

    `files` is every file it was read from, by path in its folder.
    """

    code: str
    name: Text
    shared: Shared
    institutions: Mapping[str, Institution]
    definitions: tuple[Definition, ...]
    people: tuple[SyntheticPerson, ...]
    journey: tuple[JourneyDocument, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    messages: tuple[JourneyMessage, ...] = ()
    nodes: tuple[DemonstrationNode, ...] = ()
    records: tuple[FirstRecords, ...] = ()
    population: Population | None = None
    cases: tuple[JourneyCase, ...] = ()
    rounds: tuple[JourneyRound, ...] = ()

    def of_kind(self, kind: str, institution: str | None = None) -> tuple[Definition, ...]:
        """All definitions of a kind, of one institution or of all."""
        return tuple(one for one in self.definitions if one.kind == kind and institution in {None, one.institution})

    def find(self, kind: str, institution: str, code: str) -> Definition | None:
        """One definition, or None."""
        return next((one for one in self.of_kind(kind, institution) if one.code == code), None)

    def holidays(self) -> frozenset[datetime.date]:
        """Every day on which offices are closed."""
        calendars = (one for one in self.shared.calendars.values() if one.purpose == "holidays")
        return frozenset().union(*(one.days() for one in calendars))
