"""What expressions over a record come to: they rest on what it says, and on no day."""

import datetime
from collections.abc import Mapping
from typing import Any

from uruk.definitions.api import UNKNOWN, Expression
from uruk.kernel.api import CodedError

_NO_DAY = datetime.date(1970, 1, 1)


def evaluated(
    expressions: Mapping[str, Expression], values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, CodedError]]:
    """By name what each comes to, without those that rest on a value that is not there, and what is wrong with each."""
    found: dict[str, Any] = {}
    errors: dict[str, CodedError] = {}
    for name, expression in expressions.items():
        try:
            result = expression.evaluate(values, _NO_DAY)
        except CodedError as error:
            errors[name] = error
            continue
        if result is not UNKNOWN:
            found[name] = result
    return found, errors
