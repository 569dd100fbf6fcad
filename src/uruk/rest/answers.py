"""JSON answers; an error carries its code and its sentence in the caller's language."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language_from_request

from uruk.kernel.api import CodedError

# The HTTP status of an error; what the caller sent is wrong unless it stands here.
_STATUSES = {
    "rest.method_not_allowed": 405,
    "rest.not_found": 404,
    "rest.body_too_large": 413,
    "rest.media_type": 415,
    "registries.registry_unknown": 404,
    "registries.record_unknown": 404,
    "registries.offer_unknown": 404,
    "registries.reservation_unknown": 404,
    "registries.capacity_short": 409,
    "registries.reservation_differs": 409,
    "registries.reservation_ended": 409,
    "registries.foreign_actor": 403,
}


def caller_language(request: HttpRequest) -> str:
    """The caller's language, by `Accept-Language`; Arabic where it names none of ours."""
    return get_language_from_request(request)


def answer(content: Mapping[str, Any] | Sequence[Any], status: int = 200) -> JsonResponse:
    """A JSON answer that nobody keeps, in letters as they are."""
    response = JsonResponse(content, safe=False, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def refusal(request: HttpRequest, error: CodedError) -> JsonResponse:
    """The answer that tells an error: {"error": {"code", "sentence"}}."""
    sentence = error.sentence(caller_language(request))
    response = answer({"error": {"code": error.code, "sentence": sentence}}, _STATUSES.get(error.code, 400))
    response["Vary"] = "Accept-Language"
    return response


def endpoint(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view answer these methods only, and every coded error as JSON."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise CodedError("rest.method_not_allowed", method=str(request.method), allowed=", ".join(methods))
                return view(request, **named)
            except CodedError as error:
                response = refusal(request, error)
                if response.status_code == 405:
                    response["Allow"] = ", ".join(methods)
                return response

        return guarded

    return decorate
