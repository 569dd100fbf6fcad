"""Files within values: a stored file is named by its SHA-256 in hexadecimal."""

from collections.abc import Mapping


def names_file(value: object, sha256: str) -> bool:
    """Whether a value is the file's name, or has it within: in a mapping's values or a list, at any depth."""
    if isinstance(value, Mapping):
        return any(names_file(each, sha256) for each in value.values())
    return any(names_file(each, sha256) for each in value) if isinstance(value, list) else value == sha256
