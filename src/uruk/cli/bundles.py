"""What `uruk verify` says of the evidence of a message."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uruk.cli.output import say, say_json
from uruk.exchange.api import (
    BundleVerdict,
    DirectoryStore,
    Root,
    is_bundle,
    read_bundle,
    read_part,
    read_root,
    verify_bundle,
)
from uruk.kernel.api import CodedError, Text, error_sentence, local_digits, rfc3339
from uruk.trust.api import Remark, VerifiedReceipt

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
PLACES = {
    "request-sent": Text("الطالب: أُرسل الطلب", "داواکار: داواکارییەکە نێردرا", "asker: request sent"),
    "request-received": Text("المجيب: وصل الطلب", "وەڵامدەر: داواکارییەکە گەیشت", "answerer: request received"),
    "answer-sent": Text("المجيب: أُرسل الجواب", "وەڵامدەر: وەڵامەکە نێردرا", "answerer: answer sent"),
    "answer-received": Text("الطالب: وصل الجواب", "داواکار: وەڵامەکە گەیشت", "asker: answer received"),
}


def looks_like_bundle(path: Path) -> bool:
    """Whether a file may be the evidence of a message."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return is_bundle(file.read(8))


def judge_bundle(path: Path, root: str, directory: Path | None, at: datetime) -> BundleVerdict:
    """Judge the evidence in a file under the root that is trusted: a fingerprint, a file, or that of a directory."""
    return verify_bundle(read_bundle(path), _fingerprint(root, directory), at)


def tell_bundle(found: BundleVerdict, language: str, as_json: bool) -> int:
    """Say what was found; return the exit code."""
    sentence = error_sentence(found.code, language, found.values)
    if as_json:
        say_json(**_facts(found, sentence, language))
        return found.exit
    say(f"{sentence} ({found.code})")
    for place, one in found.receipts.items():
        _tell_place(PLACES[place].get(language), one, language)
    for place, seconds in found.forgotten.items():
        values = {"place": PLACES[place].get(language), "time": _moment(seconds)}
        say(f"  {error_sentence('cli.bundle_forgotten', language, values)}")
    if found.approved_by:
        values = {"institutions": "، ".join(found.approved_by) if language != "en" else ", ".join(found.approved_by)}
        say(f"  {error_sentence('cli.bundle_approved', language, values)}")
    for remark in found.remarks:
        say(f"  - {remark.sentence(language)}")
    return found.exit


def _tell_place(name: str, one: VerifiedReceipt, language: str) -> None:
    witnesses = local_digits(str(len(one.operators)), language)
    say(f"  {name}: {one.statement.author}, {_moment(one.statement.time)}")
    values = {"origin": one.origin, "number": one.index, "witnesses": witnesses}
    say(f"    {error_sentence('cli.receipt_place', language, values)}")


def _facts(found: BundleVerdict, sentence: str, language: str) -> dict[str, Any]:
    return {
        "exit": found.exit,
        "code": found.code,
        "sentence": sentence,
        "root": found.fingerprint,
        "consumer": found.consumer,
        "provider": found.provider,
        "receipts": {place: _receipt(one) for place, one in found.receipts.items()},
        "forgotten": dict(found.forgotten),
        "agreement_approved_by": list(found.approved_by),
        "directory_versions": list(found.went_by),
        "contents": list(found.contents),
        "remarks": [_remark(one, language) for one in found.remarks],
    }


def _receipt(one: VerifiedReceipt) -> dict[str, Any]:
    return {
        "author": one.statement.author,
        "time": _moment(one.statement.time),
        "log": one.origin,
        "index": one.index,
        "grade": one.grade,
        "operators": list(one.operators),
        "proved_at": rfc3339(one.proved_at) if one.proved_at else None,
    }


def _remark(one: Remark, language: str) -> dict[str, str]:
    return {"code": one.code, "sentence": one.sentence(language)}


def _fingerprint(root: str, directory: Path | None) -> str:
    if root and Path(root).is_file():
        return _read(Path(root)).fingerprint
    plain = root.lower().replace(":", "").replace(" ", "")
    if plain and not _FINGERPRINT.fullmatch(plain):
        raise CodedError("cli.fingerprint_malformed")
    return plain or (_pinned(directory) if directory is not None and directory.is_dir() else "")


def _read(path: Path) -> Root:
    return read_root(read_part(path.read_bytes()))


def _pinned(directory: Path) -> str:
    return DirectoryStore(directory).held().roots[0].fingerprint


def _moment(seconds: int) -> str:
    return rfc3339(datetime.fromtimestamp(seconds, UTC))
