"""Loads or checks a country: everything in its folder, in one run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from uruk.definitions import parts
from uruk.definitions.closure import cited_laws, closure_files, files_digest
from uruk.definitions.context import Context, Kind, Parsed, Parsings
from uruk.definitions.country import Country, Definition
from uruk.definitions.cursor import Cursor, is_code
from uruk.definitions.demo_nodes import read_demo_nodes
from uruk.definitions.fields import Fields
from uruk.definitions.findings import Finding, Findings, Place
from uruk.definitions.folder import open_document, read_folder
from uruk.definitions.journey import Journey, read_journey
from uruk.definitions.population import read_population
from uruk.definitions.records import KEEPS_RECORDS, FirstRecords, read_records, registry_of
from uruk.definitions.shared import Institution, Laws, Shared
from uruk.definitions.texts import REQUIRED_LANGUAGES, Sentences
from uruk.kernel.api import LANGUAGES, CodedError, SystemClock, Text, today

Part = TypeVar("Part")


def check_country(folder: Path, kinds: Sequence[Kind]) -> list[Finding]:
    """Everything wrong with the country in `folder`, by file and line; empty when it may be loaded."""
    findings = Findings()
    files = read_folder(folder, findings)
    findings.extend(check_files(files, kinds))
    return findings.sorted()


def check_files(files: Mapping[str, bytes], kinds: Sequence[Kind]) -> list[Finding]:
    """Everything wrong with the country in these files, by path in its folder."""
    findings = Findings()
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


def survey_country(folder: Path) -> Country:
    """The country without its definitions: who lives where and what the demonstration does. Findings are not told."""
    findings = Findings()
    return _Assembly(read_folder(folder, findings), (), findings).country()


def reopen_country(files: Mapping[str, bytes], kinds: Sequence[Kind]) -> Country:
    """A country from the files it was loaded from. What this version of Uruk can no longer read of it is left out.

    It was checked when it was loaded: what kinds find between definitions is not looked for again.
    """
    return _Assembly(files, kinds, Findings(), checked=True).country()


def reopen_definition(files: Mapping[str, bytes], kind: Kind, institution: str, code: str) -> Definition:
    """A definition from the files it was frozen with. Errors: definitions.definition_broken.

    The roles it names are not compared with those the institution has today.
    """
    findings = Findings()
    assembly = _Assembly(files, [kind], findings)
    definition = assembly.frozen(kind, institution, code)
    if definition is None or findings:
        raise CodedError("definitions.definition_broken", code=code)
    return definition


class _Assembly:
    """Puts a country together from files in memory; every file that belongs nowhere is reported."""

    def __init__(
        self, files: Mapping[str, bytes], kinds: Sequence[Kind], findings: Findings, *, checked: bool = False
    ) -> None:
        self._files, self._kinds, self._findings, self._checked = files, kinds, findings, checked
        self._used: set[str] = set()
        self._parsed: dict[tuple[str, str, str], Parsed] = {}
        self._contexts: dict[tuple[str, str, str], Context] = {}
        # Files that could not be read: what rests on them is not said to be wrong as well.
        self._unreadable: set[str] = set()

    def country(self) -> Country:
        head = self._single("country.yaml", "country", parts.read_head)
        shared = self._shared()
        institutions = self._institutions()
        found = [
            one
            for institution in institutions.values()
            for kind in self._kinds
            for one in self._of_kind(kind, institution, shared)
        ]
        definitions = [self._closed(one, found) for one in found]
        self._check_across(institutions)
        people = self._optional("demo/people.yaml", "people", lambda one: self._people(one, institutions))
        journey = self._journey(people or (), institutions)
        known = frozenset(institutions) | self._unreadable_institutions()
        nodes = self._optional("demo/nodes.yaml", "nodes", lambda one: read_demo_nodes(one, known))
        population = self._optional("demo/names.yaml", "names", read_population)
        records = tuple(self._records())
        self._report_strays()
        head = head or parts.Head("", Text("—", "—"))
        return Country(
            code=head.code,
            name=head.name,
            shared=shared,
            institutions=institutions,
            definitions=tuple(definitions),
            people=people or (),
            journey=journey.documents,
            files=self._files,
            messages=journey.messages,
            cases=journey.cases,
            rounds=journey.rounds,
            nodes=nodes or (),
            records=records,
            population=population,
        )

    def frozen(self, kind: Kind, institution: str, code: str) -> Definition | None:
        past = Institution(institution, Text("—", "—"), roles={})
        folder = f"institutions/{institution}/{kind.folder}/{code}"
        definition = self._definition(kind, past, self._shared(), folder, frozen=True)
        if definition is None:
            return None
        # What a definition rests on lies among the files it was frozen with, and belongs to the digest.
        return replace(definition, files=dict(self._files), digest=files_digest(self._files))

    # -- files ---------------------------------------------------------------------------------------------------

    def _open(self, name: str, kind: str, version: int = 1) -> Cursor | None:
        self._used.add(name)
        cursor = None
        if name in self._files:
            cursor = open_document(name, self._files[name], kind, version, self._findings)
        else:
            self._findings.report(Place(name), "definitions.file_missing", file=PurePosixPath(name).name)
        if cursor is None:
            self._unreadable.add(name)
        return cursor

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
        closed = tuple(f"institutions/{code}/" for code in self._unreadable_institutions())
        for name in sorted(set(self._files) - self._used):
            if PurePosixPath(name).name != "README.md" and not name.startswith(closed):
                self._findings.report(Place(name), "definitions.file_unknown", file=name[:120])

    # -- shared parts --------------------------------------------------------------------------------------------

    def _shared(self) -> Shared:
        laws = self._optional("laws.yaml", "laws", parts.read_laws) or Laws()
        catalogues = self._each("catalogues", "catalogue", parts.read_catalogue)
        calendars = self._each("calendars", "calendar", parts.read_calendar)
        glossary = self._optional("glossary.yaml", "glossary", parts.read_glossary) or {}
        return Shared(laws, catalogues, calendars, glossary, frozenset(self._unreadable))

    def _institutions(self) -> dict[str, Institution]:
        found: dict[str, Institution] = {}
        for code in self._folders("institutions"):
            name = f"institutions/{code}/institution.yaml"
            self._check_code(code, name)
            cursor = self._open(name, "institution")
            if cursor is not None:
                found[code] = parts.read_institution(code, cursor)
                self._check_parent(found[code], cursor)
        if not self._folders("institutions"):
            self._findings.report(Place("institutions"), "definitions.no_institution")
        return found

    def _unreadable_institutions(self) -> frozenset[str]:
        return frozenset(name.split("/")[1] for name in self._unreadable if name.endswith("/institution.yaml"))

    def _journey(self, people: tuple[parts.SyntheticPerson, ...], institutions: Mapping[str, Institution]) -> Journey:
        names = frozenset(person.code for person in people)
        known = frozenset(institutions) | self._unreadable_institutions()
        found = self._optional("demo/journey.yaml", "journey", lambda one: read_journey(one, names, known))
        found = found or Journey()
        self._used |= {f"demo/{one}" for one in found.files}
        return found

    def _people(self, cursor: Cursor, institutions: Mapping[str, Institution]) -> tuple[parts.SyntheticPerson, ...]:
        return parts.read_people(cursor, institutions, self._unreadable_institutions())

    def _records(self) -> Iterable[FirstRecords]:
        """The first records of every registry; without kinds (a survey) no registry is known, and none are read."""
        for name in sorted(self._files):
            found = registry_of(name)
            if found is None:
                continue
            self._used.add(name)
            institution, code, synthetic = found
            base = f"institutions/{institution}"
            parsed = self._parsed.get((KEEPS_RECORDS, institution, code))
            fields = getattr(parsed.model, "fields", None) if parsed else None
            if isinstance(fields, Fields):
                day = today(SystemClock()) if synthetic else None
                rows = read_records(name, self._files[name], fields, self._findings, day)
                yield FirstRecords(institution, code, synthetic, rows)
            elif not self._unreadable & {f"{base}/institution.yaml", f"{base}/registries/{code}/registry.yaml"}:
                self._findings.report(
                    Place(name), "definitions.records_of_nothing", registry=f"{institution}/{code}"[:80]
                )

    def _check_parent(self, institution: Institution, cursor: Cursor) -> None:
        others = {*self._folders("institutions")} - {institution.code}
        if institution.parent is not None and institution.parent not in others:
            cursor.report("parent", "definitions.institution_unknown", institution=institution.parent)

    def _folders(self, folder: str) -> list[str]:
        prefix = folder + "/"
        below = (name[len(prefix) :] for name in self._files if name.startswith(prefix))
        return sorted({rest.partition("/")[0] for rest in below if "/" in rest})

    def _stems(self, folder: str) -> list[str]:
        paths = (PurePosixPath(name) for name in self._files)
        return sorted(path.stem for path in paths if path.parent.as_posix() == folder and path.suffix == ".yaml")

    # -- definitions ---------------------------------------------------------------------------------------------

    def _of_kind(self, kind: Kind, institution: Institution, shared: Shared) -> Iterable[Definition]:
        base = f"institutions/{institution.code}/{kind.folder}"
        found: list[Definition] = []
        parsed: list[Parsed] = []
        for code in self._stems(base) if kind.single else self._folders(base):
            self._check_code(code, f"{base}/{code}.yaml" if kind.single else f"{base}/{code}/{kind.name}.yaml")
            definition = self._definition(kind, institution, shared, f"{base}/{code}", parsed)
            if definition is not None:
                found.append(definition)
        if not self._checked:
            kind.check(parsed, self._findings)
        self._parsed |= {(kind.name, institution.code, one.code): one for one in parsed}
        return found

    def _check_across(self, institutions: Mapping[str, Institution]) -> None:
        found = Parsings(self._parsed, institutions, frozenset(self._unreadable))
        for kind in () if self._checked else self._kinds:
            kind.check_across(found, self._findings)

    def _closed(self, definition: Definition, found: Sequence[Definition]) -> Definition:
        """The definition with the files of those it rests on, and the articles that they cite."""
        context = self._context(definition)
        near = (one for one in found if one.institution == definition.institution)
        rests = [one for one in near if any(code == one.code and meant(one.model) for code, meant in context.rests)]
        if not rests:
            return definition
        files = dict(definition.files)
        for one in rests:
            files = {**one.files, **files}
        cited = context.laws.union(*(self._context(one).laws for one in rests))
        files |= cited_laws(self._files, cited)
        return replace(definition, files=files, digest=files_digest(files))

    def _context(self, definition: Definition) -> Context:
        return self._contexts[definition.kind, definition.institution, definition.code]

    def _definition(
        self,
        kind: Kind,
        institution: Institution,
        shared: Shared,
        folder: str,
        parsed: list[Parsed] | None = None,
        *,
        frozen: bool = False,
    ) -> Definition | None:
        own = self._own_files(kind, folder)
        name = f"{folder}.yaml" if kind.single else f"{folder}/{kind.name}.yaml"
        cursor = self._open(name, kind.name, kind.version)
        sentences = Sentences() if kind.single else self._sentences(folder)
        if cursor is None:
            return None
        code = folder.rpartition("/")[2]
        context = Context(shared, institution, code, own, self._findings, frozen)
        if kind.single:
            sentences.read_block(cursor.node("texts"), name, self._findings)
        else:
            context.need_text("title", cursor.place())
        model = kind.parse(cursor, context)
        sentences.check(context.needed_texts, context.allowed_texts, self._findings)
        self._used |= {f"{folder}/{each}" for each in context.used_files}
        if model is None:
            return None
        if parsed is not None:
            parsed.append(Parsed(code, cursor, model))
        self._contexts[kind.name, institution.code, code] = context
        files = closure_files(self._files, folder, context.catalogues, context.laws)
        return Definition(
            kind.name, institution.code, code, kind.version, files_digest(files), files, sentences.texts(), model
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
