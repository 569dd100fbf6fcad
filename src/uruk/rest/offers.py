"""What the node's own gateway asks for other institutions: the offers of registries, and reviews of services."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor, CodedError
from uruk.registries.api import AskedOffer, answer_offer
from uruk.rest.answers import answer, endpoint
from uruk.rest.bodies import read_object
from uruk.services.api import AskedReview, answer_review, takes_reviews
from uruk.ui.api import gateway

REVIEWS = "reviews"
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
    consumer = request.headers.get("X-Road-Client", "")
    if code == REVIEWS and request.method == "POST" and takes_reviews(institution, registry):
        review = AskedReview(consumer, read_object(request, MAX_BODY_BYTES))
        return answer(answer_review(actor, institution, registry, review))
    asked = AskedOffer(
        offer=code,
        method="GET" if request.method == "HEAD" else str(request.method),
        values=tuple(part for part in path.split("/") if part),
        consumer=consumer,
        body=read_object(request, MAX_BODY_BYTES) if request.method == "POST" else {},
    )
    return answer(answer_offer(actor, institution, registry, asked))
