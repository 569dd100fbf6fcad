"""A whole country: read from its folder, checked in one run, each definition with its digest."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from uruk.definitions import parts
from uruk.definitions.closure import closure_digest, closure_files
from uruk.definitions.context import Context, Kind, Parsed
from uruk.definitions.cursor import Cursor, is_code
from uruk.definitions.findings import Finding, Findings, Place
from uruk.definitions.folder import open_document, read_folder
from uruk.definitions.shared import Institution, Laws, Shared
from uruk.definitions.texts import REQUIRED_LANGUAGES, Sentences, Texts
from uruk.kernel.api import LANGUAGES, CodedError, Text

Part = TypeVar("Part")


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
        return self.texts.get("title")

    @property
    def folder(self) -> str:
        """The path of its folder in the country."""
        return next(iter(sorted(self.files, key=lambda name: not name.startswith("institutions/")))).rpartition("/")[0]

    def file(self, name: str) -> bytes:
        """One of its own files (`document.typ`); KeyError when there is none."""
        return self.files[f"{self.folder}/{name}"]


@dataclass(frozen=True)
class Country:
    """A country in memory. `code` is the instance's code, the first part of every address and log origin."""

    code: str
    name: Text
    shared: Shared
    institutions: Mapping[str, Institution]
    definitions: tuple[Definition, ...]
    people: tuple[parts.SyntheticPerson, ...]

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


def check_country(folder: Path, kinds: Sequence[Kind]) -> list[Finding]:
    """Everything wrong with the country in `folder`, by file and line; empty when it may be loaded."""
    findings = Findings()
    files = read_folder(folder, findings)
    _Assembly(files, kinds, findings).country()
    return findings.sorted()


def load_country(folder: Path, kinds: Sequence[Kind]) -> Country:
    """The country in `folder`. Errors: definitions.country_broken with the count and the first finding."""
    findings = Findings()
    files = read_folder(folder, findings)
    country = _Assembly(files, kinds, findings).country()
    if findings:
        first = findings.sorted()[0]
        raise CodedError("definitions.country_broken", count=len(findings), first=str(first))
    return country


def reopen_definition(files: Mapping[str, bytes], kind: Kind, institution: Institution, code: str) -> Definition:
    """A definition from the files it was frozen with. Errors: definitions.definition_broken.

    The institution gives the roles; everything else stands in the files.
    """
    findings = Findings()
    assembly = _Assembly(files, [kind], findings)
    definition = assembly.frozen(kind, institution, code)
    if definition is None or findings:
        raise CodedError("definitions.definition_broken", code=code)
    return definition


class _Assembly:
    """Puts a country together from files in memory; every file that belongs nowhere is reported."""

    def __init__(self, files: Mapping[str, bytes], kinds: Sequence[Kind], findings: Findings) -> None:
        self._files, self._kinds, self._findings = files, kinds, findings
        self._used: set[str] = set()

    def country(self) -> Country:
        head = self._single("country.yaml", "country", parts.read_head)
        shared = self._shared()
        institutions = self._institutions()
        definitions = [
            one
            for institution in institutions.values()
            for kind in self._kinds
            for one in self._of_kind(kind, institution, shared)
        ]
        people = self._optional("demo/people.yaml", "people", lambda one: parts.read_people(one, institutions))
        self._report_strays()
        head = head or parts.Head("", Text("—", "—"))
        return Country(head.code, head.name, shared, institutions, tuple(definitions), people or ())

    def frozen(self, kind: Kind, institution: Institution, code: str) -> Definition | None:
        folder = f"institutions/{institution.code}/{kind.folder}/{code}"
        return self._definition(kind, institution, self._shared(), folder)

    # -- files ---------------------------------------------------------------------------------------------------

    def _open(self, name: str, kind: str, version: int = 1) -> Cursor | None:
        self._used.add(name)
        if name not in self._files:
            self._findings.report(Place(name), "definitions.file_missing", file=PurePosixPath(name).name)
            return None
        return open_document(name, self._files[name], kind, version, self._findings)

    def _single(self, name: str, kind: str, read: Callable[[Cursor], Part]) -> Part | None:
        cursor = self._open(name, kind)
        return None if cursor is None else read(cursor)

    def _optional(self, name: str, kind: str, read: Callable[[Cursor], Part]) -> Part | None:
        return self._single(name, kind, read) if name in self._files else None

    def _each(self, folder: str, kind: str, read: Callable[[str, Cursor], Part]) -> dict[str, Part]:
        found: dict[str, Part] = {}
        for name in sorted(self._files):
            path = PurePosixPath(name)
            if path.parent.as_posix() == folder and path.suffix == ".yaml":
                self._check_code(path.stem, name)
                cursor = self._open(name, kind)
                if cursor is not None:
                    found[path.stem] = read(path.stem, cursor)
        return found

    def _check_code(self, code: str, name: str) -> None:
        if not is_code(code):
            self._findings.report(Place(name), "definitions.bad_code", word=code[:60])

    def _report_strays(self) -> None:
        for name in sorted(set(self._files) - self._used):
            if PurePosixPath(name).name != "README.md":
                self._findings.report(Place(name), "definitions.file_unknown", file=name[:120])

    # -- shared parts --------------------------------------------------------------------------------------------

    def _shared(self) -> Shared:
        return Shared(
            laws=self._optional("laws.yaml", "laws", parts.read_laws) or Laws(),
            catalogues=self._each("catalogues", "catalogue", parts.read_catalogue),
            calendars=self._each("calendars", "calendar", parts.read_calendar),
            glossary=self._optional("glossary.yaml", "glossary", parts.read_glossary) or {},
        )

    def _institutions(self) -> dict[str, Institution]:
        found: dict[str, Institution] = {}
        for code in self._folders("institutions"):
            name = f"institutions/{code}/institution.yaml"
            self._check_code(code, name)
            cursor = self._open(name, "institution")
            if cursor is not None:
                found[code] = parts.read_institution(code, cursor)
                self._check_parent(found[code], cursor)
        if not found:
            self._findings.report(Place("institutions"), "definitions.no_institution")
        return found

    def _check_parent(self, institution: Institution, cursor: Cursor) -> None:
        others = {*self._folders("institutions")} - {institution.code}
        if institution.parent is not None and institution.parent not in others:
            cursor.report("parent", "definitions.institution_unknown", institution=institution.parent)

    def _folders(self, folder: str) -> list[str]:
        prefix = folder + "/"
        below = (name[len(prefix) :] for name in self._files if name.startswith(prefix))
        return sorted({rest.partition("/")[0] for rest in below if "/" in rest})

    # -- definitions ---------------------------------------------------------------------------------------------

    def _of_kind(self, kind: Kind, institution: Institution, shared: Shared) -> Iterable[Definition]:
        base = f"institutions/{institution.code}/{kind.folder}"
        found: list[Definition] = []
        parsed: list[Parsed] = []
        for code in self._folders(base):
            self._check_code(code, f"{base}/{code}/{kind.name}.yaml")
            definition = self._definition(kind, institution, shared, f"{base}/{code}", parsed)
            if definition is not None:
                found.append(definition)
        kind.check(parsed, self._findings)
        return found

    def _definition(
        self, kind: Kind, institution: Institution, shared: Shared, folder: str, parsed: list[Parsed] | None = None
    ) -> Definition | None:
        own = self._own_files(kind, folder)
        cursor = self._open(f"{folder}/{kind.name}.yaml", kind.name, kind.version)
        sentences = self._sentences(folder)
        if cursor is None:
            return None
        code = folder.rpartition("/")[2]
        context = Context(shared, institution, code, own, self._findings)
        context.need_text("title", cursor.place())
        model = kind.parse(cursor, context)
        sentences.check(context.needed_texts, context.allowed_texts, self._findings)
        if model is None:
            return None
        if parsed is not None:
            parsed.append(Parsed(code, cursor, model))
        files = closure_files(self._files, folder, context.catalogues, context.laws)
        return Definition(
            kind.name, institution.code, code, kind.version, closure_digest(files), files, sentences.texts(), model
        )

    def _own_files(self, kind: Kind, folder: str) -> dict[str, bytes]:
        for name in sorted(kind.files):
            path = f"{folder}/{name}"
            self._used.add(path)
            if path not in self._files:
                self._findings.report(Place(path), "definitions.file_missing", file=name)
        prefix = folder + "/"
        return {name[len(prefix) :]: data for name, data in self._files.items() if name.startswith(prefix)}

    def _sentences(self, folder: str) -> Sentences:
        sentences = Sentences()
        for lang in LANGUAGES:
            name = f"{folder}/texts.{lang}.yaml"
            if name in self._files or lang in REQUIRED_LANGUAGES:
                cursor = self._open(name, "texts")
                if cursor is not None:
                    sentences.read_file(lang, cursor.root, name, self._findings)
        return sentences
