"""Changes of a definition in words that a civil servant reads, in three languages."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from uruk.definitions import change_words as words
from uruk.definitions.country import Definition
from uruk.definitions.differing import Change, differences
from uruk.definitions.nodes import Plain
from uruk.definitions.reader import read_yaml
from uruk.kernel.api import LANGUAGES, Text, isolate, listed, local_digits

MAX_TOLD = 200
_DURATION = re.compile(r"([1-9][0-9]{0,3}) (day|week|month|year|working day)s?")
_HOLE = re.compile(r"\{[a-z0-9_.]+\}")
_LONG = 70
_NO_TEXTS: Mapping[str, Text] = {}


@dataclass(frozen=True)
class Words:
    """What the parts of a kind's definitions are called.

    `groups`: keys whose members have names of their own or are counted (`states`: "state"); `keys`: any other key, an
    empty text for one that says nothing; `refers`: keys whose value names a member of a group (`to`: `states`);
    `names`: what codes are called that every definition of the kind has (`refuse`).
    """

    groups: Mapping[str, Text] = field(default_factory=dict)
    keys: Mapping[str, Text] = field(default_factory=dict)
    refers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Text] = field(default_factory=dict)

    def with_shared(self) -> "Words":
        """With the words that all kinds share."""
        return Words({**words.GROUPS, **self.groups}, {**words.KEYS, **self.keys}, self.refers, self.names)


@dataclass(frozen=True)
class Difference:
    """One thing that differs: what it is, and what becomes of it."""

    label: Text
    value: Text


_PLAIN = Words()


def tell_differences(
    now: Definition, then: Definition, own: Words = _PLAIN, names: Mapping[str, Text] = _NO_TEXTS
) -> tuple[Difference, ...]:
    """All that differs, in words; at most 200 things, and then how many more. Nothing where nothing differs.

    `names`: what roles and institutions are called, by code.
    """
    found = differences(now, then)
    teller = _Teller(now, then, own.with_shared(), names)
    told = tuple(teller.tell(one) for one in found[:MAX_TOLD])
    more = len(found) - MAX_TOLD
    return told if more <= 0 else (*told, Difference(words.MORE, _number(more)))


class _Teller:
    def __init__(self, now: Definition, then: Definition, own: Words, names: Mapping[str, Text]) -> None:
        self._now, self._then, self._words = now, then, own
        self._names = {**own.names, **names}
        self._choices = {**_choices(now), **_choices(then)}

    def tell(self, change: Change) -> Difference:
        """One change."""
        label = _joined([part for part in (self._file(change.file), *self._path(change)) if part is not None])
        return Difference(label, self._became(change))

    # -- what it is ------------------------------------------------------------------------------------------------

    def _file(self, name: str) -> Text | None:
        """The file that something stands in, where it is not the definition's own."""
        path = PurePosixPath(name)
        if match := re.fullmatch(r"texts\.(ar|ckb|en)", path.stem):
            said = words.TEXT_IN[match[1]]
            return said if name.startswith(self._then.folder) else _joined([said, self._of_another(path)])
        if path.parts[0] == "catalogues":
            return _named(words.CATALOGUE, self._title_of(name) or _code(path.stem))
        if name == "laws.yaml":
            return words.LAWS
        if name.startswith(f"{self._then.folder}/"):
            return None if path.suffix == ".yaml" else _code(path.name)
        return None if name == f"{self._then.folder}.yaml" else self._of_another(path)

    def _of_another(self, path: PurePosixPath) -> Text:
        return _code("/".join(path.parts[1:4]).removesuffix(".yaml"))

    def _title_of(self, name: str) -> Text | None:
        root, _ = read_yaml(self._then.files.get(name, b"") or self._now.files.get(name, b""), name)
        texts = _at(root.plain(), "texts", "title") if root is not None else None
        return _text(texts)

    def _path(self, change: Change) -> Iterator[Text]:
        at, path = 0, change.path
        if not path and change.kind == "file":
            yield words.FILE if change.before and change.after else words.WHOLE_FILE
        while at < len(path):
            key, group = path[at], self._words.groups.get(str(path[at]))
            if group is not None and at + 1 < len(path):
                yield self._member(group, str(key), path[at + 1])
                at += 2
                continue
            label = group or self._key(key)
            if label.ar:
                yield label
            at += 1

    def _key(self, key: str | int) -> Text:
        if isinstance(key, int):
            return _named(words.PLACE, _number(key + 1))
        return self._words.keys.get(key) or _code(key)

    def _member(self, group: Text, key: str, member: str | int) -> Text:
        if isinstance(member, int):
            return _named(group, _number(member + 1))
        return _named(group, self._called(key, member))

    def _called(self, group: str, code: str) -> Text:
        """What a member of a group is called by the definition itself; its code where it has no name."""
        for path in (f"{group}.{code}.title", f"{group}.{code}"):
            found = self._then.texts.find(path) or self._now.texts.find(path)
            if found is not None:
                return _quoted(found)
        return self._names.get(code) or _code(code)

    # -- what becomes of it ----------------------------------------------------------------------------------------

    def _became(self, change: Change) -> Text:
        if change.kind == "file":
            return words.WRITTEN if change.before and change.after else words.ADDED if change.after else words.TAKEN
        key = self._meaning(change.path)
        if change.kind == "order":
            return _filled(words.ORDER, after=self._order(key, change.after))
        if change.kind == "changed" and isinstance(change.before, dict) and isinstance(change.after, dict):
            return words.DIFFERS
        row = " · " if isinstance(change.path[-1], int) else None
        before, after = self._said(key, change.before, row), self._said(key, change.after, row)
        sentence = {"new": words.NEW, "gone": words.GONE, "changed": words.CHANGED}[change.kind]
        return _filled(sentence, before=before, after=after)

    def _meaning(self, path: tuple[str | int, ...]) -> str:
        """The key that says what a value is: its own, or the group whose members' values name something."""
        keys = [str(one) for one in path if isinstance(one, str)]
        above = keys[-2] if len(keys) > 1 else ""
        return above if above in self._words.groups and above in self._words.refers else keys[-1] if keys else ""

    def _order(self, key: str, members: Plain) -> Text:
        named = members if isinstance(members, list) else []
        return _listed([self._called(key, str(one)) for one in named])

    def _said(self, key: str, value: Plain, between: str | None = None) -> Text:
        """A value as it is read: names where something has one, durations in words, parts by their keys."""
        if isinstance(value, bool):
            return words.YES if value else words.NO
        if value is None:
            return words.NOTHING
        if isinstance(value, int):
            return _number(value)
        if isinstance(value, list):
            return _listed([self._said(key, one) for one in value], between)
        if isinstance(value, dict):
            return _listed([self._part(name, one) for name, one in value.items()], "؛ ")
        return self._word(key, value)

    def _part(self, key: str, value: Plain) -> Text:
        label = self._words.keys.get(key) or self._words.groups.get(key) or _code(key)
        if isinstance(value, dict) and key in self._words.groups:
            said = _listed([self._called(key, name) for name in value])
        else:
            said = self._said(key, value)
        return _each(lambda lang: f"{label.get(lang)}: {said.get(lang)}" if label.ar else said.get(lang))

    def _word(self, key: str, value: str) -> Text:
        match = _DURATION.fullmatch(value)
        if match is not None:
            return words.counted(int(match[1]), match[2].replace(" ", "_"))
        if key in self._words.refers:
            return self._called(self._words.refers[key], value)
        return words.VALUES.get(value) or self._choices.get(value) or self._names.get(value) or _short_code(value)


def _choices(definition: Definition) -> dict[str, Text]:
    """What choices are called: of the definition's own texts and of its catalogues; none that is called two things."""
    found: dict[str, set[Text]] = {}
    for path, text in definition.texts.by_path.items():
        if path.startswith("choices."):
            found.setdefault(path.rpartition(".")[2], set()).add(text)
    for name, data in definition.files.items():
        if name.startswith("catalogues/"):
            root, _ = read_yaml(data, name)
            codes = _at(root.plain(), "texts", "codes") if root is not None else None
            for code, said in codes.items() if isinstance(codes, dict) else ():
                found.setdefault(code, set()).update(one for one in (_text(said),) if one is not None)
    return {code: next(iter(texts)) for code, texts in found.items() if len(texts) == 1}


def _at(plain: Plain, *path: str) -> Plain:
    for key in path:
        plain = plain.get(key) if isinstance(plain, dict) else None
    return plain


def _text(plain: Plain) -> Text | None:
    if not isinstance(plain, dict) or not all(isinstance(plain.get(lang), str) for lang in ("ar", "ckb")):
        return None
    return Text(str(plain["ar"]), str(plain["ckb"]), str(plain["en"]) if "en" in plain else None)


def _filled(sentence: Text, **values: Text) -> Text:
    return sentence.filled(**{name: _isolated(text) for name, text in values.items()})


def _isolated(text: Text) -> Text:
    return _each(lambda lang: isolate(text.get(lang)))


def _named(group: Text, name: Text) -> Text:
    return _each(lambda lang: f"{group.get(lang)} {isolate(name.get(lang))}")


def _joined(parts: Sequence[Text]) -> Text:
    return _each(lambda lang: " · ".join(one.get(lang) for one in parts))


def _listed(parts: Iterable[Text], between: str | None = None) -> Text:
    found = list(parts)
    if not found:
        return words.NOTHING
    return _each(lambda lang: _joined_by(between, lang, [one.get(lang) for one in found]))


def _joined_by(between: str | None, lang: str, parts: Sequence[str]) -> str:
    if between is None:
        return listed(parts, lang)
    return ("; " if between == "؛ " and lang == "en" else between).join(parts)


def _number(number: int) -> Text:
    return _each(lambda lang: local_digits(str(number), lang))


def _code(code: str) -> Text:
    return Text(code, code, code)


def _quoted(text: Text) -> Text:
    """A sentence as a name: cut short, what it is told with left out."""
    short = [_short(_HOLE.sub("…", text.get(lang))) for lang in LANGUAGES]
    return Text(f"«{short[0]}»", f"«{short[1]}»", f"“{short[2]}”")


def _short_code(value: str) -> Text:
    return _code(value if len(value) <= 4 * _LONG else value[: 4 * _LONG - 1] + "…")


def _short(said: str) -> str:
    return said if len(said) <= _LONG else said[: _LONG - 1] + "…"


def _each(say: Callable[[str], str]) -> Text:
    return Text(*(say(lang) for lang in LANGUAGES))
