"""docs/first-service.md is followed: each file is written as it is shown, and the check says what the page says."""

import re
from pathlib import Path

from tests.kinds import KINDS
from uruk.definitions.api import check_country

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "first-service.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(yaml|text)\n(.*?)```", re.DOTALL)
NOTHING = "0 findings"


def test_whoever_follows_the_page_sees_what_it_shows(tmp_path: Path) -> None:
    shown = 0
    for kind, block in BLOCK.findall(PAGE):
        if kind == "yaml":
            head, _, text = block.partition("\n")
            path = tmp_path / head.removeprefix("# ")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        found = [f"{one.file}:{one.line} {one.code}" for one in check_country(tmp_path, KINDS)]
        assert found == [line for line in block.splitlines() if line != NOTHING]
        shown += 1
    assert shown == PAGE.count("```text") >= 4
    (gap,) = check_country(tmp_path, KINDS)
    assert "answers.guests = 100" in gap.sentence("en")
