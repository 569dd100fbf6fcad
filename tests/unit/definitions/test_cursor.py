"""The cursor names what was probably meant."""

from tests.unit.definitions.samples import cursor_over
from uruk.definitions.api import Findings, ScalarNode
from uruk.definitions.cursor import Cursor, is_code
from uruk.definitions.findings import Place


def test_an_unknown_key_is_told_with_the_one_that_was_probably_meant() -> None:
    cursor, findings = cursor_over("validty: x\n")
    cursor.string("validity", required=False)
    cursor.string("number", required=False)
    cursor.finish()
    (finding,) = findings
    assert finding.values == {"key": "validty", "allowed": ("validity",)}
    assert "validity" in finding.sentence("en")


def test_an_unknown_word_is_told_with_all_that_are_accepted_when_none_is_near() -> None:
    cursor, findings = cursor_over("way: zzz\n")
    assert cursor.string("way", one_of=("fill", "seal")) is None
    (finding,) = findings
    assert finding.values == {"word": "zzz", "allowed": ("fill", "seal")}


def test_the_same_finding_is_noted_once() -> None:
    findings = Findings()
    for _ in range(2):
        findings.report(Place("a", 1, 1), "definitions.empty_file")
    other = Findings()
    other.extend(findings)
    other.extend(findings)
    assert (len(findings), len(other)) == (1, 1)


def test_a_cursor_over_something_else_is_empty_and_says_so_once() -> None:
    findings = Findings()
    cursor = Cursor.over(ScalarNode(Place("f", 3, 4), "x", "x"), findings, Place("f"))
    assert cursor.string("name") is None
    assert [str(one) for one in findings] == ["f:3:4 definitions.not_a_mapping"]


def test_codes_are_small_latin_letters_digits_and_single_joints() -> None:
    assert all(is_code(word) for word in ("a", "a1", "a-b", "a_b-c2", "x" * 40))
    assert not any(is_code(word) for word in ("", "A", "1a", "a--b", "a-", "-a", "a b", "ا", "x" * 41, "a\n"))
