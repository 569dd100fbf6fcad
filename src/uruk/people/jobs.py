"""Work of people that is done later."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session

from uruk.acts.api import clock
from uruk.people.attempts import forget_attempts
from uruk.people.models import SignIn

SIGN_INS_KEPT = timedelta(days=90)


def forget_what_is_over(_: dict[str, Any]) -> None:
    """Delete failed tries that no limit looks at, expired sessions, and sign-ins of three months ago."""
    now = clock().now()
    forget_attempts()
    Session.objects.filter(expire_date__lt=now).delete()
    SignIn.objects.filter(last_seen_at__lt=now - SIGN_INS_KEPT).delete()
