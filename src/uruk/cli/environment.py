"""A node's settings in a file: one NAME=value a line, as systemd reads it (EnvironmentFile)."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from uruk.kernel.api import CodedError
from uruk.trust.api import write_new

NAME = "uruk.env"
_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")


def read_environment(path: Path) -> dict[str, str]:
    """Read the file, or a node folder's; ``cli.file_missing``, and ``cli.settings_line`` for a line that is none."""
    path = path / NAME if path.is_dir() else path
    if not path.is_file():
        raise CodedError("cli.file_missing", path=str(path))
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise CodedError("cli.settings_line", path=str(path), line=number)
        found[match[1]] = _unquoted(match[2])
    return found


def take_environment(path: Path) -> None:
    """Let the settings of the file be those of this process; they come before what the shell says."""
    os.environ.update(read_environment(path))


def write_environment(path: Path, values: Mapping[str, str]) -> None:
    """Write a new file that only its owner may read; ``cli.already_initialised`` where there is one."""
    lines = "".join(f"{name}={value}\n" for name, value in values.items())
    try:
        write_new(path, lines.encode())
    except FileExistsError:
        raise CodedError("cli.already_initialised", path=str(path)) from None


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
