"""This node's logs: the writer that serves them, and how new generations come to be listed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Min

from uruk.acts.keyring import make_key
from uruk.acts.keystore import key_store
from uruk.acts.models import Act, Institution, InstitutionKey
from uruk.acts.node import appender, clock, node_settings, use_appender
from uruk.definitions.api import read_yaml
from uruk.kernel.api import CodedError, country_folder
from uruk.trust.api import LogClient, LogInfo, LogNames, LogWriter, log_keys


def open_log_writer(instance: str) -> LogWriter:
    """Open this node's one log writer; ``trust.log_leased`` where another process has it."""
    settings = node_settings()
    folder = settings.data / "trust"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = LogNames(instance, settings.node)
    return LogWriter(folder, settings.data / "public" / "log", names, log_keys(key_store()), clock=clock())


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
        for log in appender().logs():
            if log.institution == institution:
                _list_log(log, oldest)


def is_listed(institution: str, origin: str) -> bool:
    """Whether the directory has this log among its institution's."""
    generation = origin.rpartition("/")[2]
    return InstitutionKey.objects.filter(institution=institution, use="log", number=int(generation)).exists()


def _list_log(log: LogInfo, oldest: datetime | None) -> None:
    row = InstitutionKey.objects.filter(institution=log.institution, use="log", number=log.generation).first()
    if row is None:
        opened = datetime.fromtimestamp(log.opened, UTC)
        row = make_key(log.institution, "log", log.generation, min(opened, oldest or opened))
    if log.closed is not None and row.retired_at is None:
        # Statements tell the time in whole seconds: what was said in the log's last second still counts.
        retired = datetime.fromtimestamp(log.closed + 1, UTC)
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
