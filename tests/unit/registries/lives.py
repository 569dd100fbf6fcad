"""A registry whose definition changes, and who decides it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures import Officer
from tests.unit.registries.conftest import Archive
from tests.unit.registries.revising import Life
from uruk.kernel.api import CodedError, FixedClock
from uruk.people import offices
from uruk.publishing.countries import rights

# Square metres become ares; the name gets a word; the remark goes.
ARES = ("  area:   {type: integer, unit: m2, min: 1, max: 10000, required: false, find: true}\n",
        "  ares:   {type: integer, min: 0, max: 100, required: false, find: true}\n")  # fmt: skip
REMARK = ("  remark: {type: text, required: false, read: [head, registrar], write: [head]}\n", "")
WORDS: dict[str, Any] = {"texts": "ares: آر, ", "gone": ("area", "remark")}


@pytest.fixture
def life(archive: Archive, officer: Callable[..., Officer], clock: FixedClock) -> Life:
    """Registries in force, and two heads who approve their definitions, as the institution says."""
    offices.tell_rights(rights)
    return Life(archive, officer, clock)


def code_of(deed: Callable[[], object]) -> str:
    with pytest.raises(CodedError) as caught:
        deed()
    assert len({caught.value.sentence(lang) for lang in ("ar", "ckb", "en")}) == 3
    return caught.value.code
