"""Rendering with Typst: one compiler for the process, since starting one costs more than a page."""

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, cast

import typst

from uruk.kernel.api import CodedError
from uruk.trust.api import Attachment

_ROOM = files("uruk.documents")
MIN_STRIP_WIDTH_PT = 425  # 150 mm: the strip's lines fit; on a narrower page it is scaled down


class _Renderer:
    """A compiler with the bundled fonts only, so that the same proposal gives the same page on every machine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compiler: typst.Compiler | None = None

    def compile(self, template: bytes, data: Mapping[str, Any], at: datetime, standards: list[Any]) -> bytes:
        """A PDF from a template and its ``doc``; a template that fails raises ``documents.template_failed``."""
        inputs = {"document": json.dumps(data, ensure_ascii=False, separators=(",", ":"))}
        with self._lock:
            try:
                found = self._open().compile(
                    input=template,
                    format="pdf",
                    sys_inputs=inputs,
                    pdf_standards=standards,
                    timestamp=int(at.timestamp()),
                )
            except RuntimeError as error:  # TypstError, or what Typst says of bytes that are no text
                raise CodedError("documents.template_failed", reason=str(error)[:300]) from error
        return cast(bytes, found)

    def _open(self) -> typst.Compiler:
        if self._compiler is None:
            folder = _folder()
            fonts = [str(folder / "fonts")]
            self._compiler = typst.Compiler(root=str(folder / "typst"), font_paths=fonts, ignore_system_fonts=True)
        return self._compiler


_RENDERER = _Renderer()


def render_paper(
    template: bytes,
    data: Mapping[str, Any],
    at: datetime,
    attachments: Mapping[str, Attachment] | None = None,
) -> bytes:
    """Render a type's ``document.typ`` as PDF/A-3b with the attachments inside.

    For a type that seals, that is the cover page of a letter to which nothing can be added.

    ``data`` is that of ``domain.paper`` with ``qr`` (SVG) and ``qr_url`` added; ``at`` becomes the creation date.
    """
    files_inside = [_attached(name, attachment) for name, attachment in (attachments or {}).items()]
    return _RENDERER.compile(template, {**data, "attachments": files_inside}, at, ["a-3b"])


def render_strip(data: Mapping[str, Any], at: datetime, page_width: int) -> bytes:
    """Render the strip for a page of this width in points, as a one-page PDF."""
    width = max(page_width, MIN_STRIP_WIDTH_PT)
    return _RENDERER.compile(
        (_ROOM / "typst" / "strip.typ").read_bytes(), {**data, "width": width, "attachments": []}, at, []
    )


def typeset(source: bytes, at: datetime) -> bytes:
    """A plain PDF from a text in Typst with the bundled fonts; ``documents.template_failed`` where it is none."""
    return _RENDERER.compile(source, {}, at, [])


def _attached(name: str, attachment: Attachment) -> dict[str, Any]:
    # Typst takes bytes as numbers; what is attached this way is small.
    return {
        "name": name,
        "data": list(attachment.data),
        "type": attachment.media_type,
        "relationship": attachment.relationship.lower(),
    }


def _folder() -> Path:
    with as_file(_ROOM) as folder:
        return folder
