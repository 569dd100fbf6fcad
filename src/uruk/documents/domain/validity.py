"""How long a document holds, and what a draft must satisfy."""

from collections.abc import Mapping
from datetime import date

from uruk.definitions.api import Duration, Texts
from uruk.documents.domain.definition import DocumentType
from uruk.kernel.api import CodedError


def last_day(issued: date, validity: Duration | None) -> date | None:
    """The last day on which a document issued that day holds; None for ever."""
    return None if validity is None else validity.after(issued)


def check_values(
    document_type: DocumentType, texts: Texts, values: Mapping[str, object], today: date
) -> tuple[dict[str, object], dict[str, CodedError]]:
    """Clean the fields; return them and what is wrong by path.

    A condition that does not hold stands at the field it is named after, or at "" where no field has its name.
    """
    validation = document_type.fields.validate(values)
    problems = dict(validation.errors)
    if not problems:
        problems |= _unmet(document_type, texts, validation.values, today)
    return validation.values, problems


def _unmet(
    document_type: DocumentType, texts: Texts, values: Mapping[str, object], today: date
) -> dict[str, CodedError]:
    # Unknown, because a field that may be empty is empty, refuses nobody.
    unmet = [one.name for one in document_type.conditions if one.must.evaluate(values, today) is False]
    sentences = {
        name: CodedError("documents.condition_unmet", condition=texts.get(f"conditions.{name}")) for name in unmet
    }
    return {name if name in document_type.fields else "": sentence for name, sentence in sentences.items()}
