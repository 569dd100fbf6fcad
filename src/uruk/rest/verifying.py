"""`POST /api/verify`: a PDF, a number with its check code, or the text of a QR code; and the description of it."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.documents import api as documents
from uruk.documents.api import CheckResult
from uruk.kernel.api import CodedError
from uruk.rest.answers import answer, caller_language, endpoint
from uruk.rest.bodies import read_body, read_object
from uruk.rest.openapi import description
from uruk.rest.registries.describing import listed
from uruk.rest.services.describing import listed as listed_services
from uruk.ui.api import public

MAX_JSON_BYTES = 16 * 1024


@csrf_exempt  # programs carry no cookies, and no session is read here
@public
@endpoint("POST")
def verify(request: HttpRequest) -> HttpResponse:
    """Check what the body holds; 200 with the verdict whatever it is, 4xx where the request itself is wrong."""
    match request.content_type:
        case "application/pdf":
            result = documents.check_pdf(read_body(request, documents.largest_check()), "api")
        case "application/json":
            result = _check(read_object(request, MAX_JSON_BYTES))
        case other:
            raise CodedError("rest.media_type", found=other[:60])
    response = answer(_told(result, caller_language(request)))
    response["Vary"] = "Accept-Language"
    return response


@public
@endpoint("GET", "HEAD")
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this interface (OpenAPI 3.1)."""
    language = caller_language(request)
    return answer(description(settings.URUK.public_url, listed(language), list(listed_services(language))))


@csrf_exempt
@public
@endpoint("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
def nothing(request: HttpRequest, path: str) -> HttpResponse:
    """Any other address below `api/`: a program is told in JSON, not by a page."""
    raise CodedError("rest.not_found")


def _check(members: dict[str, Any]) -> CheckResult:
    if not all(isinstance(value, str) for value in members.values()):
        raise CodedError("rest.json_shape")
    match members:
        case {"qr": text, **rest} if not rest:
            return documents.check_qr(text, "api")
        case {"number": number, "code": code, **rest} if not rest:
            return documents.check_number(number, code, "api")
    raise CodedError("rest.json_shape")


def _told(result: CheckResult, language: str) -> dict[str, Any]:
    receipt = json.loads(result.receipt.to_json()) if result.receipt else None
    return {**result.verdict.to_map(language), "number": result.number, "receipt": receipt}
