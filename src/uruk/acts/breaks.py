"""A log that was restored from a backup is closed by the writer; here the institution says so, in its next log.

The node says it at once; the two persons who approve it (room publishing) say it again, with their signatures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import structlog

from uruk.acts.domain.deed import Deed
from uruk.acts.models import Institution, LogBreak
from uruk.acts.performing import find_statement, perform
from uruk.acts.visibility import acknowledged
from uruk.acts.witnessing import break_seen_by_others, node_logs
from uruk.kernel.api import Actor, CodedError
from uruk.trust.api import Break, LogInfo

BROKEN = "log.broken"
_LOG = structlog.get_logger("uruk.acts")
# One statement for each break, however often the node starts: the act's id follows from the log's origin.
_BREAKS = UUID("0c1c6a3e-6b0d-4d53-8a53-3f1f0f9a7a21")


def publish_breaks() -> int:
    """Publish what was lost of each log that was closed as broken, once; return how many were said now.

    An institution that cannot say it yet (its identity key is away) keeps no other waiting, and no node from starting.
    """
    hosted = set(Institution.objects.values_list("code", flat=True))
    said = set(acknowledged(LogBreak.objects.all()).values_list("origin", flat=True))
    fresh = [log for log in node_logs() if log.institution in hosted and log.origin not in said]
    broken = ((log, log.broken or break_seen_by_others(log)) for log in fresh)
    return sum(_try(log, found) for log, found in broken if found is not None)


def _try(log: LogInfo, broken: Break) -> bool:
    try:
        return _publish(log, broken)
    except CodedError as error:
        _LOG.error("a broken log is not published yet", origin=log.origin, error=error.code)
        return False


@dataclass(frozen=True)
class SaidBreak:
    """What an institution's node has said of one of its logs (the body of `log.broken`)."""

    institution: str
    origin: str
    body: Mapping[str, Any]


def said_breaks() -> tuple[SaidBreak, ...]:
    """Every break that this node has published, whoever approved it since."""
    rows = acknowledged(LogBreak.objects.order_by("origin"))
    said = ((row.origin, find_statement(row.act_id)) for row in rows)
    return tuple(SaidBreak(one.author, origin, one.body) for origin, one in said if one is not None)


def _publish(log: LogInfo, broken: Break) -> bool:
    def rows(act_id: UUID) -> None:
        LogBreak.objects.create(origin=log.origin, act_id=act_id)

    deed = Deed(
        type=BROKEN,
        role="published",
        author=log.institution,
        body=broken.body(),
        rows=rows,
        act_id=uuid5(_BREAKS, log.origin),
    )
    perform(Actor.system(log.institution), deed)
    return True
