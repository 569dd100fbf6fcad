"""This node as a witness of others' logs (C2SP tlog-witness), and what it knows of them."""

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.acts.api import clock, cosigner, node_settings
from uruk.exchange.api import MAX_SUBMISSION_BYTES, WitnessStore
from uruk.kernel.api import CodedError
from uruk.rest.answers import endpoint
from uruk.rest.bodies import read_body
from uruk.ui.api import public

_ORIGIN = re.compile(r"[a-z0-9-]{1,64}(/[a-z0-9-]{1,64}){4}", re.ASCII)


@csrf_exempt  # programs carry no cookies, and no session is read here
@public
@endpoint("POST")
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """`POST /witness/add-checkpoint`: our cosignature on what continues the last checkpoint; or why not."""
    body = read_body(request, MAX_SUBMISSION_BYTES)
    try:
        answer = cosigner().add_checkpoint(body, clock())
    except CodedError as error:
        if error.code != "exchange.directory_missing":
            raise
        raise CodedError("rest.not_found") from None  # who has joined no country witnesses nobody
    return _plain(answer.body, answer.media_type, answer.status)


@public
@endpoint("GET", "HEAD")
def checkpoint(request: HttpRequest, origin: str) -> HttpResponse:
    """`GET /witness/<origin>/checkpoint`: the newest checkpoint of another's log that this node cosigned or holds."""
    known = WitnessStore(node_settings().data / "witness").newest(origin) if _ORIGIN.fullmatch(origin) else None
    if known is None:
        raise CodedError("rest.not_found")
    return _plain(known.raw, "text/plain; charset=utf-8", 200)


def _plain(body: bytes, media_type: str, status: int) -> HttpResponse:
    response = HttpResponse(body, content_type=media_type, status=status)
    response["Cache-Control"] = "no-store"
    return response
