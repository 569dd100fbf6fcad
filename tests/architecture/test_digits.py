"""Arabic and Kurdish sentences write their numbers ٠-٩; what is typed or named so (codes, addresses) stays as it is."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from ruamel.yaml import YAML

from tests.architecture.source import ROOT

SOURCE = ROOT / "src" / "uruk"
HOLE = re.compile(r"%\(\w+\)[a-z]|\{[^}]*\}|<[^>]*>")
# A number that stands alone: nothing Latin beside it, nor within a code, an address or a range.
ALONE = re.compile(r"(?<![0-9A-Za-z\-/:.+#_@\x22])[0-9]+(?:[.,][0-9]+)?(?![0-9A-Za-z\-/:+#_@\x22]|\.[.0-9])")
BESIDE = re.compile(r"[A-Za-z][\w.]*\s*$|^\s*[A-Za-z]")
LITERAL = {"999", "700", "5"}  # how invented people's numbers begin, what chmod takes, what stands in a table's cell


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of ours in Arabic or Kurdish, and where it stands."""
    for path in sorted(SOURCE.glob("*/locale/*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
                yield from ((f"{path.relative_to(ROOT)}", form) for form in forms if message.id)
    for path in sorted(SOURCE.glob("*/errors.yaml")):
        for code, told in YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")).items():
            yield from ((f"{path.relative_to(ROOT)} {code}", told[lang]) for lang in ("ar", "ckb"))
    for path in sorted((ROOT / "countries").rglob("texts.*.yaml")):
        if path.suffixes[0] != ".en":
            for line in path.read_text(encoding="utf-8").splitlines():
                yield str(path.relative_to(ROOT)), line.partition(": ")[2]


def numbers(sentence: str) -> list[str]:
    """The numbers of a sentence in other digits than its own."""
    plain = HOLE.sub(" ", sentence)
    return [
        found.group()
        for found in ALONE.finditer(plain)
        if found.group() not in LITERAL
        and not BESIDE.search(plain[: found.start()][-12:])
        and not BESIDE.search(plain[found.end() :][:4])
    ]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("خلال 10 أيام", ["10"]),
        ("مثل 2.5 دونم", ["2.5"]),
        ("مثل egypt-2027", []),
        ("127.0.0.1:8000", []),
        ("٢٥٠٠ متر", []),
    ],
)
def test_a_number_in_other_digits_is_found(sentence: str, found: list[str]) -> None:
    assert numbers(sentence) == found


def test_sentences_write_numbers_in_their_own_digits() -> None:
    assert [(place, sentence) for place, sentence in sentences() if numbers(sentence)] == []
