"""What the first process of a node does with tables, loaded only once Django is set up."""

import structlog
from django.db import connections

from uruk.acts.api import complete_pending, publish_breaks, publish_directory

_LOG = structlog.get_logger("uruk.web")


def finish_pending() -> tuple[int, int]:
    """Before any page is served: complete interrupted acts, say which logs were broken, publish keys.json."""
    done, pending = complete_pending()
    if done or pending:
        _LOG.info("pending acts", completed=done, still_pending=pending)
    if publish_breaks():
        _LOG.error("a log was closed because this node holds less of it than others: see `uruk log show`")
    publish_directory()
    connections.close_all()
    return done, pending
