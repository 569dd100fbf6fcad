"""A browser as the people room sees it: an address, cookies, and the middleware around each call of a door."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from uruk.people.middleware import SignInMiddleware

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"


class Browser:
    """Calls doors as one browser: ``Browser().call(sign_in, "198012345678", "…")``."""

    def __init__(self, address: str = "203.0.113.7", user_agent: str = CHROME) -> None:
        self.address = address
        self.user_agent = user_agent
        self.cookies: dict[str, str] = {}

    def call(self, door: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Call a door with this browser's request; what it raises comes out, after the session was kept."""
        outcome: dict[str, Any] = {}

        def view(request: HttpRequest) -> HttpResponse:
            try:
                outcome["value"] = door(request, *args, **named)
            except Exception as error:
                outcome["error"] = error
            return HttpResponse()

        request = RequestFactory(REMOTE_ADDR=self.address, HTTP_USER_AGENT=self.user_agent).post("/")
        request.COOKIES.update(self.cookies)
        response = SessionMiddleware(AuthenticationMiddleware(SignInMiddleware(view)))(request)
        for name, morsel in response.cookies.items():
            self.cookies[name] = morsel.value
        if "error" in outcome:
            raise outcome["error"]
        return outcome["value"]
