"""JSON without names twice and without fractions."""

import pytest

from uruk.kernel.api import load_whole_json


def test_whole_json_is_read() -> None:
    assert load_whole_json('{"a": [1, true, null, "ب"]}') == {"a": [1, True, None, "ب"]}
    assert load_whole_json(b'{"a": -1}') == {"a": -1}


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', "1.0", "1e2", "NaN", "-Infinity", "", "{", "01", '[{"b": {"a": 1, "a": 1}}]']
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_whole_json(text)
