"""Headers on every answer: nothing inline, nothing from elsewhere, no frame around a page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' blob: mediastream:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
# The scanner needs the camera, passkeys the authenticator, whoever stands on a place may take it from their device.
_PERMISSIONS = (
    "camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), "
    "microphone=(), geolocation=(self)"
)


# Of these no browser makes a page, so that a page's headers would only weigh: they are half of a small script's bytes.
_STATIC_PARTS = ("text/css", "text/javascript", "font/woff2")
_DATA = ("application/json", "application/octet-stream", "application/statuslist+cwt", "text/plain")


class SecurityHeaders:
    """Puts the same protective headers on every answer; a view may tighten them itself.

    Static styles, scripts, fonts and plain data carry only that which keeps them from being taken for a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers set where the view left them open."""
        response = self._get_response(request)
        for name, value in _PART_HEADERS if _is_part(request, response) else _headers():
            response.headers.setdefault(name, value)
        return response


_PART_HEADERS = [("X-Content-Type-Options", "nosniff")]


def _is_part(request: HttpRequest, response: HttpResponse) -> bool:
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return kind in _DATA or (kind in _STATIC_PARTS and request.path.startswith(settings.STATIC_URL))


def _headers() -> list[tuple[str, str]]:
    headers = [
        ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", _PERMISSIONS),
    ]
    if settings.SECURE_HSTS_SECONDS:
        headers.append(("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"))
    return headers
