"""Answers are rebuilt: what no pointer names does not come back, and what is no strict JSON not at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.exchange.api import pointer_tokens, rebuild
from uruk.exchange.domain.fields import MAX_BYTES, read_json
from uruk.kernel.api import CodedError

NAMES = st.sampled_from(["a", "b", "c/d", "e~f", "*", "0", "اسم", ""])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(max_size=4).filter(str.isprintable))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
POINTERS = st.lists(st.lists(NAMES, max_size=3).map(tuple), max_size=4)


def pointer(names: tuple[str, ...]) -> str:
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def leaves(value: Any, at: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Every scalar with its place, `*` for members of arrays. A name `*` in an object is marked as such."""
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in leaves(inner, (*at, name))]
    if isinstance(value, list):
        return [found for inner in value for found in leaves(inner, (*at, "*"))]
    return [(at, value)]


@given(VALUES, POINTERS)
def test_exactly_the_named_values_come_back_in_their_order(value: Any, pointers: list[tuple[str, ...]]) -> None:
    body = json.dumps(value, ensure_ascii=False).encode()
    rebuilt = json.loads(rebuild(body, tuple(map(pointer, pointers))))
    expected = [(place, leaf) for place, leaf in leaves(value) if place in pointers]
    if not expected and not isinstance(rebuilt, dict | list):
        assert rebuilt is None
    else:
        assert leaves(rebuilt) == expected


@pytest.mark.parametrize(
    ("body", "pointers", "expected"),
    [
        ('{"a":1,"b":2}', ("/a",), '{"a":1}'),
        ('{"a":{"x":1,"y":2},"b":2}', ("/a/x",), '{"a":{"x":1}}'),
        ('[{"n":1,"s":2},{"s":3}]', ("/*/n",), '[{"n":1},{}]'),
        ('{"a":[1,"x",null,{"y":1},[2]]}', ("/a/*",), '{"a":[1,"x",null]}'),
        ('{"a":{"secret":1}}', ("/a",), "{}"),
        ('{"a":[{"secret":1}]}', ("/a",), "{}"),
        ('{"a":1}', ("/a/b", "/a"), '{"a":1}'),
        ('{"a":{"b":1}}', ("/a/b", "/a"), '{"a":{"b":1}}'),
        ('{"amount":1.10,"large":123456789012345678901234567890,"small":-0.0}', ("/amount", "/large", "/small"),
         '{"amount":1.10,"large":123456789012345678901234567890,"small":-0.0}'),
        ('{"a":"\\u0632\\u064a\\u0646\\u0628"}', ("/a",), '{"a":"زينب"}'),
        ("3", ("",), "3"),
        ("3", ("/a",), "null"),
        ('{"a":1}', (), "null"),
        ('{"":1,"a":2}', ("/",), '{"":1}'),
    ],
)  # fmt: skip
def test_an_answer_is_rebuilt(body: str, pointers: tuple[str, ...], expected: str) -> None:
    assert rebuild(body.encode(), pointers) == expected.encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"x", b"{", b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b'{"a":1,"\\u0061":2}', b"[NaN]", b"[Infinity]",
        b"[-Infinity]",
        b"\xef\xbb\xbf1", b'"\xff"', b'"\\ud800"', "1".encode("utf-16"), b"[1,]", b"{'a':1}", b"[1] x", b'"\x00"',
        b"01", b"1e",
        b"1e99999999999999999999", b"[" * 33 + b"]" * 33, b'{"a":' * 33 + b"1" + b"}" * 33, b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_strict_json_does_not_come_back(body: bytes) -> None:
    with pytest.raises(CodedError) as refused:
        rebuild(body, ("", "/a"))
    assert refused.value.code == "exchange.answer_not_json"


def test_thirty_two_levels_are_read() -> None:
    assert read_json(b"[" * 32 + b"]" * 32, "answer")
    assert read_json(b"[" * 32 + b"1,[],".replace(b"[],", b"2") + b"]" * 32, "answer")
    assert read_json(b"[" + b"{}," * 100 + b"[]]", "answer")


def test_four_megabytes_are_read_and_not_a_byte_more() -> None:
    body = b'"' + b"x" * (MAX_BYTES - 2) + b'"'
    assert rebuild(body, ("",)) == body
    with pytest.raises(CodedError) as refused:
        rebuild(body + b" ", ("",))
    assert refused.value.code == "exchange.answer_too_large"


def test_a_request_is_refused_under_its_own_name() -> None:
    with pytest.raises(CodedError) as refused:
        read_json(b"x", "request")
    assert refused.value.code == "exchange.request_not_json"
    with pytest.raises(CodedError) as refused:
        read_json(b" " * (MAX_BYTES + 1), "request")
    assert refused.value.code == "exchange.request_too_large"


@pytest.mark.parametrize("wrong", ["a", "a/b", "/a~", "/a~2", "/~01~", "/a" * 33])
def test_what_is_no_pointer_is_refused(wrong: str) -> None:
    with pytest.raises(CodedError) as refused:
        pointer_tokens(wrong)
    assert refused.value.code == "exchange.pointer_malformed"
    with pytest.raises(CodedError):
        rebuild(b"{}", (wrong,))


def test_the_names_of_a_pointer_are_unescaped_once() -> None:
    assert pointer_tokens("/a~1b/c~0d/~01/") == ("a/b", "c~d", "~1", "")
