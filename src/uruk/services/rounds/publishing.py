"""The public files of a round: its rows, the places that were passed on since, and the list of a service's rounds."""

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.db.models import Q

from uruk.acts.api import acknowledged, node_settings, receipt_of
from uruk.kernel.api import rfc3339
from uruk.services.domain.rounds.file import Head, Last, Passed, line
from uruk.services.models import Round, RoundPassing
from uruk.services.rounds.deciding import head_of, rows_of
from uruk.trust.api import sync_folder

FOLDER, PASSED = "rounds", ".passed.jsonl"


def publish_round(payload: dict[str, Any]) -> None:
    """After an act that decided a round, or passed on a place of it: write what is public; written again, the same."""
    act = payload["act"]
    row = Round.objects.filter(Q(decided_act=act) | Q(passings=act)).first()
    if row is None:
        return
    folder = node_settings().data / "public" / FOLDER / row.institution / row.service
    _write(folder / f"{row.pk}.jsonl", _lines(row, head_of(row)))
    _write(folder / f"{row.pk}{PASSED}", _passed(row))
    _write(folder / "index.json", [_index(row)])


def public_address(row: Round) -> str:
    """Where the file of a round lies below the node's own address."""
    return f"{FOLDER}/{row.institution}/{row.service}/{row.pk}.jsonl"


def round_files() -> Iterator[Path]:
    """The files of rounds that this node has published."""
    yield from sorted((node_settings().data / "public" / FOLDER).glob("*/*/*.jsonl"))


def _lines(row: Round, head: Head) -> Iterator[bytes]:
    receipt = receipt_of(row.decided_act)
    assert receipt is not None, "asked before"
    yield line(head)
    for one in rows_of(row, head):
        yield line(one)
    yield line(Last(receipt.to_json()))


def _passed(row: Round) -> Iterator[bytes]:
    for one in acknowledged(RoundPassing.objects.filter(round=row).order_by("at", "act_id")):
        receipt = receipt_of(one.act_id)
        assert receipt is not None, "it is acknowledged"
        yield line(Passed(receipt.to_json()))


def _index(row: Round) -> bytes:
    rounds = acknowledged(
        Round.objects.filter(institution=row.institution, service=row.service).order_by("closed_at", "id"),
        "decided_act",
    )
    facts = [
        {"call": one.call, "file": f"{one.pk}.jsonl", "closed": rfc3339(one.closed_at), **_counts(one)}
        for one in rounds
    ]
    return msgspec.json.encode({"uruk": "rounds/1", "rounds": facts})


def _counts(row: Round) -> dict[str, int]:
    head = head_of(row)
    return {"entries": head.entries, "places": head.places}


def _write(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file that is whole whenever anybody reads it, one line after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with part.open("wb") as file:
        for one in lines:
            file.write(one + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o644)
    part.replace(path)
    sync_folder(path.parent)
