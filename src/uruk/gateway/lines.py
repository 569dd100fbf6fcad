"""The gateway's own log lines, as text for a person or JSON for a program; never a name, number or body in them."""

import logging
import sys

import structlog
from structlog.typing import Processor


def configure_lines(log_format: str) -> None:
    """Write lines to standard error as ``text`` or ``json``."""
    last: Processor = structlog.processors.JSONRenderer()
    if log_format != "json":
        last = structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
