"""Files that are imported into a town's shops."""

import io
from typing import Any
from uuid import UUID

from tests.unit.registries.conftest import Archive
from uruk.acts.api import run_due_jobs
from uruk.acts.models import Job
from uruk.registries.api import (
    ImportView,
    get_import,
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
