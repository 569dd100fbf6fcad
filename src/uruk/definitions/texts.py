"""The sentences of a definition in three languages, by path (`fields.name`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from uruk.definitions.findings import Findings, Place
from uruk.definitions.nodes import MapNode, Node, ScalarNode
from uruk.kernel.api import LANGUAGES, Text

REQUIRED_LANGUAGES = ("ar", "ckb")
MAX_SENTENCE = 1_000
HEADER_KEYS = ("uruk", "native_check")

_HOLE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_ARABIC_LETTER = re.compile("[\u0620-\u064a\u066e-\u06d5]")
# Letters of Arabic keyboards that stand in legacy Kurdish text for ی and ک, and the heh-with-joiner for ە.
_NOT_SORANI = re.compile("[\u0643\u0649\u064a]|\u0647\u200c")


@dataclass(frozen=True)
class Texts:
    """Texts by dotted path. `get` raises KeyError for a path without an Arabic or Kurdish sentence."""

    by_path: Mapping[str, Text] = field(default_factory=dict)

    def get(self, path: str) -> Text:
        """The text under a path such as `fields.name`."""
        return self.by_path[path]

    def find(self, path: str) -> Text | None:
        """The text under a path, or None."""
        return self.by_path.get(path)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of one language, with its place."""

    place: Place
    value: str


@dataclass
class Sentences:
    """What the text files say: language → path → sentence; `roots` is where a missing one is reported."""

    by_language: dict[str, dict[str, Sentence]] = field(default_factory=dict)
    branches: dict[str, dict[str, Place]] = field(default_factory=dict)
    # Paths whose sentence was refused: that they are missing too need not be said.
    _broken: set[str] = field(default_factory=set)

    def texts(self) -> Texts:
        """The paths that have both Arabic and Kurdish."""
        arabic, kurdish, english = (self.by_language.get(lang, {}) for lang in LANGUAGES)
        return Texts(
            {
                path: Text(arabic[path].value, kurdish[path].value, english[path].value if path in english else None)
                for path in arabic
                if path in kurdish
            }
        )

    def read_file(self, lang: str, node: Node | None, file: str, findings: Findings) -> None:
        """Take in one `texts.<lang>.yaml` (root node)."""
        self.by_language[lang], self.branches[lang] = {}, {"": Place(file)}
        if not isinstance(node, MapNode):
            return
        for key, child in node.items.items():
            if key not in HEADER_KEYS:
                self._walk(lang, key, child, node.keys[key], findings)

    def _walk(self, lang: str, path: str, node: Node, place: Place, findings: Findings) -> None:
        if isinstance(node, MapNode):
            self.branches[lang][path] = place
            for key, child in node.items.items():
                self._walk(lang, f"{path}.{key}", child, node.keys[key], findings)
        else:
            self._put(lang, path, node, findings)

    def _put(self, lang: str, path: str, node: Node, findings: Findings) -> None:
        if isinstance(node, ScalarNode) and node.refused:
            self._broken.add(path)
        elif not isinstance(node, ScalarNode) or not isinstance(node.value, str) or not node.value.strip():
            findings.report(node.place, "definitions.not_text", key=path)
            self._broken.add(path)
        elif len(node.value) > MAX_SENTENCE:
            findings.report(node.place, "definitions.text_length", key=path, max=MAX_SENTENCE)
            self._broken.add(path)
        else:
            self.by_language[lang][path] = Sentence(node.place, node.value.strip())

    def read_block(self, node: Node | None, file: str, findings: Findings) -> None:
        """Take in the `texts:` block of a single-file kind, where each path ends in {ar, ckb, en}."""
        for lang in LANGUAGES:
            self.by_language[lang], self.branches[lang] = {}, {"": node.place if node else Place(file)}
        if isinstance(node, MapNode):
            self._walk_block("", node, findings)

    def _walk_block(self, path: str, node: MapNode, findings: Findings) -> None:
        leaf = bool(node.items) and all(key in LANGUAGES for key in node.items)
        for key, child in node.items.items():
            below = f"{path}.{key}".strip(".")
            if leaf:
                self._put(key, path, child, findings)
            elif isinstance(child, MapNode):
                for lang in LANGUAGES:
                    self.branches[lang][below] = node.keys[key]
                self._walk_block(below, child, findings)
            else:
                findings.report(child.place, "definitions.not_three_languages", key=below)
                self._broken.add(below)

    def _nearest(self, lang: str, path: str) -> Place:
        branches = self.branches.get(lang, {})
        while path not in branches and path:
            path = path.rpartition(".")[0]
        return branches.get(path, Place(""))

    def check(self, needed: Mapping[str, Place], allowed: Mapping[str, Place], findings: Findings) -> None:
        """Report missing and superfluous paths, wrong script, legacy letters and holes that differ.

        `needed` paths must exist in Arabic and Kurdish; `allowed` ones may.
        """
        for path in needed:
            self._check_there(path, findings)
        unknown: set[tuple[str, str]] = set()
        for lang, sentences in self.by_language.items():
            for path, sentence in sentences.items():
                once = (sentence.place.file, path)
                if path not in needed and path not in allowed and once not in unknown:
                    findings.report(sentence.place, "definitions.text_unknown", path=path)
                    unknown.add(once)
                self._check_sentence(lang, path, sentence, findings)

    def _check_there(self, path: str, findings: Findings) -> None:
        missing = [lang for lang in REQUIRED_LANGUAGES if lang in self.by_language and not self._said(lang, path)]
        places = {lang: self._nearest(lang, path) for lang in missing}
        for place in dict.fromkeys(places.values()):
            languages = " ".join(lang for lang in missing if places[lang] == place)
            findings.report(place, "definitions.text_missing", path=path, language=languages)

    def _said(self, lang: str, path: str) -> bool:
        return path in self.by_language[lang] or path in self._broken

    def _check_sentence(self, lang: str, path: str, sentence: Sentence, findings: Findings) -> None:
        if lang in REQUIRED_LANGUAGES and not _ARABIC_LETTER.search(sentence.value):
            findings.report(sentence.place, "definitions.text_script", path=path, language=lang)
        elif lang == "ckb" and (letter := _NOT_SORANI.search(sentence.value)):
            findings.report(sentence.place, "definitions.text_letters", path=path, letter=letter.group()[0])
        arabic = self.by_language.get("ar", {}).get(path)
        if lang != "ar" and arabic and holes(arabic.value) != holes(sentence.value):
            findings.report(
                sentence.place,
                "definitions.text_holes",
                path=path,
                holes=" ".join(sorted(holes(arabic.value) ^ holes(sentence.value))),
            )


def holes(sentence: str) -> frozenset[str]:
    """The names in braces of a sentence."""
    return frozenset(_HOLE.findall(sentence))
