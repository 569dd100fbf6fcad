"""The device cookie: which persons have signed in from this browser. It spares its owner the limits of strangers."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "uruk_device"
_SALT = "uruk.people.device"
_AGE_S = 365 * 24 * 3600
_PERSONS_MAX = 8


@dataclass(frozen=True)
class Device:
    """A browser that somebody signed in from: its own random id, and who did."""

    id: str
    persons: tuple[UUID, ...] = ()


def device_of(request: HttpRequest) -> Device:
    """The device a request comes from; a new one without persons where the cookie is missing, old or forged."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_AGE_S)
        return Device(found["id"], tuple(UUID(hex=each) for each in found["persons"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Device(secrets.token_hex(8))


def remember(request: HttpRequest, person: UUID) -> None:
    """Have the answer to this request tell the browser that this person signed in from it."""
    known = device_of(request)
    others = [each for each in known.persons if each != person]
    request.uruk_device = Device(known.id, (person, *others)[:_PERSONS_MAX])


def write_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Put the device cookie on the answer where ``remember`` asked for it."""
    device = getattr(request, "uruk_device", None)
    if device is None:
        return
    value = signing.dumps({"id": device.id, "persons": [each.hex for each in device.persons]}, salt=_SALT)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, value, max_age=_AGE_S, httponly=True, secure=secure, samesite="Lax")
