"""Takes the keys of one mapping, and says which are missing, of the wrong kind or unknown."""

import datetime
import difflib
import re
from collections.abc import Collection, Iterator

from uruk.definitions.findings import Findings, Place
from uruk.definitions.nodes import ListNode, MapNode, Node, ScalarNode

CODE = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
MAX_CODE = 40
MAX_STRING = 2_000


class Cursor:
    """Walks one mapping of a definition. What is absent or wrong comes back as None and is reported."""

    def __init__(self, node: MapNode, findings: Findings) -> None:
        self._node, self._findings, self._taken = node, findings, set[str]()

    @classmethod
    def over(cls, node: Node | None, findings: Findings, place: Place) -> "Cursor":
        """A cursor over `node`; over nothing (reported) when it is not a mapping."""
        if isinstance(node, MapNode):
            return cls(node, findings)
        findings.report(node.place if node else place, "definitions.not_a_mapping")
        return cls(MapNode(node.place if node else place, {}, {}), Findings())

    @property
    def root(self) -> MapNode:
        """The mapping itself."""
        return self._node

    @property
    def findings(self) -> Findings:
        """Where this cursor reports."""
        return self._findings

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys as written."""
        return tuple(self._node.items)

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self._node.items

    def place(self, key: str | None = None) -> Place:
        """Where the key stands; without a key, or when it is absent, where the mapping begins."""
        return self._node.keys.get(key or "", self._node.place)

    def report(self, key: str | None, code: str, /, **values: object) -> None:
        """Report a finding at a key's value (or at the mapping)."""
        node = self._node.items.get(key or "")
        self._findings.report(node.place if node else self.place(key), code, **values)

    def node(self, key: str, *, required: bool = True) -> Node | None:
        """The key's node, whatever it is."""
        self._taken.add(key)
        node = self._node.items.get(key)
        if node is None and required:
            self._findings.report(self._node.place, "definitions.key_missing", key=key)
        return node

    def _scalar(self, key: str, kinds: type | tuple[type, ...], kind: str, *, required: bool) -> ScalarNode | None:
        node = self.node(key, required=required)
        if node is None or _is_refused(node):
            return None
        wrong_bool = isinstance(node, ScalarNode) and isinstance(node.value, bool) and kinds is not bool
        if isinstance(node, ScalarNode) and isinstance(node.value, kinds) and not wrong_bool:
            return node
        self._findings.report(node.place, f"definitions.not_{kind}", key=key)
        return None

    def string(self, key: str, *, required: bool = True, one_of: Collection[str] | None = None) -> str | None:
        """A text of at most 2,000 characters, or one of the words allowed."""
        node = self._scalar(key, str, "text", required=required)
        if node is None:
            return None
        if one_of is not None and node.source not in one_of:
            self._unknown_word(node, one_of)
            return None
        if not node.source.strip() or len(node.source) > MAX_STRING:
            self._findings.report(node.place, "definitions.text_length", key=key, max=MAX_STRING)
            return None
        return node.source

    def _unknown_word(self, node: ScalarNode, allowed: Collection[str]) -> None:
        meant = difflib.get_close_matches(node.source[:MAX_CODE], list(allowed), n=1)
        listed = tuple(meant or sorted(allowed)[:12])
        self._findings.report(node.place, "definitions.unknown_word", word=node.source[:MAX_CODE], allowed=listed)

    def code(self, key: str, *, required: bool = True) -> str | None:
        """A code: small Latin letters, digits, hyphens, at most 40 characters."""
        word = self.string(key, required=required)
        if word is not None and not is_code(word):
            self.report(key, "definitions.bad_code", word=word[:MAX_CODE])
            return None
        return word

    def integer(
        self, key: str, *, required: bool = True, minimum: int | None = None, maximum: int | None = None
    ) -> int | None:
        """A whole number within its bounds (both included)."""
        node = self._scalar(key, int, "a_number", required=required)
        if node is None or not isinstance(node.value, int):
            return None
        if (minimum is not None and node.value < minimum) or (maximum is not None and node.value > maximum):
            self._findings.report(
                node.place,
                "definitions.number_outside",
                key=key,
                min="" if minimum is None else minimum,
                max="" if maximum is None else maximum,
            )
            return None
        return node.value

    def boolean(self, key: str, *, required: bool = True) -> bool | None:
        """true or false."""
        node = self._scalar(key, bool, "yes_or_no", required=required)
        return node.value if node is not None and isinstance(node.value, bool) else None

    def date(self, key: str, *, required: bool = True) -> datetime.date | None:
        """A Gregorian date YYYY-MM-DD."""
        node = self._scalar(key, str, "a_date", required=required)
        if node is None:
            return None
        try:
            return datetime.datetime.strptime(node.source, "%Y-%m-%d").replace(tzinfo=datetime.UTC).date()
        except ValueError:
            self._findings.report(node.place, "definitions.not_a_date", key=key)
            return None

    def strings(self, key: str, *, required: bool = True, one_of: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of texts, none of them twice; empty when absent or wrong."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        if not isinstance(node, ListNode) or (required and not node.items):
            self._findings.report(node.place, "definitions.not_a_list", key=key)
            return ()
        return tuple(self._words(node, key, one_of))

    def _words(self, node: ListNode, key: str, one_of: Collection[str] | None) -> Iterator[str]:
        seen: set[str] = set()
        for item in node.items:
            if _is_refused(item):
                continue
            if not isinstance(item, ScalarNode) or not isinstance(item.value, str):
                self._findings.report(item.place, "definitions.not_text", key=key)
            elif item.source in seen:
                self._findings.report(item.place, "definitions.value_twice", word=item.source[:MAX_CODE])
            elif one_of is not None and item.source not in one_of:
                self._unknown_word(item, one_of)
            else:
                seen.add(item.source)
                yield item.source

    def mapping(self, key: str, *, required: bool = True) -> "Cursor | None":
        """A cursor over the mapping under the key."""
        node = self.node(key, required=required)
        return None if node is None else Cursor.over(node, self._findings, self.place(key))

    def entries(self, *, codes: bool = True) -> Iterator[tuple[str, "Cursor"]]:
        """Each key with a cursor over its mapping (an empty value counts as an empty mapping)."""
        for key, node in self._node.items.items():
            self._taken.add(key)
            if codes and not is_code(key):
                self._findings.report(self._node.keys[key], "definitions.bad_code", word=key[:MAX_CODE])
                continue
            empty = isinstance(node, ScalarNode) and node.value is None
            inner = MapNode(node.place, {}, {}) if empty else node
            yield key, Cursor.over(inner, self._findings, self._node.keys[key])

    def finish(self, *also: str) -> None:
        """Report every key that nobody took, with the one that was probably meant."""
        for key, place in self._node.keys.items():
            if key not in self._taken and key not in also:
                meant = difflib.get_close_matches(key[:MAX_CODE], sorted(self._taken | set(also)), n=1)
                self._findings.report(
                    place,
                    "definitions.unknown_key",
                    key=key[:MAX_CODE],
                    allowed=tuple(meant or sorted(self._taken | set(also))),
                )


def _is_refused(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.refused


def is_code(word: str) -> bool:
    """Whether `word` may be a code: small Latin letters, digits, single - or _ between them, at most 40 characters."""
    return len(word) <= MAX_CODE and CODE.fullmatch(word) is not None
