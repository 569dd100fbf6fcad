"""JSON answers; an error carries its code and its sentence in the caller's language."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language_from_request

from uruk.kernel.api import CodedError
from uruk.registries.api import InvalidChangesError
from uruk.services.api import InvalidAnswersError

View = Callable[..., HttpResponse]
Refuse = Callable[[HttpRequest, CodedError], JsonResponse]
MAX_PROBLEMS = 1_000
# The HTTP status of an error; what the caller sent is wrong unless it stands here.
_STATUSES = {
    "rest.method_not_allowed": 405,
    "rest.not_found": 404,
    "rest.body_too_large": 413,
    "rest.media_type": 415,
    "rest.json_only": 415,
    "rest.version_needed": 428,
    "people.token_missing": 401,
    "people.token_refused": 401,
    "people.role_not_held": 403,
    "people.registry_not_named": 403,
    "registries.registry_unknown": 404,
    "registries.request_unknown": 404,
    "registries.not_then": 404,
    "registries.record_exists": 409,
    "registries.key_taken": 409,
    "registries.still_linked": 409,
    "registries.status": 409,
    "registries.archived": 409,
    "registries.request_closed": 409,
    "registries.capacity_below_taken": 409,
    "registries.capacity_in_use": 409,
    "registries.version_forgotten": 410,
    "registries.version_moved": 412,
    "registries.changes_invalid": 422,
    "registries.different_set": 422,
    "acts.different_deed": 422,
    "registries.record_unknown": 404,
    "registries.offer_unknown": 404,
    "registries.reservation_unknown": 404,
    "rest.several_match": 409,
    "rest.not_yours": 403,
    "registries.capacity_short": 409,
    "registries.reservation_differs": 409,
    "registries.reservation_ended": 409,
    "registries.foreign_actor": 403,
    "people.right_missing": 403,
    "people.service_not_named": 403,
    "services.people_decide": 403,
    "services.consent_missing": 403,
    "services.batch_too_large": 413,
    "services.service_not_open": 404,
    "services.case_unknown": 404,
    "services.act_unknown": 404,
    "services.action_unknown": 404,
    "services.not_waiting": 409,
    "services.facts_missing": 409,
    "services.channel_closed": 409,
    "services.kind_refused": 409,
    "services.case_forgotten": 410,
    "services.case_moved": 412,
    "services.answers_invalid": 422,
    "services.case_differs": 422,
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
    """The answer that tells an error: {"error": {"code", "sentence"}}, with `problems` where they are of fields."""
    response = answer({"error": error_told(error, caller_language(request))}, status_of(error))
    response["Vary"] = "Accept-Language"
    if response.status_code == 401:
        refused = ', error="invalid_token"' if error.code == "people.token_refused" else ""
        response["WWW-Authenticate"] = f'Bearer realm="uruk"{refused}'
    return response


def error_told(error: CodedError, language: str, most: int = MAX_PROBLEMS) -> dict[str, Any]:
    """An error with its sentence; `problems`, `most` at most, where they are of fields."""
    told: dict[str, Any] = {"code": error.code, "sentence": error.sentence(language)}
    if isinstance(error, InvalidChangesError):
        told["problems"] = _problems(error, language, most)
    elif isinstance(error, InvalidAnswersError):
        told["problems"] = [_problem(field, one, language) for field, one in error.problems[:most]]
    return told


def codes_of(status: int) -> tuple[str, ...]:
    """The codes of errors that are answered with a status of their own."""
    return tuple(sorted(code for code, answered in _STATUSES.items() if answered == status))


def status_of(error: CodedError) -> int:
    """The status of an error; 409 where all that is wrong stands against what is recorded, nothing in what was sent."""
    if isinstance(error, InvalidChangesError) and all(_STATUSES.get(one.error.code) == 409 for one in error.problems):
        return 409
    return _STATUSES.get(error.code, 400)


def _problems(error: InvalidChangesError, language: str, most: int) -> list[dict[str, Any]]:
    return [{"change": one.position, **_problem(one.field, one.error, language)} for one in error.problems[:most]]


def _problem(field: str, error: CodedError, language: str) -> dict[str, Any]:
    return {"field": field, "code": error.code, "sentence": error.sentence(language)}


def endpoint(*methods: str, refuse: Refuse = refusal) -> Callable[[View], View]:
    """Make a view answer these methods only, and every coded error as JSON: by `refuse`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise CodedError("rest.method_not_allowed", method=str(request.method), allowed=", ".join(methods))
                return view(request, **named)
            except CodedError as error:
                response = refuse(request, error)
                if response.status_code == 405:
                    response["Allow"] = ", ".join(methods)
                return response

        return guarded

    return decorate
