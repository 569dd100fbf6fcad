"""How long a document holds, and what a draft must satisfy."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from uruk.definitions.api import Duration, Texts
from uruk.documents.domain.definition import DocumentType
from uruk.kernel.api import CodedError, add_working_days


def last_day(issued: date, validity: Duration | None) -> date | None:
    """The last day on which a document issued that day holds; None for ever.

    A year from 29 February ends on 28 February; a month from the 31st on the month's last day.
    """
    if validity is None:
        return None
    if validity.unit == "working_day":
        return add_working_days(issued, validity.count)
    days = {"day": 1, "week": 7}.get(validity.unit)
    if days is not None:
        return issued + timedelta(days=days * validity.count)
    return _add_months(issued, validity.count * (12 if validity.unit == "year" else 1))


def _add_months(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def check_values(
    document_type: DocumentType, texts: Texts, values: Mapping[str, object], today: date
) -> tuple[dict[str, object], dict[str, CodedError]]:
    """Clean the fields; return them and what is wrong by path ("" for a condition that does not hold)."""
    validation = document_type.fields.validate(values)
    problems = dict(validation.errors)
    if not problems:
        problems |= _unmet(document_type, texts, validation.values, today)
    return validation.values, problems


def _unmet(
    document_type: DocumentType, texts: Texts, values: Mapping[str, object], today: date
) -> dict[str, CodedError]:
    for condition in document_type.conditions:
        # Unknown, because a field that may be empty is empty, refuses nobody.
        if condition.must.evaluate(values, today) is False:
            sentence = texts.get(f"conditions.{condition.name}")
            return {"": CodedError("documents.condition_unmet", condition=sentence)}
    return {}
