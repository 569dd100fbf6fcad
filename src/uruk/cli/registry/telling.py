"""What an import is told as: bad rows with their field and why, whom rows may be about, what came of it."""

import unicodedata
from typing import TYPE_CHECKING, Any

from uruk.cli.output import say, say_json
from uruk.kernel.api import Actor, error_sentence

if TYPE_CHECKING:
    from uruk.registries.api import ImportView, RegistryView, RowProblem


_ENDS = {
    "done": "cli.import_done",
    "requested": "cli.import_requested",
    "halted": "cli.import_halted",
    "checked": "cli.import_two_persons",
}


def tell_preview(actor: Actor, found: "ImportView", language: str, *, as_json: bool) -> None:
    """Say what was found of the rows: each that is wrong, each that is like a record, and how many there are."""
    from uruk.registries.api import get_registry

    registry = get_registry(actor, found.institution, found.registry)
    for one in found.problems:
        _tell_problem(registry, one, language, as_json)
    for like in found.likenesses:
        facts = {"row": like.row, "record": str(like.record), "score": like.score}
        say_json(**facts) if as_json else say(f"≈ {error_sentence('cli.import_row_like', language, facts)}")
    if as_json:
        say_json(**_facts(found, language))
    else:
        _tell_counts(found, language)


def without_orders(text: str) -> str:
    """The text without characters that a terminal obeys: a file may hold whatever it likes."""
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)


def _tell_problem(registry: "RegistryView", one: "RowProblem", language: str, as_json: bool) -> None:
    problem = without_orders(one.error.sentence(language))
    if as_json:
        say_json(row=one.row, field=one.field, code=one.error.code, problem=problem)
        return
    facts: dict[str, Any] = {"row": one.row, "field": _label(registry, one.field, language), "problem": problem}
    say(f"✗ {error_sentence('cli.import_row_wrong' if one.field else 'cli.import_row_unread', language, facts)}")


def _label(registry: "RegistryView", path: str, language: str) -> str:
    """What a field is called, with the code that a column has: a file may hold whatever letters as a name."""
    texts = registry.definition.texts
    named = texts.find(f"fields.{path}") or texts.find(f"fields.{path.rpartition('.')[2]}")
    shown = without_orders(path)
    return shown if named is None else f"{named.get(language)} ({shown})"


def _tell_counts(found: "ImportView", language: str) -> None:
    listed = len({one.row for one in found.problems})
    if found.bad > listed:
        say(f"✗ {error_sentence('cli.import_rows_more', language, {'count': found.bad - listed})}")
    if found.unknown:
        columns = [without_orders(name) or "—" for name in found.unknown[:20]]
        say(error_sentence("cli.import_columns_unknown", language, {"columns": columns}))
    if found.state == "failed" and found.hindrance is not None:
        say(f"✗ {found.hindrance.sentence(language)} ({found.hindrance.code})")
        return
    counts = {"rows": found.rows, "good": found.good, "bad": found.bad, "same": found.same}
    say(error_sentence("cli.import_checked", language, counts))


def tell_end(found: "ImportView", language: str, *, as_json: bool) -> None:
    """Say what came of an import."""
    if as_json:
        say_json(**_facts(found, language))
        return
    if found.hindrance is not None:
        at = "" if found.hindered_row is None else f"{found.hindered_row}: "
        say(f"✗ {at}{found.hindrance.sentence(language)} ({found.hindrance.code})")
    if found.state in _ENDS:
        facts = {"written": found.written, "rows": found.good, "id": str(found.request or found.id)}
        say(error_sentence(_ENDS[found.state], language, facts))


def _facts(found: "ImportView", language: str) -> dict[str, Any]:
    why = found.hindrance
    return {
        "import": str(found.id),
        "state": found.state,
        "rows": found.rows,
        "good": found.good,
        "bad": found.bad,
        "same": found.same,
        "written": found.written,
        "columns": found.columns,
        "unknown": found.unknown,
        "request": str(found.request) if found.request else None,
        "two_persons": found.two_persons,
        "row": found.hindered_row,
        "code": why.code if why else None,
        "problem": why.sentence(language) if why else None,
    }
