"""Secret fields: kept encrypted under the registry's own key, bound to their record and their field."""

import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from uruk.acts.api import node_settings, secret_store
from uruk.kernel.api import CodedError
from uruk.registries.domain.fitting import SEALED
from uruk.registries.opening import Opened

_NONCE_BYTES = 12


def seal_values(registry: Opened, record: UUID, values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored; a secret that did not change keeps the form it has in `before` (stored values)."""
    secret = registry.model.secrets
    if not secret.intersection(values):
        return dict(values)
    opened = open_values(registry, record, before, secret)
    return {name: _stored(registry, record, name, value, before, opened) for name, value in values.items()}


def _stored(
    registry: Opened, record: UUID, name: str, value: Any, before: Mapping[str, Any], opened: Mapping[str, Any]
) -> Any:
    if name not in registry.model.secrets:
        return value
    if name in before and opened.get(name) == value:
        return before[name]
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _sealer(registry).encrypt(nonce, str(value).encode(), _bound(registry, record, name))
    return SEALED + b64encode(nonce + sealed).decode()


def open_values(registry: Opened, record: UUID, stored: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Stored values with the secrets of these names in clear; damaged: ``registries.secret_unreadable``."""
    return {
        name: _clear(registry, record, name, value) if name in names and _is_sealed(value) else value
        for name, value in stored.items()
    }


def _is_sealed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(SEALED)


def _clear(registry: Opened, record: UUID, name: str, value: str) -> str:
    try:
        data = b64decode(value.removeprefix(SEALED), validate=True)
        bound = _bound(registry, record, name)
        return _sealer(registry).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound).decode()
    except (InvalidTag, ValueError):
        raise CodedError("registries.secret_unreadable", field=name) from None


def _bound(registry: Opened, record: UUID, name: str) -> bytes:
    """What a sealed value is bound to: moved to another record or field it does not open."""
    return f"{registry.address}\n{record}\n{name}".encode()


def _sealer(registry: Opened) -> AESGCM:
    return _opened_key(node_settings().data, f"{registry.institution}/registry/{registry.code}")


@lru_cache(maxsize=64)
def _opened_key(_: Path, name: str) -> AESGCM:
    """A key once opened serves the process: opening is slow by design."""
    return AESGCM(secret_store().secret(name))
