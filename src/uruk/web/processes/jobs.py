"""The process that does what is due: jobs, acts left pending, the published directory."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import Error, close_old_connections

from uruk.acts.api import (
    clock,
    compare_others,
    complete_pending,
    emit,
    follow_logs,
    list_gateway_logs,
    publish_breaks,
    publish_directory,
    run_due_jobs,
    timestamp_checkpoints,
    witness_checkpoints,
)
from uruk.kernel.api import CodedError
from uruk.publishing.api import (
    authority_round,
    fetch_agreement_receipts,
    fetch_directory,
    finish_proposals,
    propose_breaks,
    publish_agreement_receipts,
    publish_entry,
    take_identities,
    write_snapshot,
)
from uruk.web.child import stop_when_told

_LOG = structlog.get_logger("uruk.web")
_IDLE_S = 1.0
_ROUND = timedelta(minutes=1)


def run() -> int:
    """Work until told to stop; the job at hand is finished first."""
    stopped = threading.Event()
    stop_when_told(stopped.set)
    last_round: datetime | None = None
    while not stopped.is_set():
        now = clock().now()
        busy = attempt(run_due_jobs)
        if last_round is None or now - last_round >= _ROUND:
            last_round = now
            attempt(make_round)
        close_old_connections()
        if not busy:
            stopped.wait(_IDLE_S)
    return 0


def make_round() -> int:
    """What is done every minute: pending acts, breaks, logs, keys.json, the hour's event, timestamps, witnesses."""
    done, _ = complete_pending()
    publish_breaks()
    # The identity key that a new log needs may be in a safe: what follows does not wait for it.
    attempt(list_gateway_logs)
    attempt(follow_logs)
    publish_directory()
    hour = clock().now().strftime("%Y-%m-%dT%H")
    emit("node.hourly", {"hour": hour}, key=hour)
    # What two persons decided and was interrupted; then what the gateway goes by.
    attempt(propose_breaks)
    attempt(finish_proposals)
    attempt(publish_agreement_receipts)
    attempt(write_snapshot)
    attempt(take_identities)
    attempt(publish_entry)
    attempt(authority_round)
    # Last, each by itself: nothing waits for a service that is not ours.
    attempt(fetch_directory)
    attempt(fetch_agreement_receipts)
    attempt(timestamp_checkpoints)
    attempt(witness_checkpoints)
    attempt(compare_others)
    return done


def attempt(work: Callable[[], int]) -> int:
    """Do a piece of work; a failure is logged, and the process lives on to try again."""
    try:
        return work()
    except (Error, CodedError, OSError) as error:
        _LOG.error("round failed", error=getattr(error, "code", type(error).__name__))
        return 0
