"""Errors with a stable code and a sentence in each language.

The sentences of room R stand in `src/uruk/R/errors.yaml`, beside the code that raises them.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from uruk.kernel.bidi import isolate
from uruk.kernel.digits import local_digits
from uruk.kernel.listing import listed

_SLOT = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_UNKNOWN = "kernel.error_unknown"


class CodedError(Exception):
    """What went wrong, as a stable code and the values its sentence speaks of.

    `code` is "room.name", for example "kernel.text_empty"; values are str, int, Text, or a
    list of those.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def sentence(self, lang: str) -> str:
        """Return the sentence that tells a reader of `lang` what went wrong."""
        return error_sentence(self.code, lang, self.values)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence('en')}"

    def __reduce__(self) -> tuple[object, ...]:
        # An exception with keywords does not pickle by itself, and child processes hand errors back.
        return _rebuild, (type(self), self.code, self.values)


def _rebuild(kind: type[CodedError], code: str, values: dict[str, object]) -> CodedError:
    return kind(code, **values)


def error_sentence(code: str, lang: str, values: Mapping[str, object]) -> str:
    """Return the sentence of an error code in `lang`, with the values put in and isolated.

    A code without sentences gives the general sentence that names the code: telling of an error must not
    itself fail. The architecture tests see to it that no code of ours is without.
    """
    sentences = _room_sentences(code.partition(".")[0]).get(code)
    if sentences is None or lang not in sentences:
        sentences, values = _room_sentences("kernel")[_UNKNOWN], {"code": code}
    spoken = sentences.get(lang, sentences["en"])
    return _SLOT.sub(lambda found: _spoken(values.get(found[1], "…"), lang), spoken)


def all_error_codes() -> tuple[str, ...]:
    """Return every code that has sentences, over all rooms, sorted."""
    rooms = sorted(entry.name for entry in files("uruk").iterdir() if entry.is_dir())
    return tuple(sorted(code for room in rooms for code in _room_sentences(room)))


def _spoken(value: object, lang: str) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return listed((_spoken(each, lang) for each in value), lang)
    get = getattr(value, "get", None)
    text = str(get(lang)) if callable(get) and not isinstance(value, Mapping) else str(value)
    if isinstance(value, int):
        text = local_digits(text, lang)
    # Latin in English needs no walls; anything else could turn the words around it (a bare "+964" flips).
    return text if lang == "en" and text.isascii() else isolate(text)


@cache
def _room_sentences(room: str) -> dict[str, dict[str, str]]:
    """Return code → language → sentence of one room; empty where the room has none."""
    source = files("uruk") / room / "errors.yaml"
    if not room.isidentifier() or not source.is_file():
        return {}
    loaded = YAML(typ="safe", pure=True).load(source.read_text(encoding="utf-8")) or {}
    return {f"{room}.{name}": dict(sentences) for name, sentences in loaded.items()}
