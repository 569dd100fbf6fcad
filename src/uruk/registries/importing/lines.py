"""Files as lines from any place in them, each bounded; and JSON that says each thing once, in whole numbers."""

from collections.abc import Iterator
from typing import IO, Any

from uruk.kernel.api import CodedError, load_whole_json

MAX_LINE = 1 << 20
_BOM = b"\xef\xbb\xbf"


class Lines:
    """The lines of a file as text, from a place in it; `at` is the place after the last one given."""

    def __init__(self, file: IO[bytes], at: int = 0) -> None:
        self._file, self.at = file, at
        self.given = 0
        file.seek(at)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line. Errors: ``registries.import_not_utf8``, ``registries.import_line_too_long``."""
        line = self._file.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        if len(line) > MAX_LINE:
            raise CodedError("registries.import_line_too_long", line=self.given + 1, maximum=MAX_LINE >> 20)
        if self.at == 0:
            line, self.at = line.removeprefix(_BOM), len(_BOM) if line.startswith(_BOM) else 0
        self.at += len(line)
        self.given += 1
        try:
            return line.decode()
        except UnicodeDecodeError:
            raise CodedError("registries.import_not_utf8", line=self.given) from None


def json_object(line: str) -> dict[str, Any] | None:
    """The object on a line; None where it is none, names a key twice, or holds a fraction."""
    found = _loaded(line)
    return found if isinstance(found, dict) else None


def json_value(cell: str) -> Any:
    """What a cell of JSON holds; where it is none, the text itself."""
    found = _loaded(cell)
    return cell if found is None else found


def _loaded(text: str) -> Any:
    try:
        return load_whole_json(text)
    except (ValueError, RecursionError):
        return None
