"""Run by test_flat_memory: a small file and a large one are imported and exported, and the peak of memory told.

``python -m tests.unit.registries.memory SMALL LARGE`` says how many kilobytes the process had at most after each step.
The peak only grows, so that what a step adds to it is what the step needed.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import django

django.setup()

from tests.unit.registries.samples import sample_country  # noqa: E402
from uruk.acts.api import establish, open_log_writer, use_appender  # noqa: E402
from uruk.kernel.api import Actor, Text  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import advance_import, export, run_import, start_import  # noqa: E402
from uruk.trust.api import LogWriter  # noqa: E402

TERMINAL, PLACE = Actor.terminal("interior"), ("interior", "cards")
SETTLED = 10_000
HEAD = "number,name.given,name.father,name.grandfather,born\n"


def peak() -> int:
    """The most memory that this process had so far, in kilobytes; what its parent had is counted by `getrusage`."""
    (line,) = [one for one in Path("/proc/self/status").read_text("ascii").splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1])


def lines(first: int, count: int) -> Iterator[str]:
    """Rows of persons whom nobody else is, one in a hundred of them wrong."""
    yield HEAD
    for at in range(first, first + count):
        born = "never" if at % 100 == 7 else f"{1940 + at % 80}-01-{1 + at % 28:02d}"
        yield f"{190000000000 + at},زينب,علي,حسن,{born}\n"


def file_of(first: int, count: int) -> IO[bytes]:
    """The same as a file, which is never in memory as a whole."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever reads it closes it)
    file.writelines(line.encode() for line in lines(first, count))
    file.seek(0)
    return file


def imported(writer: LogWriter, first: int, count: int) -> int:
    """How many rows of a file were written. The log is settled between, as a node's log process does each second."""
    with file_of(first, count) as file:
        found = start_import(TERMINAL, *PLACE, file, "csv", "good", "create", "letter 7")
    while found.at_work:
        found = advance_import(TERMINAL, found.id)
    found = run_import(TERMINAL, found.id)
    while found.at_work:
        found = advance_import(TERMINAL, found.id)
        writer.settle()
    return found.written


def exported(writer: LogWriter) -> int:
    """How many bytes an export as CSV and one as lines of JSON have, the log settled between."""
    size = 0
    for form in ("csv", "jsonl"):
        for number, piece in enumerate(export(TERMINAL, *PLACE, form)):  # type: ignore[arg-type]
            size += len(piece)
            if number % SETTLED == 0:
                writer.settle()
    return size


def main(small: int, large: int) -> None:
    """Import and export both."""
    writer = open_log_writer("xx")
    use_appender(writer)
    establish("interior", Text("وزارة", "وەزارەت"), "xx")
    publish_country(Actor.system("interior"), sample_country())
    told = {"small": imported(writer, 0, small), "small_bytes": exported(writer), "small_peak": peak()}
    told |= {"large": imported(writer, small, large), "import_peak": peak()}
    told |= {"large_bytes": exported(writer), "export_peak": peak()}
    writer.close()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
