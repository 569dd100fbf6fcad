"""The process that finishes, before a page is served, what was interrupted."""

import structlog
from django.db import connections

from uruk.acts.api import complete_pending, list_gateway_logs, publish_breaks, publish_directory
from uruk.kernel.api import CodedError
from uruk.registries.api import forget_again
from uruk.services.api import forget_cases_again
from uruk.web.child import follow_parent

_LOG = structlog.get_logger("uruk.web")


def run() -> int:
    """Complete interrupted acts, say which logs were broken, publish keys.json; 0."""
    follow_parent()
    done, pending = complete_pending()
    if done or pending:
        _LOG.info("pending acts", completed=done, still_pending=pending)
    if publish_breaks():
        _LOG.error("a log was closed because this node holds less of it than others: see `uruk log show`")
    _forget_again()
    _list_gateway_logs()
    publish_directory()
    connections.close_all()
    return 0


def _forget_again() -> None:
    """What a backup that was put back still knows, and was forgotten since: before anybody can read it."""
    count = forget_again()
    if count:
        _LOG.warning("records that had been forgotten were here again: forgotten again", records=count)
    cases = forget_cases_again()
    if cases:
        _LOG.warning("cases that had been forgotten were here again: forgotten again", cases=cases)


def _list_gateway_logs() -> None:
    """List what the gateway opened since; where the identity key is away the node starts all the same."""
    try:
        list_gateway_logs()
    except CodedError as error:
        _LOG.error("a log of the gateway is not listed", error=error.code)
