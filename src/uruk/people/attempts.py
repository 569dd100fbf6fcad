"""Counting failed tries, under keyed digests: the table shows neither addresses nor numbers."""

import hmac
import ipaddress
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from uruk.acts.api import clock
from uruk.kernel.api import CodedError
from uruk.people.domain.limits import LONGEST_WINDOW, VISITS, Limit, minutes_to_wait
from uruk.people.models import Attempt

_TRIES_READ_MAX = 200


def attempt_key(*parts: str) -> str:
    """A keyed digest of what is counted, such as an address and an account."""
    data = "\n".join(("uruk/people/attempt/v1", *parts)).encode()
    return hmac.new(settings.SECRET_KEY.encode(), data, "sha256").hexdigest()


def client_address(request: HttpRequest) -> str:
    """The address a request came from; behind a proxy on this machine, the one that the proxy saw.

    IPv6 is counted by its /64, for one subscriber has all of it.
    """
    found = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and _address(found).is_loopback:
        found = forwarded.rpartition(",")[2].strip()
    address = _address(found)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def wait_for(key: str, limit: Limit) -> int:
    """Whole minutes until the key may try again, 0 when it may now."""
    now = clock().now()
    tries = Attempt.objects.filter(key=key, at__gt=now - limit.window).order_by("-at")
    return minutes_to_wait(list(tries.values_list("at", flat=True)[:_TRIES_READ_MAX]), limit, now)


def count(*keys: str) -> list[Attempt]:
    """Note a try under each key, before its outcome is known; ``forgive`` takes it back."""
    now = clock().now()
    return Attempt.objects.bulk_create([Attempt(key=key, at=now) for key in keys])


def forgive(attempts: list[Attempt]) -> None:
    """Take tries back that turned out well."""
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).delete()


def check_and_count(key: str, limit: Limit) -> list[Attempt]:
    """Note a try, or refuse it: ``people.too_many_tries`` with the minutes to wait."""
    minutes = wait_for(key, limit)
    if minutes:
        raise CodedError("people.too_many_tries", minutes=minutes)
    return count(key)


def limit_visitor(request: HttpRequest, what: str) -> None:
    """Note that somebody without an account does something that costs the node, or refuse their whole address for a
    while: ``people.too_many_tries`` with the minutes to wait. `what`: counted by itself (``drafts``).
    """
    check_and_count(attempt_key(what, client_address(request)), VISITS)


def forget_attempts(before: datetime | None = None) -> int:
    """Delete tries older than any window; return how many."""
    deleted, _ = Attempt.objects.filter(at__lt=before or clock().now() - LONGEST_WINDOW).delete()
    return deleted


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return ipaddress.IPv4Address(0)
