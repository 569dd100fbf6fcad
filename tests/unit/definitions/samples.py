"""A country in memory and a kind of its own, so that the language is tested without any other room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from uruk.definitions.api import (
    Context,
    Cursor,
    Duration,
    Expression,
    Fields,
    Finding,
    Findings,
    Parsed,
    Parsings,
    check_country,
)
from uruk.definitions.nodes import MapNode
from uruk.definitions.reader import read_yaml

COUNTRY = "uruk: country/1\ncode: xx\ntexts:\n  name: {ar: بلد, ckb: وڵات}\n"
LAWS = (
    "uruk: laws/1\nlaws:\n  parks: {year: 2001, source: unknown, articles: ['1', '2']}\n"
    "  roads: {source: unknown, articles: ['1']}\n"
    "texts:\n  parks:\n    title: {ar: قانون, ckb: یاسا}\n"
    "    articles: {'1': {ar: مادة, ckb: ماددە}, '2': {ar: مادة, ckb: ماددە}}\n"
    "  roads: {title: {ar: قانون, ckb: یاسا}}\n"
)
TREES = (
    "uruk: catalogue/1\ncodes: {oak: {iso: X-1}, palm: {native_check: [ckb]}}\n"
    "texts:\n  title: {ar: أشجار, ckb: دار}\n  codes: {oak: {ar: بلوط, ckb: بەڕوو}, palm: {ar: نخلة, ckb: دارخورما}}\n"
)
BIRDS = TREES.replace("أشجار", "طيور")
INSTITUTION = (
    "uruk: institution/1\nroles: {keeper: {may: [see-person]}, head: {}}\n"
    "texts:\n  name: {ar: الحدائق, ckb: باخچەکان}\n"
    "  roles: {keeper: {ar: حارس, ckb: پاسەوان}, head: {ar: مدير, ckb: بەڕێوەبەر}}\n"
)
NOTE = (
    "uruk: note/1\nlaw: parks/1\nkept: 5 years\nroles: [keeper]\n"
    "fields:\n  tree: {type: choice, from: trees}\n  height: {type: integer, unit: m, min: 1, max: 60}\n"
    "rule: height > 2\n"
)
ARABIC = "uruk: texts/1\ntitle: ملاحظة\nfields: {tree: الشجرة, height: الارتفاع}\n"
KURDISH = "uruk: texts/1\ntitle: تێبینی\nfields: {tree: دار, height: بەرزی}\n"
FOLDER = "institutions/gardens/notes/planting"


def country_files() -> dict[str, str]:
    """A country in which nothing is wrong."""
    return {
        "country.yaml": COUNTRY,
        "laws.yaml": LAWS,
        "catalogues/trees.yaml": TREES,
        "catalogues/birds.yaml": BIRDS,
        "institutions/gardens/institution.yaml": INSTITUTION,
        f"{FOLDER}/note.yaml": NOTE,
        f"{FOLDER}/note.txt": "a note",
        f"{FOLDER}/texts.ar.yaml": ARABIC,
        f"{FOLDER}/texts.ckb.yaml": KURDISH,
    }


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files below the folder and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@dataclass(frozen=True)
class Note:
    law: str | None
    kept: Duration | str | None
    roles: tuple[str, ...]
    fields: Fields
    rule: Expression | None


class NoteKind:
    """A kind as a room would write it."""

    name = "note"
    version = 1
    folder = "notes"
    single = False
    files = frozenset({"note.txt"})

    def parse(self, cursor: Cursor, context: Context) -> Note | None:
        fields = context.fields(cursor)
        note = Note(
            context.law(cursor),
            context.duration(cursor, "kept", "forever"),
            context.roles(cursor, "roles"),
            fields,
            context.expression(cursor, "rule", fields),
        )
        context.allow_text("statement", cursor.place())
        cursor.finish()
        return note

    def check(self, definitions: Iterable[Parsed], findings: Findings) -> None:
        for parsed in definitions:
            if parsed.code == "forbidden":
                parsed.cursor.report("law", "definitions.bad_code", word=parsed.code)

    def check_across(self, found: Parsings, findings: Findings) -> None:
        """Notes of several institutions have nothing to agree about."""


NOTES = NoteKind()


def changed(tmp_path: Path, name: str, old: str, new: str) -> list[str]:
    """`file:line code` of a country in which `old` was replaced in one file; the note's folder need not be named."""
    files = country_files()
    path = name if name in files else f"{FOLDER}/{name}"
    assert old in files[path], f"{old!r} does not stand in {path}"
    files[path] = files[path].replace(old, new, 1)
    return [found.removeprefix(f"{FOLDER}/") for found in short(check_country(write_files(tmp_path, files), [NOTES]))]


def short(findings: Iterable[Finding]) -> list[str]:
    """Findings as `file:line code`, after making sure that each has a sentence in every language."""
    listed = list(findings)
    for finding in listed:
        for lang in ("ar", "ckb", "en"):
            assert "…" not in finding.sentence(lang) or "…" in str(finding.values), f"{finding} lacks a value"
    return [f"{one.file}:{one.line} {one.code}" for one in listed]


def cursor_over(text: str) -> tuple[Cursor, Findings]:
    """A cursor over YAML that can be read."""
    node, found = read_yaml(text.encode(), "f.yaml")
    assert not found
    assert isinstance(node, MapNode)
    findings = Findings()
    return Cursor(node, findings), findings
