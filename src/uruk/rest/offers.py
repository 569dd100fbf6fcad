"""What the node's own gateway asks for other institutions: the offers of registries."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor, CodedError
from uruk.registries.api import AskedOffer, answer_offer
from uruk.rest.answers import answer, endpoint
from uruk.ui.api import gateway

MAX_BODY_BYTES = 64 * 1024


@csrf_exempt  # the gateway carries no cookies
@gateway
@endpoint("GET", "HEAD", "POST", "PUT", "DELETE")
def offer(request: HttpRequest, institution: str, registry: str, code: str, path: str) -> HttpResponse:
    """Answer one request that a gateway has judged by its agreement and logged."""
    if request.META.get("QUERY_STRING"):
        raise CodedError("rest.no_query")
    actor = Actor(
        channel="exchange",
        institution=institution,
        purpose=request.headers.get("Uruk-Purpose"),
        law=request.headers.get("Uruk-Legal-Basis"),
    )
    asked = AskedOffer(
        offer=code,
        method="GET" if request.method == "HEAD" else str(request.method),
        values=tuple(part for part in path.split("/") if part),
        consumer=request.headers.get("X-Road-Client", ""),
        body=_members(request) if request.method == "POST" else {},
    )
    return answer(answer_offer(actor, institution, registry, asked))


def _members(request: HttpRequest) -> dict[str, Any]:
    data = request.read(MAX_BODY_BYTES + 1)
    if len(data) > MAX_BODY_BYTES:
        raise CodedError("rest.body_too_large", limit=MAX_BODY_BYTES)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise CodedError("rest.json_malformed") from None
    if not isinstance(found, dict):
        raise CodedError("rest.json_shape")
    return found
