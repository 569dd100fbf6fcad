"""Files to keep: never opened in the page's place, whatever is in them."""

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse

_BEGINNINGS = ((b"%PDF-", "pdf"), (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"PK\x03\x04", "zip"))


def download(data: bytes, kind: str = "application/octet-stream", name: str = "") -> HttpResponse:
    """A file to keep; without a name it is called what it seems to be, for how its writer called it is not kept."""
    answer = HttpResponse(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name or _name(data)}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def download_stream(pieces: Iterable[bytes], kind: str, name: str) -> StreamingHttpResponse:
    """A file to keep that is made while it is sent."""
    answer = StreamingHttpResponse(pieces, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _name(data: bytes) -> str:
    ending = next((name for start, name in _BEGINNINGS if data.startswith(start)), "bin")
    return f"file.{ending}"
