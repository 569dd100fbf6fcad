"""Reads examples.yaml: applicants whose outcome is known, what each is played with and what must come of it."""

import copy
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from uruk.definitions.api import Cursor, Fields, Findings, ListNode, PartsError, Place, Plain, ScalarNode, open_document
from uruk.kernel.api import CodedError
from uruk.services.domain.ground import AWAY, NOTHING, Ground
from uruk.services.domain.linked import Service
from uruk.services.domain.scope import decided_fields
from uruk.services.domain.trying.playing import Course

MAX_EXAMPLES = 200
_WORDS = {"away": AWAY, "none": NOTHING}
_PARTS = ("applicant", "facts", "answers", "decided", "outcomes")
EXPECTED = (
    "state", "closed", "task", "waits", "deadline", "values", "failed", "issued", "recorded", "reminded", "asked",
    "error",
)  # fmt: skip
_LISTS = frozenset({"failed", "issued", "recorded", "reminded", "asked"})


@dataclass(frozen=True)
class Expected:
    """One thing that must come of an example, and where it is written."""

    what: str
    value: object
    place: Place


@dataclass(frozen=True)
class Example:
    """One applicant: what the case is played with, and what must come of it."""

    name: str
    course: Course
    expected: tuple[Expected, ...]
    place: Place


def read_examples(service: Service, file: str, findings: Findings) -> tuple[Example, ...]:
    """The examples of a service that were understood; what is wrong with others is reported."""
    before = len(findings)
    cursor = open_document(file, service.definition.examples, "examples", 1, findings)
    if cursor is None:
        return ()
    today, block = cursor.date("today"), cursor.mapping("examples")
    cursor.finish("rounds")
    if today is None or block is None:
        return ()
    if not 1 <= len(block.keys) <= MAX_EXAMPLES:
        cursor.report("examples", "services.example_count", max=MAX_EXAMPLES)
        return ()
    found = tuple(_Reader(service, today, findings).all(block))
    return found if len(findings) == before else ()


class _Reader:
    def __init__(self, service: Service, today: datetime.date, findings: Findings) -> None:
        self._service, self._today, self._findings = service, today, findings
        self._parts: dict[str, dict[str, Plain]] = {}
        # What is taken over from another example was said to be wrong there.
        self._told: set[tuple[str, str, str]] = set()

    def all(self, block: Cursor) -> Iterator[Example]:
        for name, entry in block.entries():
            found = self._example(name, block.place(name), entry)
            if found is not None:
                yield found

    def _example(self, name: str, place: Place, entry: Cursor) -> Example | None:
        parts = self._like(entry)
        if parts is None:
            entry.finish("applied", "change", "expect", "today", *_PARTS)
            return None
        for key in _PARTS:
            inner = entry.mapping(key, required=False)
            if inner is not None:
                parts[key] = cast(dict[str, Plain], inner.root.plain())
        self._change(entry, parts)
        self._parts[name] = parts
        day = entry.date("today", required=False) or self._today
        applied = entry.date("applied", required=False)
        if applied is not None and applied > day:
            entry.report("applied", "services.example_applied")
        expected = tuple(self._expected(entry))
        entry.finish()
        return Example(name, self._course(parts, day, applied, place), expected, place)

    def _like(self, entry: Cursor) -> dict[str, Plain] | None:
        """What another example, written before, is played with."""
        if not entry.has("like"):
            return {key: {} for key in _PARTS}
        like = entry.string("like")
        if like is not None and like not in self._parts:
            entry.report("like", "services.example_like", example=like[:40])
        return copy.deepcopy(self._parts[like]) if like in self._parts else None

    def _change(self, entry: Cursor, parts: dict[str, Plain]) -> None:
        """`answers.crops.0.irrigation: flood` changes one value of what was taken over."""
        block = entry.mapping("change", required=False)
        for path, node in block.root.items.items() if block else ():
            place = block.place(path) if block else entry.place()
            if not _put(parts, path.split("."), node.plain()):
                self._findings.report(place, "services.example_path", path=path[:80])

    # -- what must come of it --------------------------------------------------------------------------------------

    def _expected(self, entry: Cursor) -> Iterator[Expected]:
        block = entry.mapping("expect")
        if block is None:
            return
        if not block.keys:
            block.report(None, "services.example_expects_nothing")
        for what in EXPECTED:
            node = block.node(what, required=False)
            if node is None:
                continue
            plain = node.plain()
            if what in _LISTS and not isinstance(node, ListNode):
                block.strings(what)  # says that it is no list
            elif what == "waits" and isinstance(node, ScalarNode):
                yield Expected(what, (node.source,), node.place)
            elif what == "values" and isinstance(plain, dict):
                yield from self._values(block, plain)
            elif isinstance(plain, list):
                yield Expected(what, tuple(str(one) for one in plain), node.place)
            else:
                yield Expected(what, plain, node.place)
        block.finish(*EXPECTED)

    def _values(self, block: Cursor, plain: Mapping[str, Plain]) -> Iterator[Expected]:
        inner = cast(Cursor, block.mapping("values"))
        for name, value in plain.items():
            if name in self._service.values or name in self._service.tables_of_case:
                yield Expected(f"values.{name}", value, inner.place(name))
            else:
                self._findings.report(inner.place(name), "services.name_unknown", name=name[:80])

    # -- what it is played with ------------------------------------------------------------------------------------

    def _course(
        self, parts: Mapping[str, Plain], today: datetime.date, applied: datetime.date | None, place: Place
    ) -> Course:
        facts = cast(dict[str, Plain], parts["facts"])
        decided = cast(dict[str, Plain], parts["decided"])
        ground = Ground(
            today,
            facts={name: self._fact(name, one, place) for name, one in facts.items()},
            applicant=cast(dict[str, object], parts["applicant"]),
            decided=self._record("decided", decided, decided_fields(self._service.definition), place),
            applied=applied or today,
        )
        answers = cast(dict[str, object], parts["answers"])
        return Course(ground, answers, dict(self._outcomes(cast(dict[str, Plain], parts["outcomes"]), place)))

    def _fact(self, name: str, written: Plain, place: Place) -> object:
        if name not in self._service.facts:
            self._tell(place, "services.name_unknown", f"facts.{name}", written)
        elif isinstance(written, str) and written in _WORDS:
            return _WORDS[written]
        elif self._service.definition.facts[name].many and isinstance(written, list):
            return [self._record(name, one, self._service.facts[name], place) for one in written]
        elif not self._service.definition.facts[name].many and isinstance(written, dict):
            return self._record(name, written, self._service.facts[name], place)
        else:
            self._tell(place, "services.example_fact", name, written)
        return NOTHING

    def _tell(self, place: Place, code: str, name: str, written: Plain) -> None:
        once = (code, name, repr(written))
        if once not in self._told:
            self._told.add(once)
            self._findings.report(place, code, name=name[:80])

    def _record(self, name: str, written: Plain, fields: Fields, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in written.items() if isinstance(written, dict) else ():
            item = fields.find(key)
            try:
                if item is None:
                    raise CodedError("services.field_unknown")
                found[key] = item.clean(value)
            except (CodedError, PartsError):
                self._tell(place, "services.example_value", f"{name}.{key}", value)
        return found

    def _outcomes(self, written: Mapping[str, Plain], place: Place) -> Iterator[tuple[str, tuple[str, ...]]]:
        for state, what in written.items():
            if state not in self._service.definition.states:
                self._tell(place, "services.name_unknown", state, what)
            yield state, tuple(str(one) for one in what) if isinstance(what, list) else (str(what),)


def _put(parts: Plain, path: list[str], value: Plain) -> bool:
    """Put a value at a path; False where there is nothing to put it into."""
    first, rest = path[0], path[1:]
    if isinstance(parts, list):
        if not first.isdigit() or int(first) >= len(parts):
            return False
        if rest:
            return _put(parts[int(first)], rest, value)
        parts[int(first)] = value
        return True
    if not isinstance(parts, dict) or (rest and first not in parts):
        return False
    if rest:
        return _put(parts[first], rest, value)
    parts[first] = value
    return True
