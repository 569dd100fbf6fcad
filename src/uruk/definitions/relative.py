"""Days that synthetic data count from today: `today`, `today+60`, `today-400`. What is known for good has dates."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

_WORD = re.compile(r"today([+-][0-9]{1,5})?")


def dated(value: Any, day: date) -> Any:
    """A value as JSON knows it, with every such word in it as the date that it is on a day."""
    if isinstance(value, str):
        found = _WORD.fullmatch(value)
        return value if found is None else (day + timedelta(days=int(found[1] or 0))).isoformat()
    if isinstance(value, Mapping):
        return {name: dated(one, day) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [dated(one, day) for one in value]
    return value
