"""Which tests run in one process: those of a file, and files that share what takes long to make.

pytest-xdist's mark `xdist_group` cannot say so: it writes the group into a test's id, which pytest 9.2 does not let
it change, so that silently every process made everything for itself.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# What takes longest comes first, so that nobody waits for it at the end: journeys, then files that start many
# processes or try very many cases.
JOURNEYS = ("tests/flows/", "tests/docs/")
LONG = (
    "tests/independent/test_verify.py",
    "tests/unit/registries/test_competing.py",
    "tests/unit/registries/test_crashes.py",
    "tests/unit/registries/test_flat_memory.py",
    "tests/unit/registries/test_interrupted_imports.py",
    "tests/unit/trust/log/test_kills.py",
    "tests/unit/trust/log/test_power_cuts.py",
    "tests/unit/web/test_server.py",
)
# The first that a file begins with is its group; what has a node of its own stands before the folder of the others.
GROUPS = {
    "tests/architecture/": "architecture",
    "tests/docs/": "demonstration",
    "tests/flows/demo/": "demonstration",
    "tests/flows/operations/test_public_files.py": "demonstration",
    "tests/flows/registries/test_known_everywhere.py": "demonstration",
    "tests/flows/services/test_two_nodes.py": "demonstration",
    "tests/flows/desk/test_cases.py": "cases",
    "tests/flows/desk/test_counter.py": "counter",
    "tests/flows/cases/": "desk",
    "tests/flows/desk/": "desk",
    "tests/flows/registries/": "desk",
    "tests/flows/verify/": "verify",
}
# Who uses the first belongs into the second.
SHARED = {"demonstration": "demonstration", "minimal_demonstration": "demonstration", "flow_node": "desk"}


def group_of(nodeid: str) -> str:
    """The group of a test: all of one group run in the same process, one after the other."""
    file = nodeid.partition("::")[0]
    return next((group for start, group in GROUPS.items() if file.startswith(start)), file)


class Groups(LoadScopeScheduling):
    """Hands whole groups to the processes, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    """Schedule by our groups."""
    config.option.loadscopereorder = False
    return Groups(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what is long first, and each group together; refuse a test that would make again what others share."""
    check(items)
    first = {group: number for number, group in enumerate(dict.fromkeys(group_of(item.nodeid) for item in items))}
    items.sort(key=lambda item: (_turn(item.nodeid), first[group_of(item.nodeid)]))


def _turn(nodeid: str) -> int:
    return next((turn for turn, starts in enumerate((JOURNEYS, LONG)) if nodeid.startswith(starts)), 2)


def check(items: Iterable[pytest.Item]) -> None:
    """Errors: UsageError naming the first test that uses what another group shares."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if SHARED.get(fixture, group_of(item.nodeid)) != group_of(item.nodeid):
                raise pytest.UsageError(f"{item.nodeid} uses {fixture}: add its file to GROUPS in tests/workers.py")
