"""Reading YAML that strangers wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.definitions.api import Finding, ListNode, MapNode, Place, ScalarNode, read_yaml
from uruk.definitions.reader import MAX_BYTES, MAX_DEPTH, MAX_NODES


def read(text: str) -> object:
    node, findings = read_yaml(text.encode(), "f.yaml")
    assert findings == []
    assert node is not None
    return node.plain()


def found(data: str | bytes) -> list[str]:
    _, findings = read_yaml(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data, "f.yaml")
    return [f"{one.line}:{one.column} {one.code}" for one in findings]


def test_values_are_texts_whole_numbers_yes_no_and_nothing() -> None:
    text = "a: word\nb: 12\nc: -3\nd: true\ne: null\nf:\ng: '12'\nh: \"true\"\ni: 2026-11-23\nj: [1, x]\nk: {l: no}\n"
    assert read(text) == {
        "a": "word",
        "b": 12,
        "c": -3,
        "d": True,
        "e": None,
        "f": None,
        "g": "12",
        "h": "true",
        "i": "2026-11-23",
        "j": [1, "x"],
        "k": {"l": "no"},
    }


def test_keys_are_always_the_text_that_was_written() -> None:
    assert read("1: a\ntrue: b\nnull: c\n") == {"1": "a", "true": "b", "null": "c"}


def test_every_node_knows_its_line_and_column() -> None:
    node, _ = read_yaml(b"a: x\nb:\n  - {c: y}\n", "f.yaml")
    assert isinstance(node, MapNode)
    listed = node.items["b"]
    assert isinstance(listed, ListNode)
    inner = listed.items[0]
    assert isinstance(inner, MapNode)
    assert node.keys["b"] == Place("f.yaml", 2, 1)
    assert inner.place == Place("f.yaml", 3, 5)
    assert inner.items["c"].place == Place("f.yaml", 3, 9)


def test_windows_line_ends_and_a_text_of_several_lines_are_read() -> None:
    assert read("a: |\r\n  one\r\n  two\r\nb: 1\r\n") == {"a": "one\ntwo\n", "b": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: 2\n", ["1:4 definitions.anchor"]),
        ("a: &x 1\nb: *x\n", ["1:4 definitions.anchor", "2:4 definitions.alias"]),
        ("a: !!str 1\n", ["1:4 definitions.tag"]),
        ("a: !python/object:os.system x\n", ["1:4 definitions.tag"]),
        ("a: 1\nb: 2\na: 3\n", ["3:1 definitions.key_twice"]),
        ("a: {b: 1, b: 2}\n", ["1:11 definitions.key_twice"]),
        ("? [1, 2]\n: x\n", ["1:3 definitions.key_not_text"]),
        ("a: 1.5\n", ["1:4 definitions.fraction"]),
        (
            "a: 1e3\nb: .inf\nc: -.5\n",
            ["1:4 definitions.fraction", "2:4 definitions.fraction", "3:4 definitions.fraction"],
        ),
        ("a: 0771234\n", ["1:4 definitions.leading_zero"]),
        ("a: 1\n---\nb: 2\n", ["2:1 definitions.second_document"]),
        ("%YAML 1.1\n---\na: 1\n", ["2:1 definitions.directive"]),
        ("a: [1, 2\n", ["1:4 definitions.bracket_open"]),
        ("a: {b: c\nd: e\n", ["1:4 definitions.bracket_open"]),
        ("a: 'x\n", ["1:4 definitions.quote_open"]),
        ("a: 1\n\tb: 2\n", ["2:1 definitions.tab"]),
        ("a: b\n c: d\n", ["2:3 definitions.colon_within"]),
        ("a: b: c\n", ["1:5 definitions.colon_within"]),
        ("a: @x\n", ["1:4 definitions.quotes_needed"]),
        ("a:\n  b: 1\n c: 2\n", ["3:2 definitions.indented_otherwise"]),
        ("- a\nb: c\n", ["2:1 definitions.indented_otherwise"]),
        ('a: "x" y\n', ["1:8 definitions.not_yaml"]),
        ('a: "\\U00110000"\n', ["1:1 definitions.not_yaml"]),
        ('a: "x\\ud800"\n', ["1:4 definitions.hidden_character"]),
        ("a: x\nb: y\u202ez\n", ["2:5 definitions.hidden_character"]),
        ("a: \x07\n", ["1:4 definitions.hidden_character"]),
        ("", ["1:1 definitions.empty_file"]),
        ("# only a note\n", ["1:1 definitions.empty_file"]),
        (b"a: x\nb: \xff\n", ["2:1 definitions.not_utf8"]),
    ],
)
def test_what_the_language_does_not_have_is_refused_at_its_place(text: str | bytes, expected: list[str]) -> None:
    assert found(text) == expected


def test_several_slips_are_said_at_once() -> None:
    assert found("a: &x 1.5\nb: *x\na: 007\n") == [
        "1:4 definitions.anchor",
        "1:4 definitions.fraction",
        "2:4 definitions.alias",
        "3:1 definitions.key_twice",
        "3:4 definitions.leading_zero",
    ]


def test_zero_and_a_joiner_between_kurdish_letters_are_fine() -> None:
    assert read("a: 0\nb: ده\u200cست\n") == {"a": 0, "b": "ده\u200cست"}


def test_a_file_over_its_limits_is_refused_before_it_is_read() -> None:
    assert found("a: " + "x" * MAX_BYTES) == ["1:1 definitions.file_too_long"]
    assert found("[" * 5_000) == [f"1:{MAX_DEPTH + 1} definitions.too_deep"]
    assert found("- " * 5_000) == [f"1:{2 * MAX_DEPTH + 1} definitions.too_deep"]
    assert found("? " * 5_000) == [f"1:{2 * MAX_DEPTH + 1} definitions.too_deep"]
    assert found("- x\n" * (MAX_NODES + 1)) == [f"{MAX_NODES}:3 definitions.too_many_values"]


def test_each_finding_has_a_sentence_that_names_what_was_found() -> None:
    _, findings = read_yaml(b"a: 1.5\n", "f.yaml")
    (finding,) = findings
    assert str(finding) == "f.yaml:1:4 definitions.fraction"
    assert "1.5" in finding.sentence("en")
    assert finding.sentence("ar") != finding.sentence("ckb") != finding.sentence("en")


def assert_readable_or_explained(data: bytes) -> None:
    node, findings = read_yaml(data, "f.yaml")
    assert all(isinstance(finding, Finding) and finding.sentence("ar") for finding in findings)
    assert findings or isinstance(node, MapNode | ListNode | ScalarNode)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_raise(data: bytes) -> None:
    assert_readable_or_explained(data)


@given(st.text(alphabet="ab1.:-?[]{}#&*!|>'\"%@`, \n\t\\u\u0628", max_size=120))
def test_no_punctuation_makes_the_reader_raise(text: str) -> None:
    assert_readable_or_explained(text.encode())


VALUES = st.recursive(
    st.integers(-(10**15), 10**15) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_json_is_read_as_what_it_says(value: object) -> None:
    import json

    node, findings = read_yaml(json.dumps(value).encode(), "f.yaml")
    assert findings == []
    assert node is not None
    assert node.plain() == value
