"""Reads what all kinds share (country, laws, glossary, catalogues, calendars, institutions) and synthetic people."""

import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from uruk.definitions.cursor import Cursor
from uruk.definitions.findings import Place
from uruk.definitions.shared import Article, Calendar, Catalogue, Institution, Laws, Role, Span, Term
from uruk.definitions.texts import Sentences, Texts
from uruk.kernel.api import LANGUAGES, Text

RIGHTS = (
    "see-person", "approve-agreements", "approve-definitions", "approve-members", "reassign-cases", "read-cases",
)  # fmt: skip
MEMBER_CLASSES = ("GOV", "COM", "NGO", "EDU")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
_NO_TEXT = Text("—", "—")


class TextBlock:
    """The `texts:` block of a single-file kind: what it needs is noted while the file is read, then checked."""

    def __init__(self, cursor: Cursor) -> None:
        self._sentences, self._cursor = Sentences(), cursor
        self._sentences.read_block(cursor.node("texts"), cursor.place().file, cursor.findings)
        self._texts: Texts = self._sentences.texts()
        self._needed: dict[str, Place] = {}
        self._allowed: dict[str, Place] = {}

    def need(self, path: str) -> Text:
        """The text under a path that must be there; a dash while it is missing (that is reported)."""
        self._needed[path] = self._cursor.place()
        return self._texts.find(path) or _NO_TEXT

    def may(self, path: str) -> Text | None:
        """The text under a path that may be there."""
        self._allowed[path] = self._cursor.place()
        return self._texts.find(path)

    def check(self) -> None:
        """Report what is missing, superfluous or badly written."""
        self._sentences.check(self._needed, self._allowed, self._cursor.findings)


@dataclass(frozen=True)
class Head:
    """What country.yaml says: the instance's code (the first part of every address) and the country's name."""

    code: str
    name: Text


def read_head(cursor: Cursor) -> Head:
    """country.yaml"""
    texts = TextBlock(cursor)
    head = Head(cursor.code("code") or "", texts.need("name"))
    texts.check()
    cursor.finish()
    return head


def read_laws(cursor: Cursor) -> Laws:
    """laws.yaml: law → number, year, source, articles."""
    texts, articles = TextBlock(cursor), dict[str, Article]()
    block = cursor.mapping("laws")
    for code, law in block.entries() if block else ():
        for article in _read_law(code, law, texts):
            articles[f"{code}/{article.article}"] = article
    texts.check()
    cursor.finish()
    return Laws(articles)


def _read_law(code: str, law: Cursor, texts: TextBlock) -> list[Article]:
    number = law.integer("number", required=False, minimum=1)
    year = law.integer("year", required=False, minimum=1900, maximum=2100)
    source = law.string("source") or "unknown"
    if source != "unknown" and not source.startswith("https://"):
        law.report("source", "definitions.law_source", law=code)
    title = texts.need(f"{code}.title")
    numbers = law.strings("articles")
    law.finish()
    return [Article(code, one, number, year, source, title, texts.may(f"{code}.articles.{one}")) for one in numbers]


def read_catalogue(code: str, cursor: Cursor) -> Catalogue:
    """catalogues/<code>.yaml: codes with their names."""
    texts = TextBlock(cursor)
    title, block = texts.need("title"), cursor.mapping("codes")
    codes: dict[str, Mapping[str, str]] = {}
    unchecked: set[tuple[str, str]] = set()
    for key, entry in block.entries() if block else ():
        unchecked |= {(key, lang) for lang in entry.strings("native_check", required=False, one_of=LANGUAGES)}
        codes[key] = _properties(entry)
    names = {key: texts.need(f"codes.{key}") for key in codes}
    texts.check()
    cursor.finish()
    return Catalogue(code, title, codes, names, frozenset(unchecked))


def _properties(entry: Cursor) -> dict[str, str]:
    written = {key: entry.string(key) for key in entry.keys if key != "native_check"}
    return {key: value for key, value in written.items() if value is not None}


def read_calendar(code: str, cursor: Cursor) -> Calendar:
    """calendars/<code>.yaml: spans of days with a purpose."""
    texts = TextBlock(cursor)
    purpose = cursor.string("purpose", one_of=("holidays", "freeze")) or "holidays"
    title, block = texts.need("title"), cursor.mapping("days")
    found = [_read_span(key, entry, texts) for key, entry in block.entries()] if block else []
    texts.check()
    cursor.finish()
    return Calendar(code, purpose, title, tuple(span for span in found if span))


def _read_span(code: str, cursor: Cursor, texts: TextBlock) -> Span | None:
    first, last = cursor.date("from"), cursor.date("until", required=False)
    hours, name = _hours(cursor), texts.need(f"days.{code}")
    by_moon = bool(cursor.boolean("by_moon", required=False))
    cursor.string("law", required=False)
    cursor.finish()
    if first is None:
        return None
    last = last or first
    if last < first or (last - first).days > 366:
        cursor.report("until", "definitions.span_backwards")
        return None
    return Span(code, first, last, hours, by_moon, name)


def _hours(cursor: Cursor) -> tuple[str, str] | None:
    written = cursor.string("hours", required=False)
    if written is None:
        return None
    if not _HOURS.fullmatch(written):
        cursor.report("hours", "definitions.bad_hours")
        return None
    start, _, end = written.partition("-")
    return start, end


def read_glossary(cursor: Cursor) -> dict[str, Term]:
    """glossary.yaml: the words of the house, as they are said in each language."""
    texts, words = TextBlock(cursor), cursor.strings("words")
    terms = {word: Term(word, texts.need(f"{word}.word"), texts.may(f"{word}.meaning")) for word in words}
    texts.check()
    cursor.finish()
    return terms


def read_institution(code: str, cursor: Cursor) -> Institution:
    """institutions/<code>/institution.yaml: names, parent, roles, what it is in the exchange."""
    texts = TextBlock(cursor)
    names, parent = texts.need("name"), cursor.code("parent", required=False)
    unchecked = frozenset(cursor.strings("native_check", required=False, one_of=LANGUAGES))
    roles: dict[str, Role] = {}
    block = cursor.mapping("roles")
    for key, entry in block.entries() if block else ():
        may = frozenset(entry.strings("may", required=False, one_of=RIGHTS))
        entry.finish()
        roles[key] = Role(key, texts.need(f"roles.{key}"), may)
    member_class = cursor.string("class", required=False, one_of=MEMBER_CLASSES) or "GOV"
    personal = bool(cursor.boolean("personal", required=False))
    signs_in = bool(cursor.boolean("signs_in", required=False))
    texts.check()
    cursor.finish()
    return Institution(code, names, roles, parent, unchecked, member_class, personal, signs_in)


@dataclass(frozen=True)
class Office:
    """A role held in an institution from a day until another (both included; None: without an end)."""

    institution: str
    role: str
    first: datetime.date
    last: datetime.date | None


@dataclass(frozen=True)
class SyntheticPerson:
    """A person of the demonstration: nobody real. `officer_name` signs officers in; `number` is 12 digits."""

    code: str
    name: Text
    number: str
    born: datetime.date
    officer_name: str | None
    offices: tuple[Office, ...]


def read_people(
    cursor: Cursor, institutions: Mapping[str, Institution], unreadable: Collection[str] = ()
) -> tuple[SyntheticPerson, ...]:
    """demo/people.yaml: synthetic persons, said to be so. Offices in `unreadable` institutions are not checked."""
    if cursor.boolean("synthetic") is False:
        cursor.report("synthetic", "definitions.people_not_synthetic")
    texts, block = TextBlock(cursor), cursor.mapping("people")
    once = _Once()
    offices = _Offices(institutions, unreadable)
    found = [_read_person(code, entry, texts, offices, once) for code, entry in (block.entries() if block else ())]
    texts.check()
    cursor.finish()
    return tuple(person for person in found if person)


class _Once:
    """Reports a number or officer's name that a second person has too."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def check(self, cursor: Cursor, key: str, value: str | None) -> None:
        if value is not None and (key, value) in self._seen:
            cursor.report(key, "definitions.value_twice", word=value)
        if value is not None:
            self._seen.add((key, value))


def _read_person(
    code: str, cursor: Cursor, texts: TextBlock, offices: "_Offices", once: _Once
) -> SyntheticPerson | None:
    number, born = cursor.string("number"), cursor.date("born")
    officer_name = cursor.code("officer_name", required=False)
    name = texts.need(code)
    if number is not None and not re.fullmatch(r"[0-9]{12}", number):
        cursor.report("number", "definitions.people_number")
    once.check(cursor, "number", number)
    once.check(cursor, "officer_name", officer_name)
    held = offices.read(cursor.mapping("offices", required=False))
    cursor.finish()
    if number is None or born is None:
        return None
    return SyntheticPerson(code, name, number, born, officer_name, tuple(held))


class _Offices:
    """Reads `offices:`: institution → roles, from, until."""

    def __init__(self, institutions: Mapping[str, Institution], unreadable: Collection[str]) -> None:
        self._institutions, self._unreadable = institutions, unreadable

    def read(self, block: Cursor | None) -> list[Office]:
        found: list[Office] = []
        for code, cursor in block.entries() if block else ():
            institution = self._institutions.get(code)
            if institution is not None:
                found += self._held(institution, cursor)
            elif code not in self._unreadable:
                cursor.report(None, "definitions.institution_unknown", institution=code)
        return found

    def _held(self, institution: Institution, cursor: Cursor) -> list[Office]:
        first, last = cursor.date("from"), cursor.date("until", required=False)
        roles = cursor.strings("roles", one_of=tuple(institution.roles))
        cursor.finish()
        if first is not None and last is not None and last < first:
            cursor.report("until", "definitions.span_backwards")
            return []
        return [Office(institution.code, role, first, last) for role in roles] if first else []
