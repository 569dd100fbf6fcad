"""Texts by path in three languages, and what is wrong with them."""

from pathlib import Path

import pytest

from tests.unit.definitions.samples import changed, cursor_over
from uruk.definitions.parts import TextBlock
from uruk.definitions.texts import MAX_SENTENCE, holes
from uruk.kernel.api import Text


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("texts.ckb.yaml", "title: تێبینی\n", "", ["texts.ckb.yaml:1 definitions.text_missing"]),
        ("texts.ckb.yaml", ", height: بەرزی", "", ["texts.ckb.yaml:3 definitions.text_missing"]),
        ("texts.ar.yaml", "title: ملاحظة", "title: ملاحظة\nhint: x", ["texts.ar.yaml:3 definitions.text_script",
                                                                   "texts.ar.yaml:3 definitions.text_unknown"]),
        ("texts.ar.yaml", "title: ملاحظة", "title: Note", ["texts.ar.yaml:2 definitions.text_script"]),
        ("texts.ckb.yaml", "تێبینی", "تێبيني", ["texts.ckb.yaml:2 definitions.text_letters"]),
        ("texts.ckb.yaml", "تێبینی", "كاغەز", ["texts.ckb.yaml:2 definitions.text_letters"]),
        ("texts.ckb.yaml", "تێبینی", "نامه\u200c", ["texts.ckb.yaml:2 definitions.text_letters"]),
        ("texts.ckb.yaml", "تێبینی", "'تێبینی {tree}'", ["texts.ckb.yaml:2 definitions.text_holes"]),
        ("texts.ckb.yaml", "تێبینی", "5", ["texts.ckb.yaml:2 definitions.not_text"]),
        ("texts.ckb.yaml", "تێبینی", "[تێبینی]", ["texts.ckb.yaml:2 definitions.not_text"]),
        ("texts.ckb.yaml", "تێبینی", "ا" * (MAX_SENTENCE + 1), ["texts.ckb.yaml:2 definitions.text_length"]),
        ("texts.ckb.yaml", "fields:", "native_check: needed\nfields:", []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_text_has_its_place(
    tmp_path: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    assert changed(tmp_path, name, old, new) == expected


def test_english_may_be_missing_but_not_superfluous(tmp_path: Path) -> None:
    assert changed(tmp_path, "note.txt", "a note", "another") == []
    cursor, findings = cursor_over("texts: {title: {ar: ا, ckb: ا}, other: {en: word}}")
    block = TextBlock(cursor)
    assert block.need("title") == Text("ا", "ا")
    block.check()
    assert [one.code for one in findings] == ["definitions.text_unknown"]


def test_a_missing_text_is_a_dash_until_it_is_written() -> None:
    cursor, findings = cursor_over("texts: {}")
    block = TextBlock(cursor)
    assert block.need("title") == Text("—", "—")
    assert block.may("about") is None
    block.check()
    (finding,) = findings
    assert (finding.code, finding.values) == ("definitions.text_missing", {"path": "title", "language": "ar ckb"})


def test_the_holes_of_a_sentence_are_the_names_in_braces() -> None:
    assert holes("من {a} إلى {b.c} و{a}") == {"a", "b.c"}


def test_a_field_that_stands_twice_would_share_its_text_and_is_refused(tmp_path: Path) -> None:
    old, new = "height: {", "group: {type: group, of: {tree: {type: text}}}\n  height: {"
    found = changed(tmp_path, "note.yaml", old, new)
    assert found[0] == "note.yaml:6 definitions.field_twice"
