"""The bodies that are taken, as shapes: unknown members, wrong types and sizes are refused before anything else."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

Answers = dict[str, Any]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Check(_Strict, frozen=True):
    """Answers to be tried."""

    answers: Answers


class HandIn(_Strict, frozen=True):
    """A case to be handed in, for whoever gave the consent."""

    consent: UUID
    answers: Answers


class KeyedHandIn(_Strict, frozen=True):
    """One case of a batch. `key`: the program's own id of it, as `Idempotency-Key` is of one that comes alone."""

    key: UUID
    consent: UUID
    answers: Answers


class Batch(_Strict, frozen=True):
    """Cases that are handed in at once; how many at most says the service."""

    cases: Annotated[tuple[KeyedHandIn, ...], Meta(min_length=1)]


class Read(_Strict, frozen=True):
    """What a case is read for, and by which article."""

    purpose: Annotated[str, Meta(max_length=200)]
    law: Annotated[str, Meta(max_length=80)]


class Act(_Strict, frozen=True):
    """What is said with an action: the number of a receipt."""

    note: Annotated[str, Meta(min_length=1, max_length=1_000)]
