"""Versions in headers: what a reader has already is not sent again, and a change names what it was written on."""

import re
from hashlib import sha256
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from uruk.kernel.api import Actor, CodedError

# A proxy that compresses makes a tag weak; the number in it says the same.
_VERSION = re.compile(r'(?:W/)?"([0-9]{1,9})(?:-[0-9a-f]{1,64})?"', re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)


def conditional(
    request: HttpRequest, response: HttpResponse, *, personal: bool, version: int | None = None
) -> HttpResponse:
    """The answer with its ETag; 304 where the caller has it.

    A record's tag begins with its newest version, `"7-…"`, which `If-Match` wants; the rest is of what is shown, for
    a version that was planned comes into force, and a capacity is taken, without a new one.
    """
    digest = sha256(response.content).hexdigest()[:16]
    tag = f'"{digest}"' if version is None else f'"{version}-{digest}"'
    asked = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    shown = HttpResponseNotModified() if tag in asked or "*" in asked else response
    shown["ETag"] = tag
    # What is about persons no cache on the way keeps, not even to ask whether it still holds.
    shown["Cache-Control"] = "no-store" if personal else "private, no-cache"
    return shown


def base_version(request: HttpRequest) -> int:
    """The version that a change was written on, by `If-Match: "7"`; without it: ``rest.version_needed``."""
    found = _VERSION.fullmatch(request.headers.get("If-Match", "").strip())
    if found is None:
        raise CodedError("rest.version_needed")
    return int(found[1])


def act_of(request: HttpRequest, actor: Actor) -> UUID | None:
    """The id of the act that a call with this `Idempotency-Key` makes, once; None without one.

    No UUID: ``rest.idempotency_key``.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _UUID.fullmatch(key):
        raise CodedError("rest.idempotency_key")
    return id_under(actor, UUID(key))


def id_under(actor: Actor, key: UUID) -> UUID:
    """The id that a program's own key stands for, the same however often it comes."""
    assert actor.program is not None, "only programs have keys of their own"
    return uuid5(actor.program, str(key))
