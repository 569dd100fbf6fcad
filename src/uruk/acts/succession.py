"""How one log follows another: its next key is announced, others hear of it, then the log is closed for good.

A log is of one calendar year (UTC). Two weeks before its end the next key is announced, by an act in the institution's
log, and listed beside the present one: both count. It takes over when the year has begun, and the country's directory
has listed it for `URUK_KEY_OVERLAP_HOURS`; so no peer refuses what it signs. A renewal between the years goes the same
way, at once where there are no peers. What became of a closed log is said once, in the institution's next one.

Shard 0 is closed from here. The gateway reads in its snapshot which generation its log must have reached.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import structlog

from uruk.acts.country import confirmed_origins, has_peers
from uruk.acts.domain.deed import Deed
from uruk.acts.keyring import SHARD_USES, announced_key, hosted_institutions, listed_keys, log_origin
from uruk.acts.logs import list_gateway_logs, list_logs
from uruk.acts.models import Act, InstitutionKey
from uruk.acts.node import appender, clock, node_settings
from uruk.acts.performing import finish, perform
from uruk.acts.renewal import LOG_USES, LogUse, announced_change, renew_key
from uruk.acts.witnessing import break_seen_by_others, node_logs
from uruk.kernel.api import Actor, CodedError
from uruk.trust.api import LogInfo, public_checkpoint

LOG_CLOSED = "log.closed"
ANNOUNCED_AHEAD = timedelta(days=14)
# One statement for each log, however often it is looked at: the act's id follows from the log's origin.
_CLOSINGS = UUID("5b6f2f0e-4f7d-4b7c-9a53-8e7d3c1f40d2")
_SHARDS = {use: shard for shard, use in SHARD_USES.items()}
_LOG = structlog.get_logger("uruk.acts")


@dataclass(frozen=True)
class LogTerm:
    """An open log, when its year is over, and the key that was announced as the next: its name and when it takes over.

    `heard`: the country's directory lists that key.
    """

    origin: str
    ends: datetime
    next_key: str = ""
    takes_over_at: datetime | None = None
    heard: bool = False


def log_terms() -> tuple[LogTerm, ...]:
    """Every open log of this node's institutions, for those who look after it."""
    return tuple(_term(log, use) for log, use in _open_logs())


def follow_logs() -> int:
    """Every minute: announce next keys, note which of them others have heard of, close what is over.

    Return how many logs were said to be closed.
    """
    _note_heard()
    for log, use in _open_logs():
        try:
            _follow(log, use)
        except CodedError as error:
            _LOG.error("a log's next key waits", origin=log.origin, error=error.code)
    return _say_closed()


def gateway_generations() -> dict[str, int]:
    """The generation that the gateway's log of each institution must have reached by now: 1 from the beginning."""
    return {code: _reached(code) for code in hosted_institutions()}


def _reached(institution: str) -> int:
    rows = [row for row in listed_keys(institution) if row.use == "gateway"]
    return max((row.number for row in rows if row.takes_over_at is None or _is_due(row)), default=1)


def _open_logs() -> Iterator[tuple[LogInfo, LogUse]]:
    hosted = hosted_institutions()
    for log in node_logs():
        if log.closed is None and log.institution in hosted:
            yield log, LOG_USES[int(log.origin.split("/")[3])]


def _term(log: LogInfo, use: LogUse) -> LogTerm:
    coming = announced_key(log.institution, use)
    if coming is None:
        return LogTerm(log.origin, log.ends)
    return LogTerm(log.origin, log.ends, coming.name, coming.takes_over_at, _is_heard(coming))


def _follow(log: LogInfo, use: LogUse) -> None:
    coming, now, ends = announced_key(log.institution, use), clock().now(), log.ends
    actor = Actor.system(log.institution)
    if coming is not None and _is_due(coming):
        if use == "log":
            appender().renew(log.institution, coming.number)
    elif coming is None and now >= ends - ANNOUNCED_AHEAD and has_peers():
        announced_change(actor, log.institution, use, not_before=ends)
    elif coming is None and now >= ends:
        renew_key(actor, log.institution, use)


def _note_heard() -> None:
    waiting = InstitutionKey.objects.filter(takes_over_at__isnull=False, heard_since__isnull=True)
    confirmed = confirmed_origins() if waiting.exists() else frozenset()
    for row in waiting:
        if log_origin(row.institution, row.number, _SHARDS[row.use]) in confirmed:
            InstitutionKey.objects.filter(pk=row.pk).update(heard_since=clock().now())


def _is_heard(row: InstitutionKey) -> bool:
    return row.heard_since is not None or not has_peers()


def _is_due(row: InstitutionKey) -> bool:
    now, overlap = clock().now(), timedelta(hours=node_settings().key_overlap_hours)
    if row.takes_over_at is None or now < row.takes_over_at:
        return False
    return not has_peers() or (row.heard_since is not None and row.heard_since + overlap <= now)


def _say_closed() -> int:
    """Say of each log that was closed in order what its last checkpoint is, and which log follows it; once."""
    closed = [log for log in node_logs() if log.closed is not None and log.broken is None and log.size]
    acts = {uuid5(_CLOSINGS, log.origin): log for log in closed if log.institution in hosted_institutions()}
    said = set(Act.objects.filter(pk__in=acts, receipt__isnull=False).values_list("pk", flat=True))
    return sum(_try(act_id, log) for act_id, log in acts.items() if act_id not in said)


def _try(act_id: UUID, log: LogInfo) -> bool:
    """Say it if that can be now: one institution keeps no other waiting."""
    try:
        return _say(act_id, log)
    except CodedError as error:
        _LOG.error("a closed log waits to be said", origin=log.origin, error=error.code)
        return False


def _say(act_id: UUID, log: LogInfo) -> bool:
    if Act.objects.filter(pk=act_id).exists():
        finish(act_id)
        return True
    final = public_checkpoint(node_settings().data / "public" / "log", log.origin)
    if final is None or final.size != log.size or break_seen_by_others(log) is not None:
        return False  # its last entries are not settled yet; or it ended otherwise, which is said otherwise
    use = LOG_USES[int(log.origin.split("/")[3])]
    (list_logs(log.institution) if use == "log" else list_gateway_logs())
    body: dict[str, Any] = {"origin": log.origin, "size": final.size, "root": final.root, **_next(log, use)}
    deed = Deed(
        type=LOG_CLOSED, role="published", author=log.institution, body=body, rows=lambda _: None, act_id=act_id
    )
    perform(Actor.system(log.institution), deed)
    return True


def _next(log: LogInfo, use: LogUse) -> dict[str, str | bytes | None]:
    """The log that follows, as far as its key is there: its origin and its key (32 bytes)."""
    later = [row for row in listed_keys(log.institution) if row.use == use and row.number > log.generation]
    row = next((row for row in later if row.retired_at is None), None)
    if row is None:
        return {"next": None, "key": None}
    return {"next": log_origin(log.institution, row.number, _SHARDS[use]), "key": bytes(row.public_key)}
