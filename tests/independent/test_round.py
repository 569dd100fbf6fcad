"""Two programs that share no code compute a round again and agree, on the round and on every changed byte."""

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.services.conftest import _nothing_remembered
from tests.unit.services.rounds.conftest import Hall, hall
from tests.unit.services.rounds.test_publishing import decided, head_with, judge, published, row_with
from uruk.acts.api import directory
from uruk.kernel.api import CodedError
from uruk.services.api import verify_round

__all__ = ["_nothing_remembered", "decided", "hall"]
pytestmark = pytest.mark.database
HERE = Path(__file__).parent


@pytest.fixture
def independent() -> Any:
    sys.path.insert(0, str(HERE))
    specification = importlib.util.spec_from_file_location("independent_round", HERE / "round.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    yield module
    sys.path.remove(str(HERE))


def test_both_compute_the_same_round_again_and_refuse_the_same(decided: Hall, independent: Any, tmp_path: Path) -> None:
    keys, lines = json.loads(directory().to_json()), published(decided)

    def ours(data: bytes) -> bool:
        try:
            return bool(verify_round(data.split(b"\n"), (), judge(decided)))
        except CodedError:
            return False

    def theirs(data: bytes) -> bool:
        try:
            independent.check(data, keys)
        except Exception:
            return False
        return True

    whole = b"\n".join(lines)
    assert ours(whole) and theirs(whole)
    moved = [lines[0], lines[2], lines[1], *lines[3:]]
    changed = [
        moved,
        lines[:1] + lines[2:],
        [head_with(lines, places=3), *lines[1:]],
        [lines[0], row_with(lines, 1, outcome="unplaced"), *lines[2:]],
    ]
    for some in changed:
        assert not ours(b"\n".join(some)) and not theirs(b"\n".join(some))
    source = random.Random(11)
    # In the last line stands the receipt, of which test_verify has every bit.
    for place in sorted(source.randrange(whole.rindex(b"\n")) for _ in range(60)):
        other = bytearray(whole)
        other[place] ^= 1
        assert not ours(bytes(other)) and not theirs(bytes(other))
    (tmp_path / "keys.json").write_text(directory().to_json())
    (tmp_path / "round.jsonl").write_bytes(whole + b"\n")
    command = [sys.executable, str(HERE / "round.py"), str(tmp_path / "keys.json"), str(tmp_path / "round.jsonl")]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0


def test_it_is_short_and_imports_nothing_of_ours() -> None:
    code = (HERE / "round.py").read_text(encoding="utf-8")
    imported = {line.split()[1].split(".")[0] for line in code.splitlines() if line.startswith(("import", "from"))}
    assert imported <= {*sys.stdlib_module_names, "verify"}
    assert len(code.splitlines()) < 120
