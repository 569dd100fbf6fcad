"""The country's directory as files for any node, and what nodes bring: newer parts, requests to join."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt

from uruk.acts.api import node_settings
from uruk.kernel.api import CodedError
from uruk.publishing.api import receive_part, receive_request
from uruk.rest.answers import answer, endpoint
from uruk.rest.bodies import read_body
from uruk.ui.api import public

MAX_PART_BYTES = 4 << 20
MAX_REQUEST_BYTES = 256 << 10
_FILE = re.compile(r"(timestamp|(root|members|timestamps|entries/[a-z0-9-]{1,64})/[0-9]{1,16})\.json", re.ASCII)
_YEAR_SECONDS = 365 * 24 * 3600


@public
@endpoint("GET", "HEAD")
def part(request: HttpRequest, path: str) -> HttpResponse:
    """`GET /directory/root/1.json` and its like; each version never changes, `timestamp.json` is the newest."""
    file = node_settings().data / "directory" / path
    if not _FILE.fullmatch(path) or not file.is_file():
        raise CodedError("rest.not_found")
    response = HttpResponse(file.read_bytes(), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    if path == "timestamp.json":
        response["Cache-Control"] = "no-cache"
    else:
        patch_cache_control(response, public=True, max_age=_YEAR_SECONDS, immutable=True)
    return response


@csrf_exempt  # programs carry no cookies, and no session is read here
@public
@endpoint("POST")
def parts(request: HttpRequest) -> HttpResponse:
    """`POST /directory/parts`: a newer part, which proves itself; {"newer": whether it was}."""
    return answer({"newer": receive_part(read_body(request, MAX_PART_BYTES))})


@csrf_exempt  # programs carry no cookies, and no session is read here
@public
@endpoint("POST")
def requests(request: HttpRequest) -> HttpResponse:
    """`POST /directory/requests`: a node asks to be listed; two persons of the authority decide. 202."""
    receive_request(read_body(request, MAX_REQUEST_BYTES))
    return answer({"waits": "approval"}, status=202)
