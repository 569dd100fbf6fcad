"""The child process that reads one foreign spreadsheet from its standard input: no files, no network use.

It answers line by line in JSON, plain data: each row of the sheet, and at the end how it went.
"""

import json
import logging
import sys
import warnings

from uruk.files.bounds import limit
from uruk.files.sheet import read_sheet
from uruk.kernel.api import CodedError


def main(memory_bytes: int, cpu_s: int) -> None:
    """Limit this process, read standard input, and write rows to standard output."""
    limit(memory_bytes, cpu_s)
    logging.disable()
    warnings.simplefilter("ignore")
    out = sys.stdout
    try:
        for row in read_sheet(sys.stdin.buffer):
            out.write(json.dumps(row, separators=(",", ":")) + "\n")
        answer: dict[str, object] = {"error": ""}
    except CodedError as error:
        answer = {"error": error.code, "values": dict(error.values)}
    except MemoryError:
        answer = {"error": "files.sheet_too_large", "values": {}}
    out.write(json.dumps(answer) + "\n")
    out.flush()


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3]))
