"""Timestamps on the checkpoints of our logs. They follow the acts: no service that is down stops one."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.db import transaction

from uruk.acts.keystore import authority, key_store
from uruk.acts.logs import gateway_entry_time, gateway_logs
from uruk.acts.models import Act, CheckpointTimestamp, Institution
from uruk.acts.node import appender, clock, node_settings
from uruk.kernel.api import CodedError
from uruk.trust.api import (
    DemonstrationAuthority,
    DemonstrationTimestamper,
    HttpTimestamper,
    LogInfo,
    Receipt,
    StampedCheckpoint,
    Timestamper,
    bare_token,
    checkpoint_digest,
    keep_stamp,
    public_checkpoint,
    stamped_receipt,
    verify_timestamp,
)

_LOG = structlog.get_logger("uruk.acts")
FOLDER = "timestampers"
"""In the data folder: certificates (DER or PEM) of the timestamping authorities that keys.json lists."""


@dataclass(frozen=True)
class TimestampDelay:
    """A log of which entries wait for a timestamp, since when; ``last`` is when it was last timestamped."""

    origin: str
    entries: int
    since: datetime
    last: datetime | None

    def delay(self, now: datetime) -> timedelta:
        """How long the oldest of them has waited."""
        return max(now - self.since, timedelta())


def timestamper() -> Timestamper | None:
    """The authority that URUK_TSA_URL names, in demonstration the embedded one; None where there is none."""
    settings = node_settings()
    if settings.tsa_url:
        return HttpTimestamper(settings.tsa_url)
    return _embedded() if settings.demonstration and Institution.objects.exists() else None


def timestamper_certificates() -> tuple[bytes, ...]:
    """The certificates (DER) of the authorities whose timestamps count; a file that is none is passed over."""
    folder = node_settings().data / FOLDER
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    given = tuple(found for path in files for found in _certificate(path))
    return (*given, *_embedded_certificate())


def timestamp_checkpoints() -> int:
    """Have the newest checkpoint of each log timestamped where it has grown since; return how many were.

    Errors: ``trust.timestamp_unreachable``, ``trust.timestamp_refused``, ``trust.timestamp_untrusted`` where the
    authority's certificate is not among ``timestamper_certificates``. The next round tries again.
    """
    authority_at_hand = timestamper()
    if authority_at_hand is None:
        return 0
    return sum(_stamp(log, authority_at_hand) for log in (*appender().logs(), *gateway_logs()))


def with_timestamp(receipt: Receipt) -> Receipt:
    """The receipt under the first timestamped checkpoint that holds its entry; as it is where there is none yet."""
    if receipt.timestamp is not None:
        return receipt
    rows = CheckpointTimestamp.objects.filter(origin=receipt.origin, size__gt=receipt.index)
    row = rows.order_by("size").first()
    if row is None:
        return receipt
    stamped = StampedCheckpoint.read(bytes(row.checkpoint), bytes(row.token))
    try:
        return stamped_receipt(receipt, stamped, _public())
    except CodedError as error:
        # Tiles that cannot be read cost the better grade; the receipt that was given stays true.
        _LOG.error("tiles cannot be read", origin=receipt.origin, error=error.code)
        return receipt


def timestamp_delays() -> tuple[TimestampDelay, ...]:
    """The logs of which something is not timestamped yet, the longest waiting first."""
    found = (*map(_delay, appender().logs()), *map(_gateway_delay, gateway_logs()))
    return tuple(sorted((delay for delay in found if delay is not None), key=lambda delay: delay.since))


def clock_offset() -> timedelta | None:
    """This node's clock less the timestamping authority's, at the last timestamp; None before the first."""
    row = CheckpointTimestamp.objects.order_by("-stamped_at").first()
    if row is None:
        return None
    stamped = StampedCheckpoint.read(bytes(row.checkpoint), bytes(row.token))
    told = verify_timestamp(stamped.token, checkpoint_digest(stamped.checkpoint), timestamper_certificates())
    ours: datetime = row.stamped_at
    return ours - told


def _stamp(log: LogInfo, authority_at_hand: Timestamper) -> bool:
    checkpoint = public_checkpoint(_public(), log.origin)
    if checkpoint is None or checkpoint.size <= _stamped_size(log.origin):
        return False
    digest = checkpoint_digest(checkpoint)
    token = authority_at_hand.stamp(digest)
    bare = bare_token(token, digest, timestamper_certificates())
    keep_stamp(_public(), StampedCheckpoint(checkpoint, bare))
    facts = {"checkpoint": checkpoint.raw, "token": bare, "stamped_at": clock().now()}
    with transaction.atomic():
        CheckpointTimestamp.objects.get_or_create(origin=log.origin, size=checkpoint.size, defaults=facts)
    return True


def _delay(log: LogInfo) -> TimestampDelay | None:
    last = CheckpointTimestamp.objects.filter(origin=log.origin).order_by("size").last()
    stamped = last.size if last else 0
    if log.size <= stamped:
        return None
    later = Act.objects.filter(author=log.institution)
    if last:
        later = later.filter(created_at__gt=last.stamped_at)
    first = later.order_by("created_at").values_list("created_at", flat=True).first()
    at = last.stamped_at if last else None
    return TimestampDelay(log.origin, log.size - stamped, first or at or clock().now(), at)


def _gateway_delay(log: LogInfo) -> TimestampDelay | None:
    """The same of a log of the gateway: what waits is known by its id, which begins with its time."""
    stamped = _stamped_size(log.origin)
    if log.size <= stamped:
        return None
    last = CheckpointTimestamp.objects.filter(origin=log.origin).order_by("size").last()
    since = gateway_entry_time(log.origin, stamped) or clock().now()
    return TimestampDelay(log.origin, log.size - stamped, since, last.stamped_at if last else None)


def _stamped_size(origin: str) -> int:
    row = CheckpointTimestamp.objects.filter(origin=origin).order_by("size").last()
    return row.size if row else 0


def _public() -> Path:
    return node_settings().data / "public" / "log"


def _embedded() -> DemonstrationTimestamper:
    row = Institution.objects.first()
    assert row is not None
    found = authority(row.instance, row.since)
    assert isinstance(found, DemonstrationAuthority)
    return DemonstrationTimestamper.open(key_store(), node_settings().data / "keys", found, row.instance, clock())


def _embedded_certificate() -> tuple[bytes, ...]:
    settings = node_settings()
    if not settings.demonstration or not Institution.objects.exists():
        return ()
    path = settings.data / "keys" / "timestamper.der"
    return (path.read_bytes() if path.exists() else _embedded().certificate,)


def _certificate(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    if not data.startswith(b"-----"):
        yield data
        return
    try:
        yield ssl.PEM_cert_to_DER_cert(data.decode("ascii"))
    except ValueError:
        _LOG.error("not a certificate", path=str(path))
