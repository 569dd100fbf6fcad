"""What can be said of a node from its settings, its disk, its log and its public files, without its tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from uruk.cli.disk import NO_NEW_ACTS_PERCENT, NO_NEW_BODIES_PERCENT, measure
from uruk.cli.gateway_health import gateway_health
from uruk.cli.keys import exported, read_directory
from uruk.cli.logs import age_s, settled_logs
from uruk.kernel.api import CodedError, Settings, error_sentence, rfc3339, unknown_settings
from uruk.trust.api import Break, LogClient, read_status_list

FEW_DAYS = 30
KEYS_LATE = timedelta(days=2)
LIST_ENDS_SOON = timedelta(days=1)
State = Literal["well", "note", "person"]


@dataclass(frozen=True)
class Patient:
    """The node that is examined, at a moment."""

    settings: Settings
    environ: Mapping[str, str]
    at: datetime

    @classmethod
    def of(cls, settings: Settings, environ: Mapping[str, str]) -> "Patient":
        """The node of these settings, now."""
        return cls(settings, environ, datetime.now(UTC))

    @property
    def data(self) -> Path:
        """The node's folder."""
        return self.settings.data.absolute()


@dataclass(frozen=True)
class Finding:
    """One thing found: ``well``, a ``note`` to know, or what needs a ``person``."""

    part: str
    state: State
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """The finding in the reader's language."""
        return error_sentence(self.code, lang, self.values)

    @classmethod
    def of(cls, part: str, error: CodedError) -> "Finding":
        """The finding that something could not even be examined."""
        return cls(part, "person", error.code, error.values)


@dataclass(frozen=True)
class Told(Finding):
    """A finding that somebody else has put into words already."""

    told: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """The finding in the reader's language."""
        return self.told[lang]


def examine_settings(patient: Patient) -> Iterator[Finding]:
    """Misspelt settings, and those that a node in production must have."""
    unknown = unknown_settings(patient.environ)
    for name in unknown:
        yield Finding("settings", "person", "cli.setting_unknown", {"name": name})
    if not unknown:
        yield Finding("settings", "well", "cli.settings_well")
    settings = patient.settings
    if settings.demonstration:
        yield Finding("settings", "note", "cli.mode_demonstration")
    elif not settings.key_passphrase:
        yield Finding("settings", "person", "cli.passphrase_unset")
    if not settings.demonstration and settings.public_url.startswith("http://"):
        yield Finding("settings", "person", "cli.public_url_plain", {"url": settings.public_url})


def examine_disk(patient: Patient) -> Iterator[Finding]:
    """How full the disk is; below 10 % no new files are taken, below 5 % no new acts."""
    if not patient.data.is_dir():
        raise CodedError("cli.data_missing", path=str(patient.data))
    disk = measure(patient.data, age_s(settled_logs(patient.data)))
    values = {"percent": disk.free_percent, "days": disk.days_left}
    if disk.free_percent < NO_NEW_ACTS_PERCENT:
        yield Finding("disk", "person", "cli.disk_no_acts", values)
    elif disk.free_percent < NO_NEW_BODIES_PERCENT:
        yield Finding("disk", "person", "cli.disk_no_bodies", values)
    else:
        yield Finding("disk", "person" if disk.days_left < FEW_DAYS else "well", "cli.disk_left", values)


def examine_folder(patient: Patient) -> Iterator[Finding]:
    """Whether only the server's own user may look into the data folder: rows and files of people lie there."""
    if not patient.data.is_dir():
        return
    mode = patient.data.stat().st_mode & 0o777
    values = {"path": str(patient.data), "mode": f"{mode:03o}"}
    if mode & 0o077:
        state: State = "note" if patient.settings.demonstration else "person"
        yield Finding("folder", state, "cli.folder_open", values)
    else:
        yield Finding("folder", "well", "cli.folder_closed", values)


def examine_log(patient: Patient) -> Iterator[Finding]:
    """Whether the log writer answers, and what was ever lost of a log."""
    client = LogClient(patient.data / "log.sock", timeout_s=5, patience_s=0)
    try:
        logs, problems = client.logs(), client.problems()
    except CodedError:
        yield Finding("log", "person", "cli.log_silent")
        logs = tuple(settled_logs(patient.data))
    else:
        yield Finding("log", "well", "cli.log_answers", {"count": sum(log.closed is None for log in logs)})
        yield from (Finding.of("log", problem) for problem in problems)
    finally:
        client.close()
    for log in logs:
        if log.broken is not None:
            yield _broken(log.broken)


def examine_gateway(patient: Patient) -> Iterator[Finding]:
    """Whether the gateway answers, where this node has one, and what it says is wrong."""
    if not (patient.data / "gateway" / "snapshot.json").is_file():
        return
    health = gateway_health(patient.data)
    if health is None:
        yield Finding("gateway", "person", "cli.gateway_silent")
        return
    yield Finding("gateway", "well", "cli.gateway_answers", {"status": health["status"]})
    for problem in health["problems"]:
        # A node that has joined no country carries no messages, and need not.
        grave = problem["fatal"] and problem["code"] != "exchange.directory_missing"
        yield Told("gateway", "person" if grave else "note", problem["code"], told=problem["message"])


def examine_public_files(patient: Patient) -> Iterator[Finding]:
    """Whether keys.json is published daily, and each status list is there and good for longer than a day."""
    public = patient.data / "public"
    directory = read_directory(public)
    late = patient.at - directory.published > KEYS_LATE
    values = {"published": rfc3339(directory.published)}
    yield Finding("public files", "person" if late else "well", "cli.keys_late" if late else "cli.keys_fresh", values)
    paths = {path for entry in directory.institutions.values() for path in entry.status_lists.values()}
    there = {path.relative_to(public).as_posix(): path for path in exported(public)[1:]}
    for path in sorted(paths - set(there)):
        yield Finding("public files", "person", "cli.list_missing", {"path": path})
    for path in sorted(paths & set(there)):
        found = read_status_list(there[path].read_bytes(), directory)
        ends = {"path": path, "until": rfc3339(found.expires)}
        if found.expires - patient.at < LIST_ENDS_SOON:
            yield Finding("public files", "person", "cli.list_ends", ends)
        else:
            yield Finding("public files", "well", "cli.list_good", ends)


def _broken(broken: Break) -> Finding:
    """A note, not an alarm: the writer has already opened the next log; whoever holds receipts can send them back."""
    if broken.known_size is None:
        return Finding("log", "note", "cli.doctor_lost_unknown", {"origin": broken.origin, "size": broken.size})
    lost = max(broken.known_size - broken.size, 0)
    return Finding("log", "note", "cli.doctor_lost", {"origin": broken.origin, "count": lost, "size": broken.size})
