"""What may come back: an answer rebuilt from the fields that an agreement names, and from nothing else."""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any, NoReturn

import msgspec

from uruk.kernel.api import CodedError

MAX_BYTES = 4 << 20
MAX_DEPTH = 32
_Tree = dict[str | None, Any]
_NOTHING = msgspec.UNSET
_VALUE = {None}
_encode = msgspec.json.Encoder(decimal_format="number").encode


def rebuild(body: bytes, pointers: tuple[str, ...]) -> bytes:
    """Write an answer again with only what the pointers name, in the answer's own order.

    A pointer (RFC 6901; `*` stands for each member of an array) names one value: text, number, true, false or null. An
    object or array that stands where a value was agreed on is left out, like all that no pointer names, so an answer
    cannot carry more inside a field. Numbers keep their digits. Errors: `exchange.answer_not_json`,
    `exchange.answer_too_large`; that a field is missing is the provider's affair.
    """
    tree = pointer_tree(pointers)
    kept = _kept(read_json(body, "answer"), tree)
    try:
        return _encode(None if kept is _NOTHING else kept)
    except (OverflowError, UnicodeEncodeError, ValueError):
        raise CodedError("exchange.answer_not_json") from None


def read_json(body: bytes, where: str) -> Any:
    """Strict JSON: UTF-8, no repeated names, no NaN, depth at most 32, at most 4 MiB.

    Fractions and large numbers are `Decimal`. `where` is "answer" or "request": `exchange.answer_not_json`,
    `exchange.request_not_json`, `exchange.answer_too_large`, `exchange.request_too_large`.
    """
    if len(body) > MAX_BYTES:
        _refuse_large(where)
    try:
        value = _read(body.decode("utf-8"))
    except (ValueError, RecursionError, ArithmeticError):
        _refuse(where)
    # So few brackets cannot stand so deep: most answers are not walked through for this.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _is_deep(value):
        _refuse(where)
    return value


@lru_cache(maxsize=16384)
def pointer_tree(pointers: tuple[str, ...]) -> _Tree:
    """The pointers as a tree of names, None standing where a value is named. `exchange.pointer_malformed`."""
    root: _Tree = {}
    for tokens in map(pointer_tokens, pointers):
        node = root
        for token in tokens:
            node = node.setdefault(token, {})
        node[None] = True
    return root


@lru_cache(maxsize=65536)
def pointer_tokens(pointer: str) -> tuple[str, ...]:
    """The names of a pointer (RFC 6901), unescaped; `exchange.pointer_malformed`."""
    if pointer == "":
        return ()
    first, *tokens = pointer.split("/")
    if first or len(tokens) > MAX_DEPTH or any(_badly_escaped(token) for token in tokens):
        raise CodedError("exchange.pointer_malformed", pointer=pointer[:128])
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in tokens)


def _kept(value: Any, tree: _Tree) -> Any:
    """What of a value the tree names; UNSET where it names nothing of it."""
    if isinstance(value, dict):
        return _kept_members(value, tree) if tree.keys() - _VALUE else _NOTHING
    if isinstance(value, list):
        inner = tree.get("*")
        return _NOTHING if inner is None else _kept_items(value, inner)
    return value if None in tree else _NOTHING


def _kept_members(value: dict[str, Any], tree: _Tree) -> dict[str, Any]:
    kept = {}
    for name, member in value.items():
        inner = tree.get(name)
        if inner is not None and (found := _kept(member, inner)) is not _NOTHING:
            kept[name] = found
    return kept


def _kept_items(items: list[Any], tree: _Tree) -> list[Any]:
    return [found for found in (_kept(each, tree) for each in items) if found is not _NOTHING]


def _badly_escaped(token: str) -> bool:
    return "~" in token.replace("~0", "").replace("~1", "")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated name")
    return found


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) < 19 else Decimal(digits)


def _no_constant(_: str) -> NoReturn:
    raise ValueError("not JSON")


_read: Callable[[str], Any] = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Decimal, parse_int=_integer, parse_constant=_no_constant
).decode


def _is_deep(value: Any) -> bool:
    """Whether arrays and objects stand in each other more than 32 deep; level by level, so that no stack grows."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return False
        level = list(chain.from_iterable(each.values() if isinstance(each, dict) else each for each in level))
    return True


def _refuse(where: str) -> NoReturn:
    if where == "answer":
        raise CodedError("exchange.answer_not_json") from None
    raise CodedError("exchange.request_not_json") from None


def _refuse_large(where: str) -> NoReturn:
    if where == "answer":
        raise CodedError("exchange.answer_too_large", limit=MAX_BYTES)
    raise CodedError("exchange.request_too_large", limit=MAX_BYTES)
