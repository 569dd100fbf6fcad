"""The one module that knows which database this is: SQLite beside the node's data, or PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from uruk.kernel.api import CodedError

# An acknowledged commit must survive a power cut, hence FULL (house: lost commits were measured with NORMAL).
_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;"
)
_WAIT_S = 20
_PREPARED_AFTER = 5


def database_settings(url: str, data: Path) -> dict[str, Any]:
    """Return Django's ``DATABASES["default"]`` for URUK_DATABASE; an address we do not know: ``web.database_unknown``.

    Empty: ``db.sqlite3`` in the data folder. Otherwise ``postgresql://user:password@host:port/name?option=value``.
    """
    if not url:
        return _sqlite(data / "db.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise CodedError("web.database_unknown", scheme=parts.scheme or url[:20])
    return _postgresql(parts)


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "uruk.web.sqlite",
        "NAME": str(path),
        # IMMEDIATE: two writers wait for each other at the start instead of failing in the middle.
        "OPTIONS": {"init_command": _SQLITE_START, "transaction_mode": "IMMEDIATE", "timeout": _WAIT_S},
        "CONN_MAX_AGE": None,
    }


def _postgresql(parts: Any) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # What a connection runs for the fifth time is planned once and for all: planning took longer than reading
        # (registries). Only cursors that let the server bind values do so; Django's own do not.
        "OPTIONS": {"connect_timeout": _WAIT_S, "prepare_threshold": _PREPARED_AFTER, **dict(parse_qsl(parts.query))},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
