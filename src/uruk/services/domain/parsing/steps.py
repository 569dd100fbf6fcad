"""Reads the steps of a service: questions with what decides whether they are asked, repeated pages, co-signatures."""

from dataclasses import dataclass, field

from uruk.definitions.api import Context, Cursor, Field, Fields, MapNode, Node, Place, ScalarNode
from uruk.services.domain.definition import RESERVED, Cosign, Formula, Question, Repeat, Step
from uruk.services.domain.parsing.reading import formula, one_entry, without

MEDIA = ("pdf", "jpeg", "png")
MAX_UPLOAD_KIB = 20_480
DEFAULT_UPLOAD_KIB = 5_120
MAX_STEPS, MAX_ROWS = 40, 100


@dataclass
class Names:
    """The fields of a whole service: labels go by name, so one name is one field."""

    seen: dict[str, Field] = field(default_factory=dict)

    def take(self, fields: Fields, cursor: Cursor, *, again: bool = False) -> None:
        """Note fields; one that stands twice is reported, but the same one may stand in several actions (`again`)."""
        block = cursor.mapping("fields", required=False)
        for item in fields.walk():
            before = self.seen.get(item.name)
            if before is not None and not (again and before == item) and block is not None:
                block.findings.report(block.place(item.name), "services.field_twice", field=item.name)
            self.seen[item.name] = item


def parse_steps(cursor: Cursor, context: Context, taken: Names, unsure: set[str]) -> tuple[Step, ...]:
    """All steps in order; those that cannot be understood are reported, and their names are `unsure`."""
    block = cursor.mapping("steps")
    if block is None:
        return ()
    if len(block.keys) > MAX_STEPS:
        cursor.report("steps", "services.too_many", what="steps", max=MAX_STEPS)
    return tuple(_step(name, block.place(name), one, context, taken, unsure) for name, one in block.entries())


def _step(name: str, place: Place, cursor: Cursor, context: Context, taken: Names, unsure: set[str]) -> Step:
    context.need_text(f"steps.{name}.title", place)
    context.allow_text(f"steps.{name}.help", place)
    repeat = _repeat(cursor, unsure)
    questions = _questions(cursor, context, taken, unsure)
    if len(questions) == 1 and repeat is None:
        # The page has nothing but this question: its title is the label.
        path = f"fields.{questions[0].field.name}"
        context.allow_text(path, context.needed_texts.pop(path, place))
    found = Step(name, questions, place, formula(cursor, "when", required=False), repeat, _cosign(cursor, context))
    cursor.finish()
    return found


def _questions(cursor: Cursor, context: Context, taken: Names, unsure: set[str]) -> tuple[Question, ...]:
    node = cursor.node("fields")
    if not isinstance(node, MapNode):
        cursor.mapping("fields")  # says what is wrong with it
        return ()
    plain = {name: _plain(entry) for name, entry in node.items.items()}
    inner = Cursor(one_entry("fields", MapNode(node.place, plain, node.keys), node.place), cursor.findings)
    fields = context.fields(inner)
    unread = {one.name for one in fields.walk() if one.type == "choice" and not one.options}
    unsure |= {f"answers.{name}" for name in fields.unread | unread}
    taken.take(fields, inner)
    return tuple(_question(item, node, cursor) for item in fields)


def _plain(entry: Node) -> Node:
    """A question as the one `fields:` block knows it, without what only steps have."""
    found = plain_file(entry)
    if not isinstance(found, MapNode):
        return found
    computed = {key for key in ("min", "max") if _is_computed(found.items.get(key))}
    return without(found, "when", *computed)


def plain_file(entry: Node) -> Node:
    """A file as the one `fields:` block knows it, without which files are taken."""
    if not isinstance(entry, MapNode) or _word(entry, "type") != "file":
        return entry
    return without(entry, "types", "max_kib")


def asked_file(item: Field, node: MapNode, cursor: Cursor) -> Question:
    """A file that is said with an action, with what it takes."""
    place = node.keys[item.name]
    media, size = _file(Cursor.over(node.items[item.name], cursor.findings, place))
    return Question(item, place, media=media, max_kib=size)


def _word(entry: MapNode, key: str) -> str:
    node = entry.items.get(key)
    return node.source if isinstance(node, ScalarNode) else ""


def _is_computed(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and isinstance(node.value, str)


def _question(item: Field, node: MapNode, cursor: Cursor) -> Question:
    place = node.keys[item.name]
    entry = Cursor.over(node.items[item.name], cursor.findings, place)
    minimum, maximum = (_bound(entry, key, item) for key in ("min", "max"))
    media, size = _file(entry) if item.type == "file" else ((), None)
    return Question(item, place, formula(entry, "when", required=False), minimum, maximum, media, size)


def _bound(entry: Cursor, key: str, item: Field) -> Formula | None:
    if not _is_computed(entry.root.items.get(key)):
        return None
    if item.type not in {"integer", "money"}:
        entry.integer(key)  # says that it is no number
        return None
    return formula(entry, key)


def _file(entry: Cursor) -> tuple[tuple[str, ...], int]:
    media = entry.strings("types", required=False, one_of=MEDIA) or MEDIA
    size = entry.integer("max_kib", required=False, minimum=1, maximum=MAX_UPLOAD_KIB)
    return media, size or DEFAULT_UPLOAD_KIB


def _repeat(cursor: Cursor, unsure: set[str]) -> Repeat | None:
    """Over a fact with many records, or as often as the applicant wants, at least `min` and at most `max` times."""
    block = cursor.mapping("repeat", required=False)
    if block is None:
        return None
    if block.has("over"):
        over, name = block.string("over"), block.code("as")
        block.finish()
        if name in RESERVED:
            block.report("as", "services.name_reserved", name=name)
            unsure.add(name)
        return Repeat((over or "").removeprefix("facts."), name or "")
    low = block.integer("min", required=False, minimum=0, maximum=MAX_ROWS)
    high = block.integer("max", minimum=1, maximum=MAX_ROWS)
    block.finish()
    return Repeat(minimum=low or 0, maximum=high or MAX_ROWS)


def _cosign(cursor: Cursor, context: Context) -> Cosign | None:
    block = cursor.mapping("cosign", required=False)
    if block is None:
        return None
    number, law = block.code("number"), context.law(block)
    block.finish()
    return Cosign(number, law) if number else None
