"""What all definitions of a country share: laws, catalogues, calendars, glossary, institutions and their roles."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from uruk.kernel.api import Text


@dataclass(frozen=True)
class Article:
    """One article that definitions cite as `law/article`. `source` is an address, or `unknown`."""

    law: str
    article: str
    number: int | None
    year: int | None
    source: str
    title: Text
    about: Text | None = None


@dataclass(frozen=True)
class Laws:
    """All articles by citation."""

    articles: Mapping[str, Article] = field(default_factory=dict)

    def find(self, citation: str) -> Article | None:
        """The article cited, or None."""
        return self.articles.get(citation)


@dataclass(frozen=True)
class Catalogue:
    """A list of choices: codes in order, each with its name and what else is known of it (an ISO code)."""

    code: str
    title: Text
    codes: Mapping[str, Mapping[str, str]]
    names: Mapping[str, Text]
    unchecked: frozenset[tuple[str, str]] = frozenset()

    def name(self, code: str) -> Text:
        """The name of a code; KeyError for one that is not in the catalogue."""
        return self.names[code]


@dataclass(frozen=True)
class Span:
    """Days of a calendar, both ends included; `hours` where only part of each day is meant (("06:00", "08:00"))."""

    code: str
    first: datetime.date
    last: datetime.date
    hours: tuple[str, str] | None
    by_moon: bool
    name: Text

    def days(self) -> frozenset[datetime.date]:
        """Every day of the span."""
        length = (self.last - self.first).days + 1
        return frozenset(self.first + datetime.timedelta(days=step) for step in range(length))


@dataclass(frozen=True)
class Calendar:
    """Days with a purpose: `holidays` (offices are closed) or `freeze` (no deadline may fall there)."""

    code: str
    purpose: str
    title: Text
    spans: tuple[Span, ...]

    def days(self) -> frozenset[datetime.date]:
        """Every day of the calendar."""
        return frozenset().union(*(span.days() for span in self.spans))


@dataclass(frozen=True)
class Role:
    """A role of an institution; `may` holds the rights that no definition gives (`see-person`: compare a card)."""

    code: str
    name: Text
    may: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Institution:
    """A body with its own keys, staff and definitions.

    In the exchange it is the member `instance/member_class/code`. `personal`: it keeps personal data, so citizens ask
    it who read theirs; `signs_in`: it says who a citizen is.
    """

    code: str
    names: Text
    roles: Mapping[str, Role]
    parent: str | None = None
    unchecked: frozenset[str] = frozenset()
    member_class: str = "GOV"
    personal: bool = False
    signs_in: bool = False


@dataclass(frozen=True)
class Term:
    """A word of the glossary, with what it means."""

    code: str
    word: Text
    meaning: Text | None


@dataclass(frozen=True)
class Shared:
    """All that definitions of any kind may refer to."""

    laws: Laws = Laws()
    catalogues: Mapping[str, Catalogue] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    glossary: Mapping[str, Term] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()

    def may_have_law(self) -> bool:
        """Whether an article that is not found may stand in a file that could not be read."""
        return "laws.yaml" in self.unreadable

    def may_have_catalogue(self, code: str) -> bool:
        """Whether a catalogue that is not found is one whose file could not be read."""
        return f"catalogues/{code}.yaml" in self.unreadable
