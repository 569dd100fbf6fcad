"""`uruk verify` on the receipt of a record's version: what it proves is said, and a changed one is refused."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.registries.conftest import Archive, archive
from tests.unit.registries.samples import SHOP
from uruk.acts.api import publish_directory
from uruk.kernel.api import Actor, FixedClock, error_sentence, rfc3339
from uruk.registries.api import Change, advance_import, get_record, run_import, start_import, version_receipt

__all__ = ["archive"]
pytestmark = [pytest.mark.database, pytest.mark.usefixtures("served")]


@pytest.fixture
def verify(archive: Archive, run: Callable[..., Result], tmp_path: Path, clock: FixedClock) -> Callable[..., Result]:
    """Verify a text as a file, with the keys that the node published."""

    def verified(text: str, *words: str) -> Result:
        (tmp_path / "given").write_text(text, encoding="utf-8")
        publish_directory()
        keys = archive.settings.data / "public" / "keys.json"
        return run("verify", tmp_path / "given", "--keys", keys, "--at", rfc3339(clock.now()), *words)

    return verified


def given(archive: Any) -> str:
    """The receipt of one version among three."""
    done = archive.change(*(Change("create", values=SHOP | {"code": f"A{at}"}) for at in range(3)))
    return str(version_receipt(archive.registrar.actor, "interior", "shops", done.records[1], 1).to_json())


def test_the_receipt_of_a_version_says_what_was_recorded(archive: Any, verify: Callable[..., Result]) -> None:
    text = given(archive)
    told = verify(text, "--language", "en")
    assert told.exit_code == 0, told.stdout
    assert error_sentence("cli.version_proved", "en", {}) in told.stdout and "مخبز السلام" in told.stdout
    facts = json.loads(verify(text, "--json").stdout)
    assert (facts["registry"], facts["version"], facts["kind"], facts["type"]) == (
        "shops",
        1,
        "create",
        "record.changed",
    )
    assert json.loads(facts["content"])["code"] == "A1" and facts["two_persons"] is False


def test_a_version_that_was_changed_since_is_refused(archive: Any, verify: Callable[..., Result]) -> None:
    value = json.loads(given(archive))
    for changed, code in (
        ({"content": value["content"].replace("40", "41")}, "trust.record_content"),
        ({"index": 0}, "trust.record_inclusion"),
        ({"salt": value["leaf"]}, "trust.record_receipt_malformed"),
    ):
        text = json.dumps(value | changed, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
        told = verify(text)
        assert told.exit_code == 1 and code in told.stdout


def test_what_came_from_a_file_says_so(archive: Any, verify: Callable[..., Result]) -> None:
    file = io.BytesIO(b"code,name\nA,Shop\nB,Shop\n")
    terminal = Actor.terminal("interior")
    found = start_import(terminal, "interior", "shops", file, "csv", "all", "create", "letter 7")
    while found.at_work:
        found = advance_import(terminal, found.id)
    found = run_import(terminal, found.id)
    while found.at_work:
        found = advance_import(terminal, found.id)
    record = get_record(terminal, "interior", "shops", key="A")
    text = version_receipt(terminal, "interior", "shops", record.record, 1).to_json()
    told = verify(text, "--language", "en").stdout
    assert error_sentence("cli.by_import", "en", {"id": str(found.id), "rows": 2}) in told
    facts = json.loads(verify(text, "--json").stdout)
    assert facts["import"] == {"id": str(found.id), "rows": 2, "approval": None}
    act = json.loads(text)["receipt"]
    assert json.loads(verify(act, "--json").stdout)["import"]["id"] == str(found.id)
    assert "import" not in json.loads(verify(given(archive), "--json").stdout)
