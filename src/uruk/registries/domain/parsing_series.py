"""Reads `series:` of a registry: how numbers look that are drawn for its records."""

import re

from uruk.definitions.api import Cursor, Fields
from uruk.kernel.api import CodedError
from uruk.registries.domain.definition import Series

MAX_DIGITS = 12
_FORM = re.compile(r"[A-Z0-9-]{0,20}(\{year\}[A-Z0-9-]{0,20})?\{number\}")
_YEAR = 2026


def parse_series(cursor: Cursor, fields: Fields, keys: tuple[tuple[str, ...], ...]) -> Series | None:
    """The series, where there is one: of the only field of the main key, which takes what is drawn."""
    block = cursor.mapping("series", required=False)
    if block is None:
        return None
    of, form = block.string("of"), block.string("form")
    digits = block.integer("digits", minimum=1, maximum=MAX_DIGITS)
    block.finish()
    if of is None or form is None or digits is None:
        return None
    if keys[:1] != ((of,),) or fields[of].type != "text":
        block.report("of", "registries.series_key", field=of[:60])
        return None
    found = Series(of, form, digits)
    if _FORM.fullmatch(form) is None or not _is_taken(found, fields):
        block.report("form", "registries.series_form", field=of)
        return None
    return found


def _is_taken(series: Series, fields: Fields) -> bool:
    """Whether the field takes the first number, and one that has a digit more than the form says."""
    stem = series.stem(_YEAR)
    try:
        for number in (1, 10**series.digits):
            fields[series.of].clean(series.written(stem, number))
    except CodedError:
        return False
    return True
