"""Witnesses: our logs before those of others, the others' before ours, and receipts that say so.

Nothing waits for a witness. Ten minutes without one are an alarm; after a day the gateway takes no more messages.
"""

from functools import lru_cache
from pathlib import Path

import structlog

from uruk.acts.country import country_directory, directory_store
from uruk.acts.keystore import key_store
from uruk.acts.logs import gateway_logs, instance_code
from uruk.acts.models import CheckpointTimestamp
from uruk.acts.node import appender, clock, node_settings
from uruk.acts.timestamping import with_timestamp
from uruk.exchange.api import (
    ConsistencyCheck,
    CosignedStore,
    Cosigner,
    CountryDirectory,
    Submitter,
    WitnessAnswer,
    WitnessDelay,
    open_cosigner,
    witnesses_for,
)
from uruk.kernel.api import CodedError
from uruk.trust.api import (
    Break,
    Checkpoint,
    FolderFiles,
    LogInfo,
    PublicLog,
    Receipt,
    Witness,
    cosigned_only_by,
    public_checkpoint,
)

_LOG = structlog.get_logger("uruk.acts")


def witness_key() -> str:
    """This node's key as a witness (C2SP verifier key), made where there is none: what a joining node tells."""
    return str(cosigner().key)


def cosigner() -> Cosigner:
    """This node as a witness of the logs that the directory assigns to it."""
    settings = node_settings()
    return _cosigner(settings.data, settings.node, instance_code())


def node_logs() -> tuple[LogInfo, ...]:
    """Every log of this node: those of its acts, and the gateway's as they were last settled."""
    return (*appender().logs(), *gateway_logs())


def witness_checkpoints() -> int:
    """Send the newest checkpoint of each of our logs to its witnesses; return how many logs were cosigned anew."""
    directory = country_directory()
    if directory is None:
        return 0
    settings, logs = node_settings(), node_logs()
    submitter = Submitter(_folder(), _public(), settings.node, clock())
    done = submitter.submit(directory, [log.origin for log in logs])
    _close_behind(logs, directory)
    return done


def compare_others() -> int:
    """Look whether the logs of others, as we know them, have one history; return how many showed two."""
    directory = country_directory()
    if directory is None:
        return 0
    return ConsistencyCheck(_folder(), node_settings().node).look(directory)


def witness_delays() -> tuple[WitnessDelay, ...]:
    """The logs of which something waits for a witness, the longest waiting first."""
    return CosignedStore(_folder()).delays()


def witness_answers() -> tuple[WitnessAnswer, ...]:
    """What each witness said last of each of our logs."""
    return CosignedStore(_folder()).answers()


def break_seen_by_others(log: LogInfo) -> Break | None:
    """Why a log was closed while its writer ran: a witness saw more of it, or two histories of it are proved."""
    if log.closed is None:
        return None
    own = public_checkpoint(_public(), log.origin)
    behind = next((one for one in witness_answers() if one.origin == log.origin and one.is_behind), None)
    if own is not None and behind is not None:
        return Break(log.origin, "behind", own.size, own.root, behind.size, None)
    directory = country_directory()
    if own is not None and directory is not None and directory.is_quarantined(log.origin):
        return Break(log.origin, "forked", own.size, own.root, None, None)
    return None


def known_witnesses(institution: str) -> tuple[Witness, ...]:
    """Whose cosignatures count under the receipts of an institution, by the country's directory."""
    directory = country_directory()
    members = directory.members.values() if directory is not None else ()
    address = next((str(one.member) for one in members if one.code == institution), None)
    return witnesses_for(directory, address) if directory is not None and address else ()


def with_proofs(receipt: Receipt) -> Receipt:
    """The receipt in its best grade: witnessed, and timestamped where that same checkpoint was; else timestamped."""
    found = CosignedStore(_folder()).first(receipt.origin, receipt.index)
    known = None if found is None else _by_known(found)
    if known is None:
        return with_timestamp(receipt)
    row = CheckpointTimestamp.objects.filter(origin=known.origin, size=known.size).first()
    try:
        log = PublicLog(FolderFiles(_public()), known.origin)
        return log.receipt_under(receipt, known, bytes(row.token) if row else None)
    except CodedError as error:
        # Tiles that cannot be read cost the better grade; the receipt that was given stays true.
        _LOG.error("tiles cannot be read", origin=receipt.origin, error=error.code)
        return receipt


def _by_known(found: Checkpoint) -> Checkpoint | None:
    """The checkpoint with those cosignatures only that today's directory knows; None where there are none left."""
    known = {(one.key.name, one.key.key_id) for one in known_witnesses(found.origin.split("/")[1])}
    kept = cosigned_only_by(found, known)
    return kept if len(kept.note.signatures) > 1 else None


def _close_behind(logs: tuple[LogInfo, ...], directory: CountryDirectory) -> None:
    """A log of which a witness saw more than is here, or that showed two histories, is not continued."""
    behind = {answer.origin for answer in witness_answers() if answer.is_behind}
    for log in logs:
        if log.closed is None and (log.origin in behind or directory.is_quarantined(log.origin)):
            _LOG.error("a log is behind what others saw of it", origin=log.origin)
            if log.origin.split("/")[3] == "0":
                appender().renew(log.institution)


def _folder() -> Path:
    return node_settings().data / "witness"


def _public() -> Path:
    return node_settings().data / "public" / "log"


@lru_cache(maxsize=4)
def _cosigner(data: Path, node: str, instance: str) -> Cosigner:
    return open_cosigner(data / "witness", key_store(), instance, node, _current)


def _current() -> CountryDirectory:
    return directory_store().current()
