"""No value of the wrong kind in a service or its examples makes the check raise, nor run without end."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.broken.test_any_damage import FILES, replaced
from tests.kinds import KINDS
from uruk.definitions.api import MapNode, check_files, read_yaml

NAMES = [name for name in FILES if name.endswith(("/service.yaml", "/examples.yaml"))]
# Words that mean something somewhere, so that damages go deeper than "not known".
WORDS = (
    "any", "late", "away", "none", "applicant", "town", "fee", "round", "reviews", "paying", "granted", "writer",
    "mayor", "answers.places", "facts.trader", "row.goods", "1..3", "..", "2026-13-01", "today", "failed", "bread",
)  # fmt: skip
VALUES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(WORDS)
    | st.sampled_from([[], {}, [[1]], ["any"], {"to": "granted"}, {"type": "marks"}, {"by": ["mayor"], "join": "all"}])
)  # fmt: skip


@given(st.sampled_from(NAMES), st.lists(st.integers(0, 20), min_size=1, max_size=9), VALUES)
@settings(max_examples=120, deadline=None)
def test_a_value_of_the_wrong_kind_is_a_finding_at_most(name: str, path: list[int], by: object) -> None:
    node, _ = read_yaml(FILES[name], name)
    assert isinstance(node, MapNode)
    damaged = replaced(node.plain(), path, by)  # type: ignore[arg-type]
    for finding in check_files(FILES | {name: json.dumps(damaged, ensure_ascii=True).encode()}, KINDS):
        assert finding.sentence("ckb")
