"""The translations of every room: what is missing, what is wrong, and compiling them.

    python packaging/messages.py --check            report and exit 1 when anything is missing or wrong
    python packaging/messages.py --compile          make the .mo files that Django reads
    python packaging/messages.py --update ROOM…     add missing entries (empty) to a room's .po files, drop unused ones

A message is an English sentence marked for translation in a room's templates or Python. The hatchling hook uses
`compile_messages` where only Babel is installed, so Django is imported only where templates are read.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from gettext import c2py
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "uruk"
PLURALS = {  # gettext's and Django's order of the forms: Babel's own Arabic one differs
    "ar": (6, "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5"),
    "ckb": (2, "n != 1"),
}
LANGUAGES = tuple(PLURALS)

_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Letters of the other language, as a wrong keyboard leaves them behind.
_FOREIGN = {"ar": frozenset("ەێۆڕڵیکگچپژڤھ"), "ckb": frozenset("ىيكةؤ")}
_LATIN = re.compile(r"[A-Za-z]{2,}")
_NO_WORD = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]|<[^>]*>|&\w+;")
_ENTRY = re.compile(r'^(?:msgctxt ((?:".*"\n)+))?msgid ((?:".*"\n)+)', re.MULTILINE)
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")
_TEMPLATES = {".html", ".txt", ".xml", ".js"}


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong with a room's translations: where, what kind, and which message."""

    file: Path
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.kind}: {self.message!r}"


def extract_room(room: Path) -> Catalog:
    """Return every message marked for translation in a room's Python files and templates."""
    catalog = Catalog()
    for path in sorted(room.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            _add(catalog, path, path.read_bytes())
        elif path.suffix in _TEMPLATES and "templates" in path.relative_to(room).parts:
            _add(catalog, path, _templatized(path))
    return catalog


def check_room(room: Path) -> list[Fault]:
    """Return all that is missing or wrong in the translations of one room, sorted."""
    wanted = extract_room(room)
    present = [_po(room, lang) for lang in LANGUAGES if _po(room, lang).is_file()]
    if not len(wanted) and not present:
        return []
    return sorted(fault for lang in LANGUAGES for fault in _check_language(room, lang, wanted))


def compile_messages(source: Path = SOURCE) -> list[Path]:
    """Compile each .po under `source` to the .mo beside it; return the files made."""
    made = []
    for path in sorted(source.glob("*/locale/*/LC_MESSAGES/*.po")):
        compiled = BytesIO()
        write_mo(compiled, _read(path))
        path.with_suffix(".mo").write_bytes(compiled.getvalue())
        made.append(path.with_suffix(".mo"))
    return made


def update_room(room: Path) -> None:
    """Add the missing messages to a room's .po files, empty, and drop those no longer used."""
    wanted = extract_room(room)
    for lang in LANGUAGES:
        path = _po(room, lang)
        catalog = _read(path) if path.is_file() else _new(lang)
        catalog.update(wanted, no_fuzzy_matching=True)
        written = BytesIO()
        write_po(written, catalog, width=110, no_location=True, ignore_obsolete=True, omit_header=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_header(lang) + written.getvalue())


def rooms(names: Iterable[str] = (), source: Path = SOURCE) -> list[Path]:
    """Return the folders of the named rooms, or of all."""
    wanted = set(names)
    return [path for path in sorted(source.iterdir()) if path.is_dir() and (not wanted or path.name in wanted)]


def _add(catalog: Catalog, path: Path, python: bytes) -> None:
    for line, message, _, context in extract("python", BytesIO(python), keywords=_KEYWORDS):
        catalog.add(message, locations=[(path.name, line)], context=context)


def _templatized(path: Path) -> bytes:
    from django.utils.translation.template import templatize

    return templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()


def _check_language(room: Path, lang: str, wanted: Catalog) -> Iterator[Fault]:
    path = _po(room, lang)
    shown = path.relative_to(room.parent)
    try:
        catalog = _read(path) if path.is_file() else _new(lang)
    except PoFileError as error:
        yield Fault(shown, "unreadable", str(error))
        return
    if not _plurals_agree(catalog, lang):
        yield Fault(shown, "Plural-Forms", _plural_forms(lang))
    for message in _doubled(path):
        yield Fault(shown, "twice", message)
    known, needed = _keys(catalog), _keys(wanted)
    for key in needed.keys() - known.keys():
        yield Fault(shown, "missing", key[1])
    for key in (known.keys() - needed.keys()) | {_key(each) for each in catalog.obsolete.values()}:
        yield Fault(shown, "obsolete", key[1])
    for key in needed.keys() & known.keys():
        for kind in (*_faults(needed[key], known[key], PLURALS[lang][0]), *_misspelt(known[key], lang)):
            yield Fault(shown, kind, key[1])


def _doubled(path: Path) -> list[str]:
    """Messages that stand more than once in a file: the library keeps one of them, and does not say which."""
    found = Counter(_ENTRY.findall(path.read_text(encoding="utf-8"))) if path.is_file() else Counter()
    return [message.strip() for (_, message), count in found.items() if count > 1]


def _misspelt(translated: Message, lang: str) -> Iterator[str]:
    """Letters of another script: a word in Latin ones is a name, so the English sentence has it too."""
    forms = translated.string if isinstance(translated.string, tuple) else (translated.string,)
    text = _NO_WORD.sub(" ", " ".join(forms))
    strange = sorted(set(text) & _FOREIGN[lang])
    if strange:
        yield f"letters of another language ({''.join(strange)})"
    sources = translated.id if isinstance(translated.id, tuple) else (translated.id,)
    for word in sorted(set(_LATIN.findall(text)) - set(_LATIN.findall(" ".join(sources)))):
        yield f"Latin letters ({word})"


def _faults(wanted: Message, translated: Message, plurals: int) -> Iterator[str]:
    forms = translated.string if isinstance(translated.string, tuple) else (translated.string,)
    if translated.fuzzy:
        yield "fuzzy"
    if wanted.pluralizable != translated.pluralizable or (wanted.pluralizable and len(forms) != plurals):
        yield "plural forms"
    if not all(form.strip() for form in forms):
        yield "empty"
    elif _placeholders_differ(wanted, forms):
        yield "placeholders differ"
    elif forms[0] == _text(wanted) and " " in forms[0]:
        yield "not translated"


def _placeholders_differ(wanted: Message, forms: Iterable[str]) -> bool:
    sources = wanted.id if isinstance(wanted.id, tuple) else (wanted.id,)
    allowed = {found for source in sources for found in _PLACEHOLDER.findall(source)}
    found = [set(_PLACEHOLDER.findall(form)) for form in forms]
    if wanted.pluralizable:  # "one document" and "two documents" need not repeat the number; that of any number must
        return any(not each <= allowed for each in found) or found[-1] != set(_PLACEHOLDER.findall(sources[-1]))
    return any(each != allowed for each in found)


def _plurals_agree(catalog: Catalog, lang: str) -> bool:
    count, rule = PLURALS[lang]
    theirs, ours = c2py(catalog.plural_expr), c2py(rule)
    return catalog.num_plurals == count and all(theirs(n) == ours(n) for n in range(201))


def _plural_forms(lang: str) -> str:
    count, rule = PLURALS[lang]
    return f"nplurals={count}; plural={rule};"


def _header(lang: str) -> bytes:
    fields = (f"Language: {lang}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8")
    lines = (*fields, "Content-Transfer-Encoding: 8bit", f"Plural-Forms: {_plural_forms(lang)}")
    return ('msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n").encode()


def _new(lang: str) -> Catalog:
    return read_po(BytesIO(_header(lang)), locale=lang)


def _keys(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    return {_key(message): message for message in catalog if message.id}


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, _text(message)


def _text(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def _po(room: Path, lang: str) -> Path:
    return room / "locale" / lang / "LC_MESSAGES" / "django.po"


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The translations of every room.")
    deed = parser.add_mutually_exclusive_group(required=True)
    for option in ("check", "compile", "update"):
        deed.add_argument(f"--{option}", action="store_true")
    parser.add_argument("rooms", nargs="*", help="the rooms to look at; all where none is named")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run one of the deeds; return the exit code."""
    arguments = _arguments(words)
    chosen = rooms(arguments.rooms)
    if arguments.compile:
        print(f"{len(compile_messages())} translations compiled")
        return 0
    if arguments.update:
        for room in chosen:
            update_room(room)
        return 0
    faults = [fault for room in chosen for fault in check_room(room)]
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
