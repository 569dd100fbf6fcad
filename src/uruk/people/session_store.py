"""Sessions as Django keeps them, found by a statement that is put together once: every page begins with it."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from uruk.acts.api import find_models, stored

_EXPIRES = Session._meta.get_field("expire_date")


class SessionStore(DatabaseSessions):
    """The session of a browser; its name stays that of Django's, by which sessions are signed."""

    def _get_session_from_db(self) -> Session | None:
        """The row of a session that is not over; else the browser has none."""
        valid = "WHERE session_key = %s AND expire_date > %s"
        found = find_models(Session, valid, self.session_key, stored(_EXPIRES, timezone.now()))
        if not found:
            self._session_key = None
        return next(iter(found), None)
