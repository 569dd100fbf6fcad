"""No damage whatever makes the check raise: bytes changed, cut or doubled, values of the wrong kind anywhere."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kinds import KINDS
from uruk.definitions.api import Findings, MapNode, Plain, check_files, files_digest, read_yaml, reopen_country
from uruk.definitions.folder import read_folder

MINIMAL = Path(__file__).resolve().parents[1] / "countries" / "minimal"
FILES = read_folder(MINIMAL, Findings())
NAMES = sorted(FILES)
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({}) | st.just([[1]])


@given(st.sampled_from(NAMES), st.integers(0, 2_000), st.integers(0, 40), st.binary(max_size=20))
@settings(max_examples=80, deadline=None)
def test_a_country_with_bytes_changed_is_read_or_found_wrong(name: str, start: int, length: int, put: bytes) -> None:
    data = FILES[name]
    start %= len(data) + 1
    damaged = FILES | {name: data[:start] + put + data[start + length :]}
    country = reopen_country(damaged, KINDS)
    assert files_digest(country.files) == files_digest(damaged)
    check_files(damaged, KINDS)


def replaced(value: Plain, path: list[int], by: Plain) -> Plain:
    """The value with what lies at a path (numbers choose among keys or items) replaced."""
    if not path or not isinstance(value, dict | list) or not value:
        return by
    if isinstance(value, list):
        place = path[0] % len(value)
        return [*value[:place], replaced(value[place], path[1:], by), *value[place + 1 :]]
    key = sorted(value)[path[0] % len(value)]
    return value | {key: replaced(value[key], path[1:], by)}


@given(
    st.sampled_from([name for name in NAMES if name.endswith(".yaml")]), st.lists(st.integers(0, 9), max_size=5), VALUES
)
@settings(max_examples=150, deadline=None)
def test_a_value_of_the_wrong_kind_anywhere_is_a_finding_at_most(name: str, path: list[int], by: Plain) -> None:
    import json

    node, _ = read_yaml(FILES[name], name)
    assert isinstance(node, MapNode)
    damaged = replaced(node.plain(), path, by)
    text = json.dumps(damaged, ensure_ascii=True).encode()
    check_files(FILES | {name: text}, KINDS)
