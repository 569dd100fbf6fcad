"""Log lines of the servers, as text for a person or as JSON for a program; never a name, number or answer in them."""

import logging
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(log_format: str) -> dict[str, Any]:
    """Return Django's LOGGING for ``text`` or ``json``; everything goes to standard error."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": _formatter, "log_format": log_format}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"uruk": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
    }


def _formatter(log_format: str) -> logging.Formatter:
    last: Any = structlog.processors.JSONRenderer()
    if log_format != "json":
        last = structlog.dev.ConsoleRenderer(colors=False)
    formatter = structlog.stdlib.ProcessorFormatter
    steps: list[Any] = [formatter.remove_processors_meta, structlog.processors.format_exc_info, last]
    return formatter(foreign_pre_chain=_SHARED, processors=steps)
