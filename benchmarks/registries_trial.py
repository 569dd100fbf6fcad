"""All records tried under a definition to come, by which a field has another name and two fields are a key together."""

from pathlib import Path
from typing import Any

from benchmarks.registries_base import ARABIC, HOME, KURDISH, OF_THINGS, Pace, Work, country_of
from benchmarks.registries_doors import CODE

from uruk.definitions.api import Definition
from uruk.registries.opening import open_registry
from uruk.registries.trying import try_records

BEFORE, AFTER = "  note:   {", "  remark: {"
PEAK = Path("/proc/self/clear_refs")
KEYS, MORE_KEYS = "keys: [[number]]", "keys: [[number], [town, number]]"


def trial(work: Work) -> dict[str, Any]:
    """A conversion tried on all there is: work a record, and the most memory that the process had before and after."""
    now = open_registry(HOME, CODE).definition
    then = _to_come(now)
    PEAK.write_text("5", "ascii")  # what filling took is forgotten: from here on the peak is ours
    pace, memory = Pace(work), _most_memory_mb()
    found = try_records(now, then)
    assert not found.unfit, found.misfits
    pace.part(found.tried)
    return {"tried": found.tried, **pace.found(), "memory_mb": {"before": memory, "after": _most_memory_mb()}}


def _to_come(now: Definition) -> Definition:
    text = OF_THINGS.replace(BEFORE, AFTER).replace(KEYS, MORE_KEYS)
    text += f"convert: {{from: {now.digest.hex()}, fields: {{remark: note}}}}\n"
    named = {one: words.replace("note:", "remark:") for one, words in (("ar", ARABIC), ("ckb", KURDISH))}
    found = country_of({CODE: text}, named).find("registry", HOME, CODE)
    assert found is not None
    return found


def _most_memory_mb() -> int:
    """The most memory that this process had since its peak was forgotten, in megabytes."""
    (line,) = [one for one in Path("/proc/self/status").read_text("ascii").splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1]) >> 10
