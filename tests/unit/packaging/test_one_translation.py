"""One English sentence has one translation in all rooms: Django merges them, and the first room would win unseen."""

from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[3] / "src" / "uruk"


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_no_sentence_is_translated_in_two_ways(language: str) -> None:
    found: dict[object, dict[object, list[str]]] = defaultdict(lambda: defaultdict(list))
    files = sorted(SOURCE.glob(f"*/locale/{language}/LC_MESSAGES/django.po"))
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file):
                found[(message.context, message.id)][message.string].append(path.parts[-5])
    found.pop((None, ""))
    assert len(files) >= 3
    assert {told: dict(ways) for told, ways in found.items() if len(ways) > 1} == {}
