"""What the first process of a node does with tables, loaded only once Django is set up."""

import structlog
from django.db import connections

from uruk.acts.api import complete_pending, publish_directory

_LOG = structlog.get_logger("uruk.web")


def finish_pending() -> tuple[int, int]:
    """Complete the acts that an interruption left pending and publish keys.json, before any page is served."""
    done, pending = complete_pending()
    if done or pending:
        _LOG.info("pending acts", completed=done, still_pending=pending)
    publish_directory()
    connections.close_all()
    return done, pending
