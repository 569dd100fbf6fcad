"""This node's logs: the writer that serves them, and how new generations come to be listed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from uruk.acts.country import country_directory
from uruk.acts.keyring import SHARD_USES, make_first_key, make_key
from uruk.acts.keystore import key_store
from uruk.acts.models import Act, Institution, InstitutionKey
from uruk.acts.node import appender, clock, node_settings, use_appender
from uruk.acts.statements import find_row
from uruk.definitions.api import read_yaml
from uruk.exchange.api import latest_known
from uruk.kernel.api import CodedError, country_folder, id_unix_ms
from uruk.trust.api import LogClient, LogInfo, LogNames, LogReader, LogWriter, log_keys

# A message's time may lie that far before its log's: the exchange takes no older one.
_MESSAGE_TOLERANCE = timedelta(minutes=1)


def open_log_writer(instance: str) -> LogWriter:
    """Open this node's one log writer; ``trust.log_leased`` where another process has it."""
    settings = node_settings()
    folder = settings.data / "trust"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = LogNames(instance, settings.node)
    latest = latest_known(settings.data, folder / "known", settings.known, settings.node, country_directory())
    public = settings.data / "public" / "log"
    keys = log_keys(key_store())
    return LogWriter(
        folder, public, names, keys, clock=clock(), latest=latest, announced=country_directory() is not None
    )


def log_answers() -> bool:
    """Whether the node's log writer runs and answers at its socket; a socket that a crash left behind does not."""
    client = LogClient(node_settings().data / "log.sock")
    try:
        client.logs()
    except CodedError:
        return False
    finally:
        client.close()
    return True


@contextmanager
def log_at_hand(instance: str) -> Iterator[None]:
    """Act with the node's log whether or not its server runs: by its socket, or as the writer for the time being."""
    if log_answers():
        yield
        return
    writer = open_log_writer(instance)
    before = use_appender(writer)
    try:
        yield
    finally:
        use_appender(before)
        writer.close()


def list_logs(institution: str) -> None:
    """List every log of the institution that the writer has opened since, and retire those it closed.

    A generation counts from before the oldest act that is still pending: that act may be the first it takes.
    """
    oldest = Act.objects.filter(author=institution, receipt__isnull=True).aggregate(at=Min("created_at"))["at"]
    with transaction.atomic():
        logs = [log for log in appender().logs() if log.institution == institution]
        for log in logs:
            _list_log(log, oldest)
        _end_passed_over(logs)


def list_gateway_logs() -> int:
    """List every log that the gateway has opened since, retire those it closed; return how many keys changed.

    Read from what the gateway has settled, whether it runs or not. An institution that came before the gateway gets
    its first key there. A new generation needs the identity key: away, ``trust.key_missing`` when all else is listed.
    """
    before, logs = _gateway_keys(), gateway_logs()
    hosted = Institution.objects.order_by("code").values_list("code", flat=True)
    failed = [error for code in hosted if (error := _list_gateway_logs(code, logs)) is not None]
    if failed:
        raise failed[0]
    return len(_gateway_keys() - before)


def _list_gateway_logs(institution: str, logs: tuple[LogInfo, ...]) -> CodedError | None:
    """List an institution's logs; why that cannot be now, for it keeps no other institution of the node waiting."""
    own = [log for log in logs if log.institution == institution]
    try:
        make_first_key(institution, "gateway")
        with transaction.atomic():
            for log in own:
                _list_log(log, datetime.fromtimestamp(log.opened, UTC) - _MESSAGE_TOLERANCE)
            _end_passed_over(own)
    except CodedError as error:
        return error
    return None


def gateway_logs() -> tuple[LogInfo, ...]:
    """The gateway's logs as they were last settled, oldest first; none where it has never run."""
    data = node_settings().data
    if not (data / "gateway" / "trust" / "contents.db").is_file():
        return ()
    reader = LogReader(data / "gateway" / "trust", data / "public" / "log")
    try:
        return tuple(reader.logs())
    finally:
        reader.close()


def gateway_entry_time(origin: str, index: int) -> datetime | None:
    """When an entry of one of the gateway's logs was made, by the time in its act's id; None where there is none."""
    data = node_settings().data
    reader = LogReader(data / "gateway" / "trust", data / "public" / "log")
    try:
        content = reader.content(origin, index)
    finally:
        reader.close()
    return None if content is None else datetime.fromtimestamp(id_unix_ms(UUID(bytes=content.act)) / 1000, UTC)


def _gateway_keys() -> set[tuple[str, datetime | None]]:
    return set(InstitutionKey.objects.filter(use="gateway").values_list("name", "retired_at"))


def is_listed(institution: str, origin: str) -> bool:
    """Whether the directory has this log among its institution's."""
    generation = int(origin.rpartition("/")[2])
    sql = "SELECT 1 FROM acts_institutionkey WHERE institution = %s AND use = 'log' AND number = %s"
    return find_row(sql, institution, generation) is not None


def _list_log(log: LogInfo, oldest: datetime | None) -> None:
    use = SHARD_USES[int(log.origin.split("/")[3])]
    row = InstitutionKey.objects.filter(institution=log.institution, use=use, number=log.generation).first()
    if row is None:
        opened = datetime.fromtimestamp(log.opened, UTC)
        row = make_key(log.institution, use, log.generation, min(opened, oldest or opened))
    if log.closed is not None and row.retired_at is None:
        # Statements tell the time in whole seconds: what was said in the log's last second still counts.
        retired = datetime.fromtimestamp(log.closed + 1, UTC)
        InstitutionKey.objects.filter(pk=row.pk).update(retired_at=retired)


def _end_passed_over(logs: list[LogInfo]) -> None:
    """Retire keys that were announced for logs that never came: a later one was opened instead."""
    there = {(log.institution, log.generation) for log in logs}
    for log in logs:
        use = SHARD_USES[int(log.origin.split("/")[3])]
        earlier = InstitutionKey.objects.filter(institution=log.institution, use=use, number__lt=log.generation)
        for row in earlier.filter(retired_at__isnull=True):
            if (row.institution, row.number) not in there:
                retired = datetime.fromtimestamp(log.opened, UTC)
                InstitutionKey.objects.filter(pk=row.pk).update(retired_at=retired)


def instance_code() -> str:
    """The instance this node belongs to: the first part of every log's name.

    From the institutions it hosts; a node that hosts none yet takes it from its country's folder.
    """
    row = Institution.objects.first()
    if row is not None:
        return row.instance
    path = country_folder(node_settings().country) / "country.yaml"
    node, _ = read_yaml(path.read_bytes(), path.name)
    said = node.plain() if node is not None else None
    code = said.get("code") if isinstance(said, dict) else None
    if not isinstance(code, str):
        raise CodedError("acts.country_without_code")
    return code
