"""One process of a node: ``python -m uruk.web.process log|jobs|pages``."""

import sys
from importlib import import_module

from uruk.web.prepare import set_up

PROCESSES = ("log", "jobs", "pages")


def main(name: str) -> int:
    """Set up Django, then run the process of that name until it is told to stop; return its exit code."""
    set_up()
    # Only now: tables can be named after the set-up, and each process loads no more than it needs.
    code: int = import_module(f"uruk.web.processes.{name}").run()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
