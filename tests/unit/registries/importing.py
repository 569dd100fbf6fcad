"""Files that are imported into a town's shops."""

import io
from typing import Any
from uuid import UUID

import pytest

from tests.unit.registries.conftest import Archive
from uruk.acts.api import run_due_jobs
from uruk.acts.models import Job
from uruk.registries.api import (
    ImportView,
    get_import,
    list_records,
    start_import,
)

HEAD = "code,name,area,opened\n"


def start(
    archive: Archive, text: str | bytes, file_format: Any = "csv", registry: str = "shops", **given: Any
) -> ImportView:
    """Hand a file in, and have it checked."""
    data = text.encode() if isinstance(text, str) else text
    facts = {"mode": "all", "kind": "create", "reason": "letter 7", **given}
    by = facts.pop("by", archive.registrar)
    made = start_import(by.actor, "interior", registry, io.BytesIO(data), file_format, **facts)
    return work(archive, made.id, by)


def work(archive: Archive, import_id: UUID, by: Any = None) -> ImportView:
    """Have the node's jobs done."""
    while run_due_jobs():
        pass
    assert [one for one in Job.objects.filter(name="registries.import") if one.error] == []
    return get_import((by or archive.registrar).actor, import_id)


def told(found: ImportView) -> list[tuple[int, str, str]]:
    return [(one.row, one.field, one.error.code) for one in found.problems]


def rows(count: int, first: int = 0) -> str:
    return "".join(f"S{at},Shop {at},{at % 99 + 1},2020-03-01\n" for at in range(first, first + count))


def shops(archive: Archive) -> list[str]:
    return sorted(one.values["code"] for one in list_records(archive.registrar.actor, "interior", "shops").records)


def cards(count: int) -> str:
    lines = (f"1990{at:08d},زينب,علي,حسن,1980-05-06\n" for at in range(count))
    return "number,name.given,name.father,name.grandfather,born\n" + "".join(lines)


@pytest.fixture
def small_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change request holds two changes, so that three are too many."""
    for room in ("importing.showing", "importing.writing"):
        monkeypatch.setattr(f"uruk.registries.{room}.MAX_CHANGES", 2)
