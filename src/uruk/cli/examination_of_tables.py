"""What can be said of a node from its tables: migrations, keys, pending acts, jobs, timestamps, the clock."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from uruk.acts.api import (
    LogTerm,
    clock_offset,
    count_pending,
    country_directory,
    failed_jobs,
    key_views,
    latest_act_time,
    log_answers,
    log_terms,
    node_settings,
    published_directory,
    timestamp_delays,
    timestamper,
    witness_answers,
    witness_delays,
    witness_key,
)
from uruk.cli.examination import Finding, Patient
from uruk.exchange.api import REFUSED_AFTER, kept_forks, witnesses_of
from uruk.kernel.api import rfc3339
from uruk.notices.api import channel_problems, open_channels
from uruk.services.api import list_webhooks

PENDING_LATE = timedelta(minutes=2)
STAMP_LATE = timedelta(minutes=10)
# Two weeks before its end a log's next key is announced; a week after it somebody must look why it is not closed.
LOG_ENDING, LOG_LATE = timedelta(days=13), timedelta(days=7)
CLOCK_OFF = timedelta(seconds=60)
FAILING_TRIES = 3


def examine_database(patient: Patient) -> Iterator[Finding]:
    """Whether the database answers, and has the tables of this version."""
    values = {"kind": connection.vendor}
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Error:
        yield Finding("database", "person", "cli.database_silent", values)
        return
    if missing:
        yield Finding("database", "person", "cli.database_old", {"count": missing})
    else:
        yield Finding("database", "well", "cli.database_well", values)


def examine_keys(patient: Patient) -> Iterator[Finding]:
    """Where each key in use lies; a log key is a file where the module cannot do Ed25519, and that is said."""
    directory = published_directory()
    codes = sorted(directory.institutions) if directory else []
    in_use = [key for code in codes for key in key_views(code) if not (key.retired_at or key.compromised_since)]
    for key in in_use:
        if key.place == "missing" and key.use == "identity":
            yield Finding("keys", "note", "cli.identity_away", {"name": key.name})
        elif key.place == "missing":
            yield Finding("keys", "person", "cli.key_missing", {"name": key.name})
        elif patient.settings.pkcs11_module and key.place == "file":
            yield Finding("keys", "note", "cli.key_is_a_file", {"name": key.name})
    places = [key.place for key in in_use]
    values = {"files": places.count("file"), "token": places.count("token")}
    yield Finding("keys", "well", "cli.keys_in_place", values)
    if any(key.use == "identity" and key.place == "file" for key in in_use) and not patient.settings.demonstration:
        yield Finding("keys", "note", "cli.identity_on_node")


def examine_terms(patient: Patient) -> Iterator[Finding]:
    """Whether each log is of this year, and what is known of the key that comes next."""
    if not log_answers():
        return
    found = [finding for term in log_terms() for finding in _of_term(term, patient)]
    yield from found
    if not any(finding.state == "person" for finding in found):
        yield Finding("logs", "well", "cli.logs_in_term")


def _of_term(term: LogTerm, patient: Patient) -> Iterator[Finding]:
    late, values = patient.at - term.ends, {"origin": term.origin, "at": rfc3339(term.ends)}
    if late > LOG_LATE:
        yield Finding("logs", "person", "cli.log_overdue", {"origin": term.origin, "days": late.days})
    elif term.takes_over_at is not None:
        named = {"origin": term.origin, "name": term.next_key, "at": rfc3339(term.takes_over_at)}
        yield Finding("logs", "note", "cli.log_key_waits" if term.heard else "cli.log_key_unheard", named)
    elif late > -LOG_ENDING:
        yield Finding("logs", "note", "cli.log_ending", values)


def examine_acts(patient: Patient) -> Iterator[Finding]:
    """Acts that wait for their receipt for longer than an interruption explains, and jobs that were given up."""
    pending = count_pending(patient.at - PENDING_LATE)
    code = "cli.acts_pending" if pending else "cli.acts_complete"
    yield Finding("acts", "person" if pending else "well", code, {"count": pending})
    failed = failed_jobs()
    names = ", ".join(sorted({f"{name} ({error})" for name, error in failed}))
    code = "cli.jobs_failed" if failed else "cli.jobs_done"
    yield Finding("jobs", "person" if failed else "well", code, {"count": len(failed), "names": names})


def examine_timestamps(patient: Patient) -> Iterator[Finding]:
    """How long the oldest entry waits for its timestamp; while the log is silent only whether anybody is asked."""
    if timestamper() is None:
        yield Finding("timestamps", "person", "cli.timestamps_unset")
    if timestamper() is None or not log_answers():
        return
    longest = max((each.delay(patient.at) for each in timestamp_delays()), default=timedelta())
    values = {"minutes": int(longest.total_seconds() // 60)}
    late = longest > STAMP_LATE
    yield Finding("timestamps", "person" if late else "well", "cli.stamps_late" if late else "cli.stamps_well", values)


def examine_witnesses(patient: Patient) -> Iterator[Finding]:
    """Whether others see our logs, whether one of ours is behind what they saw, and whose logs showed two histories."""
    directory = country_directory()
    if directory is None:
        return
    own = directory.nodes.get(node_settings().node)
    if own is not None and own.witness_key != witness_key():
        yield Finding("witnesses", "person", "cli.witness_key_changed")
    if not witnesses_of(directory, node_settings().node):
        yield Finding("witnesses", "note", "cli.witnesses_none")
    late = [delay for delay in witness_delays() if delay.is_alarming(patient.at)]
    for delay in late:
        minutes = int(delay.delay(patient.at).total_seconds() // 60)
        code = "cli.witness_refused" if delay.delay(patient.at) >= REFUSED_AFTER else "cli.witness_late"
        yield Finding("witnesses", "person", code, {"origin": delay.origin, "minutes": minutes})
    if not late:
        yield Finding("witnesses", "well", "cli.witness_well")
    for answer in witness_answers():
        if answer.is_behind:
            values = {"origin": answer.origin, "witness": answer.witness, "size": answer.size}
            yield Finding("witnesses", "person", "cli.witness_behind", values)
    for fork in kept_forks(patient.data / "witness"):
        yield Finding("witnesses", "note", "cli.two_histories", {"origin": fork.origin})


def examine_clock(patient: Patient) -> Iterator[Finding]:
    """This clock against the timestamping authority's at the last checkpoint, and against the newest act."""
    latest, offset = latest_act_time(), clock_offset()
    if latest is not None and patient.at < latest - CLOCK_OFF:
        yield Finding("clock", "person", "cli.clock_behind", {"latest": rfc3339(latest)})
    if offset is None:
        yield Finding("clock", "note", "cli.clock_unknown")
        return
    seconds = round(offset.total_seconds())
    off = abs(offset) > CLOCK_OFF
    yield Finding(
        "clock", "person" if off else "well", "cli.clock_off" if off else "cli.clock_well", {"seconds": seconds}
    )


def examine_channels(_: Patient) -> Iterator[Finding]:
    """Whether notices go out by more than their page, and what is wrong with how that is set up."""
    wrong = [Finding.of("notices", problem) for _, problem in channel_problems()]
    yield from wrong
    if not wrong:
        channels = open_channels()
        code = "cli.channels_well" if channels else "cli.channels_none"
        yield Finding("notices", "well" if channels else "note", code, {"channels": list(channels)})


def examine_webhooks(_: Patient) -> Iterator[Finding]:
    """Systems that do not take what they are told of cases, and what was given up because of that."""
    views = list_webhooks()
    for view in views:
        values = {"url": view.url, "said": view.last_error, "waiting": view.waiting, "given_up": view.given_up}
        if view.failing_since is not None:
            values["since"] = rfc3339(view.failing_since)
            # One try in vain happens: a receiver is restarted.
            state: Literal["person", "note"] = "person" if view.tries >= FAILING_TRIES else "note"
            yield Finding("webhooks", state, "cli.webhook_failing", values)
        elif view.given_up:
            yield Finding("webhooks", "person", "cli.webhook_given_up", {"url": view.url, "given_up": view.given_up})
    if views and all(one.failing_since is None and not one.given_up for one in views):
        yield Finding("webhooks", "well", "cli.webhooks_well", {"count": len(views)})
