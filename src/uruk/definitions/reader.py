"""Reads YAML 1.2 that strangers wrote: with line and column, within limits, and without YAML's surprises.

Refused: anchors, aliases, tags, directives, a second document, keys that are not plain text, the same key twice,
fractions, numbers with a leading zero, invisible characters that turn the direction of a line. A refusal is a Finding;
no bytes whatever make this module raise.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml_events
from ruamel.yaml.error import MarkedYAMLError

from uruk.definitions.findings import Finding, Findings, Place
from uruk.definitions.nodes import ListNode, MapNode, Node, ScalarNode
from uruk.definitions.slips import slip_of

MAX_BYTES = 128 * 1024
MAX_DEPTH = 20
MAX_NODES = 20_000
KEPT_BYTES = 32 * 1024  # longer files are not kept in memory once they are read
KEPT_FILES = 1024

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
# Controls, surrogates and the characters that override the direction of what follows ("Trojan Source").
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class _RefusedError(Exception):
    """Stops reading: what follows would only repeat the same complaint."""

    def __init__(self, place: Place, code: str, **values: object) -> None:
        super().__init__(code)
        self.place, self.code, self.values = place, code, values


def read_yaml(data: bytes, file: str) -> tuple[Node | None, list[Finding]]:
    """Read one YAML document: its root node (None when it cannot be read) and everything wrong with it.

    `file` is the path to name in findings. Limits: MAX_BYTES, MAX_DEPTH, MAX_NODES. Nodes are shared: nobody
    changes one.
    """
    node, found = (_read_once if len(data) <= KEPT_BYTES else _read)(data, file)
    return node, list(found)


def _read(data: bytes, file: str) -> tuple[Node | None, tuple[Finding, ...]]:
    findings = Findings()
    try:
        text = _decode(data, file)
        node = _Composer(file, findings).compose(text)
    except _RefusedError as refusal:
        findings.report(refusal.place, refusal.code, **refusal.values)
        node = None
    return node, tuple(findings.sorted())


# What is in force is opened again for most acts, and its bytes are the same each time. More than a country has: of one
# file fewer than are read in turn, each would have been dropped when its turn comes.
_read_once = lru_cache(KEPT_FILES)(_read)


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise _RefusedError(Place(file), "definitions.file_too_long", max=MAX_BYTES // 1024)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _RefusedError(Place(file, line), "definitions.not_utf8") from None
    hidden = _HIDDEN.search(text.replace("\r\n", "\n"))
    if hidden:
        raise _RefusedError(
            _place_of(text.replace("\r\n", "\n"), hidden.start(), file),
            "definitions.hidden_character",
            character=f"U+{ord(hidden.group()):04X}",
        )
    return text


def _place_of(text: str, offset: int, file: str) -> Place:
    before = text[:offset]
    return Place(file, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


def _events(text: str, file: str) -> Iterator[Any]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        place, code, values = slip_of(error, file)
        raise _RefusedError(place, code, **values) from None
    except _RefusedError:
        raise
    except Exception:
        # The library's scanner lets slips of its own through (ValueError, IndexError, AssertionError) on hostile text.
        raise _RefusedError(Place(file), "definitions.not_yaml") from None


class _Composer:
    """Builds nodes from the library's events, so that nothing is read that the language does not have."""

    def __init__(self, file: str, findings: Findings) -> None:
        self._file, self._findings, self._count = file, findings, 0

    def compose(self, text: str) -> Node | None:
        events = _events(text, self._file)
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml_events.DocumentStartEvent):
                documents += 1
                self._check_document(event, documents)
            elif isinstance(event, yaml_events.NodeEvent):
                root = self._node(event, events, 1)
        if root is None:
            raise _RefusedError(Place(self._file), "definitions.empty_file")
        return root

    def _check_document(self, event: Any, documents: int) -> None:
        if documents > 1:
            raise _RefusedError(self._place(event), "definitions.second_document")
        if event.version or event.tags:
            raise _RefusedError(self._place(event), "definitions.directive")

    def _place(self, event: Any) -> Place:
        return Place(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self._count += 1
        if depth > MAX_DEPTH:
            raise _RefusedError(self._place(event), "definitions.too_deep", max=MAX_DEPTH)
        if self._count > MAX_NODES:
            raise _RefusedError(self._place(event), "definitions.too_many_values", max=MAX_NODES)
        self._check_plain(event)
        if isinstance(event, yaml_events.MappingStartEvent):
            return self._mapping(event, events, depth)
        if isinstance(event, yaml_events.SequenceStartEvent):
            return self._sequence(event, events, depth)
        return self._scalar(event)

    def _check_plain(self, event: Any) -> None:
        if isinstance(event, yaml_events.AliasEvent):
            self._findings.report(self._place(event), "definitions.alias")
            return
        if event.anchor is not None:
            self._findings.report(self._place(event), "definitions.anchor", name=str(event.anchor))
        if event.tag is not None:
            self._findings.report(self._place(event), "definitions.tag", name=str(event.tag))

    def _sequence(self, start: Any, events: Iterator[Any], depth: int) -> ListNode:
        items = []
        for event in events:
            if isinstance(event, yaml_events.SequenceEndEvent):
                break
            items.append(self._node(event, events, depth + 1))
        return ListNode(self._place(start), tuple(items))

    def _mapping(self, start: Any, events: Iterator[Any], depth: int) -> MapNode:
        items: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for event in events:
            if isinstance(event, yaml_events.MappingEndEvent):
                break
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            self._put(key, value, items, keys)
        return MapNode(self._place(start), items, keys)

    def _put(self, key: Node, value: Node, items: dict[str, Node], keys: dict[str, Place]) -> None:
        if not isinstance(key, ScalarNode):
            self._findings.report(key.place, "definitions.key_not_text")
        elif key.source in items:
            self._findings.report(key.place, "definitions.key_twice", key=key.source, line=keys[key.source].line)
        else:
            items[key.source], keys[key.source] = value, key.place

    def _scalar(self, event: Any) -> ScalarNode:
        place = self._place(event)
        source = str(getattr(event, "value", ""))
        if hidden := _HIDDEN.search(source):
            self._findings.report(place, "definitions.hidden_character", character=f"U+{ord(hidden.group()):04X}")
            source = _HIDDEN.sub("", source)
        plain = isinstance(event, yaml_events.ScalarEvent) and event.implicit[0]
        before = len(self._findings)
        value = self._resolve(source, place) if plain else source
        refused = len(self._findings) > before or isinstance(event, yaml_events.AliasEvent)
        return ScalarNode(place, value, source, getattr(event, "style", None) or "", refused)

    def _resolve(self, source: str, place: Place) -> str | int | bool | None:
        """The YAML 1.2 core schema without fractions and without octal and hexadecimal numbers."""
        if source in _WORDS:
            return _WORDS[source]
        if _INTEGER.fullmatch(source):
            return int(source)
        if _LEADING_ZERO.fullmatch(source):
            self._findings.report(place, "definitions.leading_zero", number=source)
        elif _FRACTION.fullmatch(source):
            self._findings.report(place, "definitions.fraction", number=source)
        return source
