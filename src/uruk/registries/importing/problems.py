"""Errors as rows: what was wrong is kept by its code and values, and told in the language of whoever reads it."""

import re
from typing import Any

from uruk.kernel.api import CodedError, Text

MAX_VALUE = 200
_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def storable(text: str) -> str:
    """A text of a file without what no database keeps: control characters, halves of letters."""
    return _UNKEPT.sub("\ufffd", text)


def kept_error(error: CodedError) -> dict[str, Any]:
    """A coded error as JSON."""
    return {"code": error.code, "values": {name: _kept(value) for name, value in error.values.items()}}


def error_of(kept: dict[str, Any]) -> CodedError:
    """The coded error that was kept."""
    return CodedError(kept["code"], **{name: _value(value) for name, value in kept["values"].items()})


def _kept(value: object) -> Any:
    if isinstance(value, Text):
        return {"text": value.as_dict()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_kept(one) for one in value]
    return value if value is None or isinstance(value, int) else storable(str(value)[:MAX_VALUE])


def _value(kept: Any) -> Any:
    return Text.parse(kept["text"]) if isinstance(kept, dict) else kept
