"""The gateway's snapshot: all that it must know of this node's institutions, compiled to one file.

`publishing` writes it when something changes; the gateway holds it in memory and takes up a new one without dropping
a request. Nothing in it is secret. What it says of other institutions stands in the country directory.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from uruk.kernel.api import CodedError

VERSION = "snapshot/1"
NAME = "snapshot.json"
DEFAULT_BODY_LIMIT_BYTES = 10 << 20

Where = Literal["path", "query", "request", "answer"]
Protection = Literal["none", "tls", "mutual"]


class Names(msgspec.Struct, frozen=True):
    """A name in three languages."""

    ar: str
    ckb: str
    en: str | None = None


class SubjectRule(msgspec.Struct, frozen=True):
    """Where the subjects of an endpoint stand.

    `where` "path": `at` is the number of a path segment after the service code, from 0; "query": the name of a
    parameter; "request" and "answer": a JSON pointer into that body, in which `*` stands for each member of an array.
    """

    where: Where
    at: str


class Endpoint(msgspec.Struct, frozen=True):
    """What may be called: a method or `*`, and a path glob (`*` within a segment, `**` anything).

    `idempotent`: a request that may have reached the provider may be forwarded again. `subjects` is empty only where
    the endpoint holds no personal data. `fields`: JSON pointers that may come back (`*` for members of arrays), or
    None where everything may ("fields: all", approved as such).
    """

    method: str
    path: str
    idempotent: bool = False
    personal: bool = False
    subjects: tuple[SubjectRule, ...] = ()
    fields: tuple[str, ...] | None = None


class Limits(msgspec.Struct, frozen=True):
    """How many requests a consumer may make; 0: no limit."""

    per_minute: int = 0
    per_day: int = 0


class Agreement(msgspec.Struct, frozen=True):
    """An agreement in force: both institutions approved it. Times are Unix seconds, `until` excluded.

    `digest` (hex) is that of the definition's closure. `demands` names the headers that a request must bring
    ("purpose", "legal-basis", "subject"). `keep_days`: how long evidence is kept. `hidden_until`: until when its
    subjects do not see that their data was read (0: at once), which `hidden_law` allows.
    """

    digest: str
    code: str
    consumer: str
    service: str
    endpoints: tuple[Endpoint, ...]
    purpose: Names
    law: str
    valid_from: int
    valid_until: int
    body_limit_bytes: int = DEFAULT_BODY_LIMIT_BYTES
    limits: Limits = Limits()
    demands: tuple[str, ...] = ()
    keep_days: int = 365
    hidden_until: int = 0
    hidden_law: str = ""


class Offer(msgspec.Struct, frozen=True):
    """What a subsystem answers under one service code; `openapi` is its OpenAPI document (JSON text), if it has one."""

    code: str
    names: Names
    endpoints: tuple[Endpoint, ...]
    openapi: str | None = None


class System(msgspec.Struct, frozen=True):
    """A hosted subsystem: how its information system proves to be it, and where it is reached.

    `protection`: "mutual" wants one of `certificates` (SHA-256 of the DER, hex); "tls" any caller over TLS; "none" any
    caller on loopback; the last two only on a node with one institution. `trusted`: those certificates, PEM.
    `url`: where requests are forwarded (empty: nowhere); `ca`: PEM that this address must be certified by (empty: the
    system's own authorities). `enabled` false: requests are answered with `disabled_notice`.
    """

    code: str
    names: Names
    protection: Protection = "mutual"
    certificates: tuple[str, ...] = ()
    trusted: str = ""
    url: str = ""
    ca: str = ""
    timeout_s: int = 30
    enabled: bool = True
    disabled_notice: str = ""
    offers: tuple[Offer, ...] = ()


class HostedMember(msgspec.Struct, frozen=True):
    """An institution of this node: its address `instance/class/code`, and its subsystems.

    `generation`: the one that its log here must have reached; a log of an earlier one is closed. `persons`: the address
    at which this node answers a person what the institution knows about them; empty where it keeps no personal data.
    """

    institution: str
    address: str
    names: Names
    systems: tuple[System, ...] = ()
    generation: int = 1
    persons: str = ""


class Snapshot(msgspec.Struct, frozen=True):
    """Everything. `agreements` are those in force in which one of the members provides or consumes."""

    instance: str
    node: str
    made_at: int
    members: tuple[HostedMember, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    uruk: str = VERSION

    def member_of(self, address: str) -> HostedMember | None:
        """The hosted member that an address (of a member, subsystem or service) belongs to, or None."""
        member = "/".join(address.split("/", 3)[:3])
        return next((one for one in self.members if one.address == member), None)


def names_of(texts: Mapping[str, str]) -> Names:
    """Names from a mapping of languages."""
    return Names(texts["ar"], texts["ckb"], texts.get("en"))


def write_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Write the snapshot whole or not at all; the gateway notices the new file. Return its path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / NAME
    part = folder / f".{NAME}.{secrets.token_hex(4)}"
    with part.open("wb") as file:
        file.write(msgspec.json.encode(snapshot))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def read_snapshot(folder: Path) -> Snapshot:
    """Read it; `exchange.snapshot_missing`, `exchange.snapshot_malformed`."""
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Snapshot)
    except FileNotFoundError:
        raise CodedError("exchange.snapshot_missing", path=str(folder / NAME)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CodedError("exchange.snapshot_malformed", reason=str(error)[:200]) from None
    if found.uruk != VERSION:
        raise CodedError("exchange.snapshot_malformed", reason=found.uruk[:40])
    return found
