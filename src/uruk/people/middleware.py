"""Keeps each session within its limits."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from uruk.people.device import write_cookie
from uruk.people.sessions import keep_within_limits


class SignInMiddleware:
    """Ends sessions that were revoked or idle for too long, before any view sees them; marks known browsers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, within the limits of its session."""
        keep_within_limits(request)
        response = self._get_response(request)
        write_cookie(request, response)
        return response
