"""What the demonstration says of each step: an object a line for programs, a short line for people."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from uruk.cli.output import say, say_json
from uruk.kernel.api import SystemClock, rfc3339
from uruk.trust.api import Receipt

SHOWN_TO_PEOPLE = (
    "path", "url", "case", "asked", "answer", "sentence", "reasons", "readings", "nodes", "sign_in", "password",
)  # fmt: skip


class Report:
    """Prints steps as they end: {"step", "outcome", "ms", …}, `path` or `url` of what was made, `receipt` of acts."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._one_at_a_time = threading.Lock()  # nodes play at once, and what belongs together stands together

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time what happens inside; what the body puts into the yielded mapping is printed with the step."""
        start = time.perf_counter()
        facts: dict[str, Any] = {}
        try:
            yield facts
        except Exception as error:
            self._print(name, "failed", start, {"error": str(error)})
            raise
        self._print(name, str(facts.pop("outcome", "ok")), start, facts)

    def act(self, name: str, receipt: Receipt, *, ms: float | None = None, **facts: Any) -> None:
        """Print an act that happened inside a larger step; its receipt is verified with keys.json alone.

        `ms`: how long it took, where that is known.
        """
        plain = receipt.without_cosignatures()
        self._say(name, "ok", ms or 0.0, {**facts, "receipt": plain.to_json()})

    def repeat(self, step: dict[str, Any]) -> None:
        """Print a step that another process played."""
        facts = dict(step)
        self._say(facts.pop("step"), facts.pop("outcome"), facts.pop("ms"), facts)

    def _print(self, name: str, outcome: str, start: float, facts: dict[str, Any]) -> None:
        self._say(name, outcome, round((time.perf_counter() - start) * 1000, 1), facts)

    def _say(self, name: str, outcome: str, ms: float, facts: dict[str, Any]) -> None:
        with self._one_at_a_time:
            self._write(name, outcome, ms, {"at": rfc3339(SystemClock().now().replace(microsecond=0))} | facts)

    def _write(self, name: str, outcome: str, ms: float, facts: dict[str, Any]) -> None:
        if self._as_json:
            say_json(step=name, outcome=outcome, ms=ms, **facts)
            return
        day, _, moment = facts["at"].removesuffix("Z").partition("T")
        say(f"{day} {moment} {facts.get('node', ''):<12} {name:<16} {outcome:<9} {ms:>8.1f} ms")
        if "receipt" in facts:
            say(f"    {_entry(facts['receipt'])}")
        for key in SHOWN_TO_PEOPLE:
            for line in _lines(facts.get(key)):
                say(f"    {line}")


def _entry(receipt: str) -> str:
    """Where in which log a receipt says that the act stands; the whole of it is in what `--json` prints."""
    found = Receipt.parse(receipt)
    return f"receipt: entry {found.parsed_proof.index} of {found.origin}"


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{name}: {_inner(inner)}" for name, inner in value.items()]
    return list(map(str, value)) if isinstance(value, list) else [str(value)] if value else []


def _inner(value: Any) -> str:
    return "  ".join(map(str, value.values())) if isinstance(value, dict) else str(value)
