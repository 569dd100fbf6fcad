"""The child process that reads one foreign PDF from its standard input and answers in CBOR: no files, no network use.

Its answer is plain data, never code or pickles, so that a parser taken over by its input gains nothing in the parent.
"""

import logging
import sys
from dataclasses import asdict
from typing import Any

from uruk.files.bounds import limit
from uruk.files.inspection import inspect_pdf
from uruk.kernel.api import CodedError
from uruk.trust.api import cbor, examine_pdf


def main(task: str, memory_bytes: int, cpu_s: int, max_pages: int) -> None:
    """Limit this process, read standard input, do the task, and write the answer to standard output."""
    limit(memory_bytes, cpu_s)
    logging.disable()
    data = sys.stdin.buffer.read()
    try:
        found = inspect_pdf(data, max_pages) if task == "inspect" else examine_pdf(data)
        answer: dict[str, Any] = {"found": asdict(found)}
    except CodedError as error:
        answer = {"error": error.code, "values": dict(error.values)}
    except MemoryError:
        answer = {"error": "files.pdf_too_complex", "values": {}}
    sys.stdout.buffer.write(cbor.encode(answer))


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in sys.argv[2:5]))
