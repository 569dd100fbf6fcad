"""Contents written under earlier definitions, read as the one in force has them: conversion after conversion."""

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from itertools import pairwise
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from uruk.acts.api import node_settings
from uruk.definitions.api import Definition
from uruk.publishing.api import by_digest, published_digests
from uruk.registries.domain.conversion import Converter, make_converter
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.ground import AS_WRITTEN, Conversion, Reader
from uruk.registries.kind import REGISTRY_KIND
from uruk.registries.tables import format_digest


def reader_of(institution: str, code: str, publication: UUID, form: int) -> Reader:
    """How contents of a registry are read since this publication put in force the definition with number `form`."""
    return _reader(node_settings().data, institution, code, publication, form)


@lru_cache(maxsize=512)
def _reader(_: Path, institution: str, code: str, publication: UUID, form: int) -> Reader:
    """What was published before a publication never changes, so that it is put together once."""
    history = tuple(reversed(published_digests(REGISTRY_KIND.name, institution, code)))
    if not any(_model(digest).convert for digest in history[1:]):
        return AS_WRITTEN
    return Reader(form, _finder(history))


def _finder(history: Sequence[bytes]) -> Callable[[int], Conversion | None]:
    found: dict[int, Conversion | None] = {}

    def find(form: int) -> Conversion | None:
        if form not in found:
            found[form] = _conversion(history, bytes.fromhex(format_digest(form)))
        return found[form]

    return find


def _conversion(history: Sequence[bytes], digest: bytes) -> Conversion | None:
    """All conversions from the last time that a definition was in force until now, as one; None where there are none.

    What one of them cannot make of a record leaves its field empty: whoever proposed it saw that none is left so.
    """
    if digest not in history:
        return None
    start = len(history) - 1 - list(reversed(history)).index(digest)
    steps = [converter_between(old, new) for old, new in pairwise(history[start:]) if _model(new).convert]
    if not steps:
        return None

    def convert(values: Any) -> dict[str, Any]:
        return reduce(lambda now, step: step.convert(now)[0], steps, dict(values))

    return convert


def converter_between(old: bytes, new: bytes) -> Converter:
    """The converter from one published definition to the next."""
    return make_converter(_model(new), _model(old), old)


def _model(digest: bytes) -> RegistryDefinition:
    definition: Definition = by_digest(digest)
    return cast(RegistryDefinition, definition.model)
