"""What the node tells its operator: one log line and a few counters for each request, without personal data."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest

from uruk.kernel.api import new_id
from uruk.web.node_metrics import NodeCollector

_LOG = structlog.get_logger("uruk.web")
_REQUESTS = Counter("uruk_requests_total", "Answered requests", ["method", "route", "status"])
_SECONDS = Histogram("uruk_request_seconds", "Time to answer", ["route"])
REGISTRY.register(NodeCollector())


class Observe:
    """Counts and logs each request under its route, never under its path: paths hold ids."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then record method, route, status and duration."""
        request_id = str(new_id())
        start = time.perf_counter()
        response = self._get_response(request)
        seconds = time.perf_counter() - start
        route = getattr(request.resolver_match, "route", None) or "-"
        method = request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
        _REQUESTS.labels(method, route, response.status_code).inc()
        _SECONDS.labels(route).observe(seconds)
        _LOG.info(
            "request", id=request_id, method=method, route=route, status=response.status_code, ms=int(seconds * 1000)
        )
        response.headers["X-Request-Id"] = request_id
        return response


def metrics(request: HttpRequest) -> HttpResponse:
    """Counters in Prometheus' text format, to a caller on this machine only (a proxy's callers get 404)."""
    if request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1", "") or "HTTP_X_FORWARDED_FOR" in request.META:
        return HttpResponseNotFound()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
