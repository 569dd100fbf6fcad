"""A player: one process for each node of the demonstration, in which the parts of the journey that are that node's run.

It reads one JSON object a line from standard input (`{"do": …, …}`), and writes the lines of the steps it plays and
then `{"result": …}` or `{"failed": …}`. So no process ever has two nodes' files open.
"""

import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

from uruk.cli.demo.report import Report
from uruk.cli.node import set_up

Deed = Callable[..., Any]


def main() -> None:
    """Play what is asked until standard input ends."""
    set_up()
    # Only now: these modules reach tables, and Django was not ready before.
    from uruk.cli.demo.parts import Parts

    parts = Parts(Report(as_json=True))
    for line in sys.stdin:
        asked = json.loads(line)
        _tell(_played(parts.deed(asked.pop("do")), asked))


def _played(deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": deed(**asked)}
    except Exception as error:  # told to the process that asked, which ends the journey
        traceback.print_exc()
        return {"failed": str(error) or type(error).__name__}


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False, default=str), flush=True)


if __name__ == "__main__":
    main()
