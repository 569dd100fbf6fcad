"""Files as a row holds them: path → base64."""

from base64 import b64decode, b64encode
from collections.abc import Mapping


def pack(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as JSON can hold them."""
    return {name: b64encode(data).decode() for name, data in files.items()}


def unpack(packed: Mapping[str, str]) -> dict[str, bytes]:
    """The files again."""
    return {name: b64decode(data) for name, data in packed.items()}
