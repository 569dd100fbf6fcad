"""Requests and answers as GovStack's interfaces have them: bodies of three kinds in, one shape of refusal out."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, JsonResponse
from django.http.multipartparser import MultiPartParserError

from uruk.kernel.api import CodedError
from uruk.registries.api import InvalidChangesError
from uruk.rest import answers
from uruk.rest.answers import answer, caller_language, status_of
from uruk.rest.bodies import read_json, read_object
from uruk.rest.govstack.numbers import exact

MAX_BODY_BYTES = 1 << 20
# What the published answers say where nothing was found.
NOTHING = "no record found"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_FOUND = frozenset({"rest.not_found", "registries.record_unknown", "registries.registry_unknown"})


def refusal(request: HttpRequest, error: CodedError) -> JsonResponse:
    """An error: `detail`, and what the Registration interface wants of it: `code`, `message`, `localizedMessage`."""
    said = error.sentence("en")
    detail = NOTHING if error.code in _NOT_FOUND else said
    told: dict[str, Any] = {"detail": detail, "code": error.code, "message": said, "traceId": str(uuid4())}
    told["localizedMessage"] = error.sentence(caller_language(request))
    if isinstance(error, InvalidChangesError):
        told["problems"] = [{"field": one.field, "code": one.error.code} for one in error.problems[:100]]
    response = answer(told, 404 if error.code in _NOT_FOUND else status_of(error))
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="uruk"'
    return response


# A view answers these methods only, and every coded error as GovStack's answers tell errors.
endpoint = partial(answers.endpoint, refuse=refusal)


def read(request: HttpRequest) -> dict[str, Any]:
    """The members of a body, as JSON, form-urlencoded or multipart; none where there is no body.

    A form's value that is JSON, and names such as `write[content][ID]`, are what they stand for; fractions are
    `Decimal`. Errors:
    ``rest.json_malformed``, ``rest.json_no_object``, ``rest.body_too_large``, ``rest.form_malformed``.
    """
    if request.content_type in _FORMS:
        return _nested({str(name): _value(str(value)) for name, value in form(request)[0].items()})
    # Not every caller says what it sends: what is no form is read as JSON.
    if not int(request.META.get("CONTENT_LENGTH") or 0):
        return {}
    return read_object(request, MAX_BODY_BYTES, exact)


def form(request: HttpRequest) -> tuple[Any, Any]:
    """The fields and the files of a form; one that cannot be read: ``rest.form_malformed``."""
    try:
        return request.POST, request.FILES
    except (MultiPartParserError, SuspiciousOperation, BadRequest):
        raise CodedError("rest.form_malformed") from None


def part(body: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """`{name: {"content": {…}}}` of a body, also without the inner wrapping; None where there is no such part."""
    found = body.get(name)
    inner = found.get("content", found) if isinstance(found, Mapping) else found
    return dict(inner) if isinstance(inner, Mapping) else None


def _value(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return text
    try:
        return read_json(text, exact)
    except CodedError:
        return text


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in flat.items():
        *above, last = name.replace("]", "").split("[")[:6]
        inner = found
        for each in above:
            inner = inner.setdefault(each, {})
            if not isinstance(inner, dict):
                raise CodedError("rest.form_malformed")
        inner[last] = value
    return found
