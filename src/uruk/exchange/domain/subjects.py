"""Whose data a message is about, as the provider's gateway reads it from the message itself."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from uruk.exchange.domain.fields import pointer_tokens, read_json
from uruk.exchange.domain.paths import Target
from uruk.exchange.snapshot import SubjectRule
from uruk.kernel.api import CodedError, ascii_digits

MAX_SUBJECTS = 1000
MAX_LENGTH = 64
# Spaces, hyphens, marks of direction, and the kashida that stretches Arabic letters.
_SPACES = re.compile(r"[\s\-\u200b-\u200f\u202a-\u202e\u2066-\u2069\u0640]+")


def subjects_of(
    rules: Sequence[SubjectRule], target: Target, request_body: bytes | None, answer_body: bytes | None
) -> tuple[str, ...]:
    """The subjects of a message, normalised, in the order of the rules, each once.

    A body is None where there is none to read: `answer_body` before there is an answer. The rules of paths, queries and
    requests are read from exactly what is forwarded. Errors: `exchange.subject_not_found` where there are only such
    rules and none finds anybody (nobody may be read unseen), `exchange.subject_malformed`,
    `exchange.subjects_too_many`, `exchange.request_not_json`, `exchange.answer_not_json`.
    """
    found = dict.fromkeys(map(normalised, _all(rules, target, request_body, answer_body)))
    if len(found) > MAX_SUBJECTS:
        raise CodedError("exchange.subjects_too_many", limit=MAX_SUBJECTS)
    if not found and rules and all(rule.where != "answer" for rule in rules):
        raise CodedError("exchange.subject_not_found")
    return tuple(found)


def check_claimed(found: Sequence[str], claimed: str) -> None:
    """Refuse a request whose `Uruk-Subject` is not one that the message is about; `exchange.subject_differs`."""
    if claimed and normalised(claimed) not in found:
        raise CodedError("exchange.subject_differs")


@lru_cache(maxsize=4096)
def normalised(number: str) -> str:
    """A number as it is indexed: digits 0-9, letters small, no spaces, hyphens or marks of direction.

    `exchange.subject_malformed` for nothing at all, for more than 64 characters, and for controls.
    """
    text = _SPACES.sub("", ascii_digits(number)).casefold()
    if not text or len(text) > MAX_LENGTH or not text.isprintable():
        raise CodedError("exchange.subject_malformed")
    return text


def _all(
    rules: Sequence[SubjectRule], target: Target, request_body: bytes | None, answer_body: bytes | None
) -> list[str]:
    bodies = {"request": request_body, "answer": answer_body}
    read: dict[str, Any] = {}
    found: list[str] = []
    for rule in rules:
        if rule.where == "path":
            found += filter(None, target.segments[int(rule.at) :][:1])
        elif rule.where == "query":
            found += _in_query(target, rule.at)
        elif body := bodies[rule.where]:
            if rule.where not in read:
                read[rule.where] = read_json(body, rule.where)
            found += _in_body(read[rule.where], rule.at)
    return found


def _in_query(target: Target, name: str) -> Iterator[str]:
    """Every value under a name, in whichever way a program may read it: repeated, in other letters, as an array."""
    if ";" in (target.query or ""):
        raise CodedError("exchange.path_refused", piece=";")  # some programs separate parameters with it
    wanted = name.casefold()
    for given, value in target.parameters:
        if given.partition("[")[0].strip().casefold() == wanted and value.strip():
            yield value


def _in_body(value: Any, pointer: str) -> Iterator[str]:
    """The values that a pointer names; what is there but no text or number is `exchange.subject_malformed`."""
    level = [value]
    for name in pointer_tokens(pointer):
        level = [inner for each in level for inner in _step(each, name)]
    for each in level:
        if isinstance(each, bool) or not isinstance(each, str | int | Decimal | None):
            raise CodedError("exchange.subject_malformed")
        if each is not None:
            yield _written(each)


def _step(value: Any, name: str) -> list[Any]:
    if name == "*":
        return value if isinstance(value, list) else []
    return [value[name]] if isinstance(value, dict) and name in value else []


def _written(value: str | int | Decimal) -> str:
    if isinstance(value, Decimal):
        if value != value.to_integral_value() or value.adjusted() > MAX_LENGTH:
            raise CodedError("exchange.subject_malformed")
        return f"{value:f}".partition(".")[0]
    return str(value)
