"""Harnesses of what witnesses and holders of evidence read: submissions, cosignatures, forks, bundles."""

import json
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from tests.fuzz import logs
from tests.fuzz.harness import Harness
from uruk.exchange.api import Bundle, read_bundle, write_bundle
from uruk.exchange.evidence import bundle as bundles
from uruk.exchange.messages.statements import new_request
from uruk.exchange.witness.submission import parse_submission, write_submission
from uruk.trust.api import Fork, MemorySigner, WitnessKey, cosign, cosigned_at, parse_checkpoint, strict_json
from uruk.trust.log.checkpoint import checkpoint_text
from uruk.trust.log.note import NoteKey, sign_note

WITNESS = MemorySigner.generate("ed25519")
NAME = "iq/health/witness/1"
KEY = NoteKey(logs.ORIGIN, logs.LOG.public_key)


def check_submission(data: bytes) -> None:
    found = parse_submission(data)
    assert write_submission(found.old, found.proof, found.checkpoint.raw) == data


def check_cosigned(data: bytes) -> None:
    found = parse_checkpoint(data)
    if cosigned_at(found.note, WitnessKey(NAME, WITNESS.public_key)) is not None:
        assert found.note.text == parse_checkpoint(logs.checkpoint()).note.text, "a forged cosignature"


def check_fork(data: bytes) -> None:
    found = Fork.from_map(strict_json.load(data))
    assert Fork.from_map(found.to_map()) == Fork(*map(_bare, (found.older, found.newer)), found.path)
    if found.proved_by(KEY):
        assert found == fork(), "forged evidence"


def _bare(checkpoint):
    return parse_checkpoint(checkpoint.own)


def check_bundle(data: bytes) -> None:
    """The bytes are those of bundle.json beside good parts, or a ZIP as a whole."""
    path = Path(tempfile.mkdtemp()) / "b"
    try:
        if data.startswith(b"PK"):
            path.write_bytes(data)
        else:
            with ZipFile(path, "w") as archive:
                archive.writestr(ZipInfo("bundle.json"), data)
        found = read_bundle(path)
        assert bundles.canonical(bundles._contents(found)) == data or data.startswith(b"PK")
    finally:
        path.unlink(missing_ok=True)
        path.parent.rmdir()


@cache
def fork() -> Fork:
    one, other = (
        parse_checkpoint(sign_note(checkpoint_text(logs.ORIGIN, 5, bytes([root]) * 32), logs.ORIGIN, logs.LOG))
        for root in (1, 2)
    )
    return Fork(one, other)


@cache
def cosigned() -> bytes:
    checkpoint = parse_checkpoint(logs.checkpoint())
    return logs.checkpoint() + cosign(checkpoint, NAME, WITNESS, 1_790_000_000).encode()


@cache
def bundle() -> Bundle:
    return Bundle(new_request(), "iq", 3)


def zipped() -> bytes:
    path = Path(tempfile.mkdtemp()) / "b"
    write_bundle(path, bundle())
    data = path.read_bytes()
    path.unlink()
    path.parent.rmdir()
    assert ZipFile(BytesIO(data)).namelist() == ["bundle.json"]
    return data


HARNESSES = (
    Harness(
        "witness_submission",
        lambda: [write_submission(3, [bytes(32)] * 2, logs.checkpoint()), write_submission(0, [], logs.checkpoint())],
        check_submission,
    ),
    Harness("witness_cosigned", lambda: [cosigned()], check_cosigned),
    Harness("witness_fork", lambda: [json.dumps(fork().to_map()).encode()], check_fork),
    Harness("evidence_bundle", lambda: [bundles.canonical(bundles._contents(bundle())), zipped()], check_bundle),
)
