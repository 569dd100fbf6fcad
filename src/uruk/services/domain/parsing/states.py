"""Reads the states of a service: rules, tasks with their actions, waits with their outcomes, and how a case ends."""

from collections.abc import Iterator, Mapping
from typing import cast, get_args

from uruk.definitions.api import Context, Cursor, Duration, Fields, MapNode, Node, Place, ScalarNode
from uruk.services.domain.definition import (
    Action,
    Appeal,
    Closing,
    Deadline,
    Question,
    Reviews,
    Rule,
    State,
    StateKind,
)
from uruk.services.domain.parsing.effects import parse_effects
from uruk.services.domain.parsing.reading import each, formula, formulas, names, one_entry, without
from uruk.services.domain.parsing.steps import Names, asked_file, plain_file

KINDS: tuple[StateKind, ...] = get_args(StateKind)
CLOSINGS: tuple[Closing, ...] = get_args(Closing)
# What most services call the same: faces have the words for these, and an author may say it better.
STANDARD_ACTIONS = frozenset({"accept", "refuse", "send_back", "resubmit", "withdraw", "paid", "appeal"})
MAX_STATES, MAX_RULES, MAX_ACTIONS = 60, 30, 12
_OF_KIND: Mapping[StateKind, frozenset[str]] = {
    "next": frozenset({"do"}),
    "task": frozenset({"do", "sees", "visit", "deadline", "actions"}),
    "waits": frozenset({"do", "reviews", "outcomes", "deadline", "actions"}),
    "closed": frozenset({"do", "appeal"}),
}
_EVERY = frozenset().union(*_OF_KIND.values()) | set(KINDS)


def parse_states(cursor: Cursor, context: Context, taken: Names, unsure: set[str]) -> Mapping[str, State]:
    """All states by name, in order; the first is where a submitted case begins."""
    block = cursor.mapping("states")
    found: dict[str, State] = {}
    for name, entry in block.entries() if block else ():
        one = _state(name, cast(Cursor, block).place(name), entry, context, taken, unsure)
        if one is None:
            unsure.add(f"states.{name}")
        else:
            found[name] = one
    if len(found) > MAX_STATES:
        cursor.report("states", "services.too_many", what="states", max=MAX_STATES)
    return found


def _state(name: str, place: Place, entry: Cursor, context: Context, taken: Names, unsure: set[str]) -> State | None:
    kinds = [one for one in KINDS if entry.has(one)]
    told = context.need_text if set(kinds) & {"task", "waits"} else context.allow_text
    told(f"states.{name}", place)
    if len(kinds) != 1:
        entry.report(None, "services.state_kind", state=name)
        return None
    kind, before = kinds[0], len(entry.findings)
    for key in entry.keys:
        if key in _EVERY - _OF_KIND[kind] - {kind}:
            entry.report(key, "services.state_word", word=key, kind=kind)
    found = State(
        name, kind, place,
        rules=tuple(_rules(entry)) if kind == "next" else (),
        task=entry.string("task", required=False),
        sees=names(entry, "sees", required=False),
        visit=bool(entry.boolean("visit", required=False)),
        actions=tuple(_actions(entry, context, taken, required=kind == "task")),
        waits=entry.string("waits", required=False),
        reviews=_reviews(entry),
        outcomes=_outcomes(entry, required=kind == "waits"),
        do=parse_effects(entry, context),
        deadline=_deadline(entry, context, required=kind in {"task", "waits"}),
        closed=cast(Closing | None, entry.string("closed", required=False, one_of=CLOSINGS)),
        appeal=_appeal(entry, context),
    )  # fmt: skip
    entry.finish(*_EVERY)
    if len(entry.findings) > before:
        unsure.add(f"states.{name}.ways")
    return found


def _rules(entry: Cursor) -> Iterator[Rule]:
    found = list(each(entry, "next"))
    if len(found) > MAX_RULES:
        entry.report("next", "services.too_many", what="next", max=MAX_RULES)
    for position, one in enumerate(found):
        when, to = formula(one, "when", required=False), one.string("to")
        one.finish()
        last = position == len(found) - 1
        if one.has("when") == last:
            one.report(None, "services.rule_otherwise" if last else "services.rule_before_last")
        if to is not None:
            yield Rule(when, to, one.place("to"))


def _actions(entry: Cursor, context: Context, taken: Names, *, required: bool) -> Iterator[Action]:
    block = entry.mapping("actions", required=required)
    if block is None:
        return
    if len(block.keys) > MAX_ACTIONS:
        entry.report("actions", "services.too_many", what="actions", max=MAX_ACTIONS)
    for name, one in block.entries():
        told = context.allow_text if name in STANDARD_ACTIONS else context.need_text
        told(f"actions.{name}", block.place(name))
        to, second = one.string("to"), one.string("second", required=False)
        fields, files, marks = _decided(one, context, taken)
        one.finish()
        if to is not None:
            yield Action(name, to, second, fields, marks, block.place(name), files)


def _decided(entry: Cursor, context: Context, taken: Names) -> tuple[Fields, tuple[Question, ...], str | None]:
    """What is said with an action. `marks` is no value of its own: it points at answers that are to be mended."""
    node = entry.node("fields", required=False)
    if not isinstance(node, MapNode):
        if node is not None:
            entry.mapping("fields")  # says what is wrong with it
        return Fields(()), (), None
    marks = next((name for name, one in node.items.items() if _is_marks(one)), None)
    rest = without(node, *([marks] if marks else []))
    if marks:
        context.need_text(f"fields.{marks}", node.keys[marks])
        Cursor.over(node.items[marks], entry.findings, node.keys[marks]).finish("type")
    if not rest.items:
        return Fields(()), (), marks
    plain = MapNode(rest.place, {name: plain_file(one) for name, one in rest.items.items()}, rest.keys)
    inner = Cursor(one_entry("fields", plain, node.place), entry.findings)
    fields = context.fields(inner)
    taken.take(fields, inner, again=True)
    return fields, tuple(asked_file(one, node, entry) for one in fields if one.type == "file"), marks


def _is_marks(node: Node) -> bool:
    kind = node.items.get("type") if isinstance(node, MapNode) else None
    return isinstance(kind, ScalarNode) and kind.source == "marks"


def _reviews(entry: Cursor) -> Reviews | None:
    block = entry.mapping("reviews", required=False)
    if block is None:
        return None
    by, node, inputs = block.strings("by"), block.node("join"), formulas(block, "with", required=False)
    block.finish()
    if isinstance(node, ScalarNode) and isinstance(node.value, int) and not isinstance(node.value, bool):
        join = node.value
    else:
        word = block.string("join", one_of=("all", "any"))
        join = 1 if word == "any" else len(by)
    if by and not 1 <= join <= len(by):
        block.report("join", "services.reviews_join", count=len(by))
    return Reviews(by, join, inputs)


def _outcomes(entry: Cursor, *, required: bool) -> Mapping[str, tuple[str, Place]]:
    block = entry.mapping("outcomes", required=required)
    found: dict[str, tuple[str, Place]] = {}
    for name in block.keys if block else ():
        to = cast(Cursor, block).string(name)
        if to is not None:
            found[name] = to, cast(Cursor, block).place(name)
    return found


def _deadline(entry: Cursor, context: Context, *, required: bool) -> Deadline | None:
    if required and not entry.has("deadline"):
        entry.report(None, "services.no_deadline")
    block = entry.mapping("deadline", required=False)
    if block is None:
        return None
    within, then = context.duration(block, "within"), block.mapping("then")
    start = formula(block, "from", required=False)
    block.finish()
    to, task = (then.string(key, required=False) for key in ("to", "task")) if then else (None, None)
    if then is not None:
        then.finish("to", "task")
        if then.has("to") == then.has("task"):
            then.report(None, "services.deadline_then")
    return Deadline(within, to, task, block.place(), start) if isinstance(within, Duration) else None


def _appeal(entry: Cursor, context: Context) -> Appeal | None:
    node = entry.node("appeal", required=False)
    closes_refused = isinstance(one := entry.root.items.get("closed"), ScalarNode) and one.source == "refused"
    if node is None:
        if closes_refused:
            entry.report(None, "services.no_appeal")
        return None
    if isinstance(node, ScalarNode) and node.source == "none":
        return None
    block = cast(Cursor, entry.mapping("appeal"))
    to, task, within = block.string("to"), block.string("task"), context.duration(block, "within")
    block.finish()
    if to is None or task is None or not isinstance(within, Duration):
        return None
    return Appeal(to, task, within, block.place("to"))
