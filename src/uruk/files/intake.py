"""Foreign PDFs are read in a child process with limits on memory, processor time and waiting."""

import os
import subprocess  # the child is our own module, its input goes through a pipe
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import uruk
from uruk.files.facts import PdfFacts
from uruk.kernel.api import CodedError
from uruk.trust.api import PdfEvidence, PdfSignature, cbor

Task = Literal["inspect", "examine"]
SOURCE = Path(uruk.__file__).resolve().parents[1]
_CHILDREN = threading.BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one foreign PDF may cost: bytes, pages, the child's memory, its processor time, and the wait for it."""

    max_bytes: int = 10 << 20
    max_pages: int = 200
    memory_bytes: int = 1 << 30
    cpu_s: int = 10
    wait_s: float = 30


DEFAULT_LIMITS = Limits()


def intake_pdf(data: bytes, limits: Limits = DEFAULT_LIMITS) -> PdfFacts:
    """Let a foreign PDF in, or say why not.

    Errors: ``files.pdf_too_large``, ``…_not_a_pdf``, ``…_encrypted``, ``…_broken``, ``…_active`` (scripts and actions),
    ``…_attachments``, ``…_too_many_pages``, ``…_too_complex`` (a limit was reached); ``files.busy``.
    """
    return PdfFacts(**_in_child("inspect", data, limits))


def examine_upload(data: bytes, limits: Limits = DEFAULT_LIMITS) -> PdfEvidence:
    """Read what an uploaded PDF shows about itself (see ``trust.examine_pdf``), in the child process.

    Errors: ``files.pdf_too_large``, ``files.pdf_too_complex``, ``files.busy``, ``trust.pdf_unreadable``,
    ``trust.pdf_encrypted``.
    """
    found = _in_child("examine", data, limits)
    signatures = tuple(PdfSignature(**signature) for signature in found.pop("signatures"))
    return PdfEvidence(signatures=signatures, **found)


def _in_child(task: Task, data: bytes, limits: Limits) -> dict[str, Any]:
    if len(data) > limits.max_bytes:
        raise CodedError("files.pdf_too_large", maximum=limits.max_bytes >> 20)
    if not _CHILDREN.acquire(timeout=limits.wait_s):
        raise CodedError("files.busy")
    try:
        output = _run(task, data, limits)
    finally:
        _CHILDREN.release()
    answer = cbor.decode(output, max_bytes=len(output))
    if "error" in answer:
        raise CodedError(answer["error"], **answer["values"])
    found: dict[str, Any] = answer["found"]
    return found


def _run(task: Task, data: bytes, limits: Limits) -> bytes:
    numbers = [str(n) for n in (limits.memory_bytes, limits.cpu_s, limits.max_pages)]
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "uruk.files.child", task, *numbers],
            input=data,
            capture_output=True,
            timeout=limits.wait_s,
            check=True,
            env={"PYTHONPATH": str(SOURCE), "PATH": os.defpath},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise CodedError("files.pdf_too_complex") from error
    return done.stdout
