"""Recording a change set: one root proves all its versions, one act records them, or none."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from uruk.acts.api import Deed, perform
from uruk.kernel.api import Actor, CodedError
from uruk.registries.bounds import bind
from uruk.registries.checking import Problem
from uruk.registries.domain.leaves import SALT_BYTES, SealedLeaf, content_digest, root_of, sealed_leaves
from uruk.registries.encoding import day_text
from uruk.registries.evidence import check_evidence, check_reason
from uruk.registries.opening import Opened, require_open
from uruk.registries.preparing import Draft, Preparation
from uruk.registries.projecting import on_its_way
from uruk.registries.store import KeyTakenError, NewVersion
from uruk.registries.views import Done, InvalidChangesError
from uruk.trust.api import CHANGED_ROLE, RECORD_CHANGED, Approval, VersionLeaf


@dataclass(frozen=True)
class Origin:
    """Where a change set comes from: who, why, on what evidence, by which request."""

    author: str
    role: str
    channel: str
    reason: str
    evidence: tuple[str, ...]
    request: UUID | None = None


@dataclass(frozen=True)
class ImportedFrom:
    """The import that a change set is a part of: its id, its right rows, the act by which two persons approved it."""

    id: UUID
    rows: int
    approval: UUID | None = None

    def facts(self) -> dict[str, object]:
        """What the statement says of it."""
        approved = {} if self.approval is None else {"approval": self.approval.bytes}
        return {"id": self.id.bytes, "rows": self.rows} | approved


@dataclass(frozen=True)
class SealedSet:
    """The versions of a change set with their salts, and the root over them; the import that it is a part of."""

    drafts: tuple[Draft, ...]
    leaves: tuple[SealedLeaf, ...]
    root: bytes
    by_import: ImportedFrom | None = None

    def body(self, registry: Opened) -> dict[str, object]:
        """What the statement says of it."""
        named = {} if self.by_import is None else {"import": self.by_import.facts()}
        return named | {
            "registry": registry.code,
            "format": registry.definition.digest,
            "count": len(self.drafts),
            "root": self.root,
        }


def origin_of(actor: Actor, reason: str, evidence: Sequence[str], request: UUID | None = None) -> Origin:
    """Who changes why; errors of reason and evidence."""
    holder = "" if actor.holder is None else str(actor.holder)
    return Origin(holder, actor.role or "", actor.channel, check_reason(reason), check_evidence(evidence), request)


def checked_drafts(preparation: Preparation, *, keys: bool) -> list[Draft]:
    """The versions of a set in which nothing is wrong; else `InvalidChangesError`."""
    drafts = preparation.drafts(keys=keys)
    if preparation.problems:
        raise InvalidChangesError(tuple(sorted(preparation.problems, key=lambda one: one.position)))
    return drafts


def seal(drafts: Sequence[Draft], salts: bytes | None = None, by_import: ImportedFrom | None = None) -> SealedSet:
    """The set with its proof; each version gets a salt at random, unless they were drawn before."""
    drawn = secrets.token_bytes(SALT_BYTES * len(drafts)) if salts is None else salts
    leaves = sealed_leaves([_leaf(one) for one in drafts], drawn)
    return SealedSet(tuple(drafts), leaves, root_of([one.leaf for one in leaves]), by_import)


def _leaf(draft: Draft) -> VersionLeaf:
    end = draft.valid_until
    return VersionLeaf(
        draft.record,
        draft.number,
        draft.kind,
        content_digest(draft.content),
        day_text(draft.valid_from),
        None if end is None else day_text(end),
        draft.form_digest,
        draft.other,
    )


def perform_set(
    registry: Opened,
    actor: Actor,
    found: SealedSet,
    origin: Origin,
    now: datetime,
    act: UUID,
    preparation: Preparation | None = None,
    *,
    proposal: bytes | None = None,
    approvals: Sequence[Approval] = (),
    also: Callable[[UUID], None] | None = None,
) -> Done:
    """Do the act: the versions with the intent, what everybody reads with the receipt. `also`: more rows of the intent.

    Errors: ``registries.version_moved``, `InvalidChangesError` where a key is taken, ``registries.capacity_…``,
    ``registries.archived``, ``registries.laying_out``, those of `acts.perform`.
    """
    require_open(registry)

    written: list[NewVersion] = []

    def rows(act_id: UUID) -> None:
        if also is not None:
            also(act_id)
        written.extend(_rows(registry, found, origin, now, act_id))
        registry.store.write_versions(written)
        bind(registry, written)

    deed = Deed(
        type=RECORD_CHANGED,
        role=CHANGED_ROLE,
        author=registry.institution,
        body=found.body(registry),
        rows=rows,
        proposal=proposal,
        approvals=approvals,
        act_id=act,
    )
    try:
        with on_its_way(act, registry, written):
            receipt = perform(actor, deed)
    except KeyTakenError as error:
        at = next((one.position for one in written if one.rid == error.rid), 0)
        raise InvalidChangesError(tuple(_taken(preparation, found.drafts[at].position, error))) from error
    return Done(act, receipt, tuple(one.record for one in found.drafts), tuple(one.number for one in found.drafts))


def _rows(registry: Opened, found: SealedSet, origin: Origin, now: datetime, act: UUID) -> Iterator[NewVersion]:
    fresh = iter(registry.store.next_rids(sum(one.rid is None for one in found.drafts)))
    for place, (draft, sealed) in enumerate(zip(found.drafts, found.leaves, strict=True)):
        yield NewVersion(
            rid=next(fresh) if draft.rid is None else draft.rid,
            number=draft.number,
            record=draft.record,
            kind=draft.kind,
            status=draft.status,
            content=draft.content,
            format=draft.form,
            valid_from=draft.valid_from,
            valid_until=draft.valid_until,
            recorded_at=now,
            act_id=act,
            position=place,
            salt=sealed.salt,
            leaf=sealed.leaf,
            author=origin.author,
            role=origin.role,
            channel=origin.channel,
            reason=origin.reason,
            evidence=origin.evidence,
            request=origin.request,
            other=draft.other,
            values=draft.values,
        )


def _taken(preparation: Preparation | None, position: int, error: KeyTakenError) -> Iterator[Problem]:
    """Every key of the set that is taken; where another act on its way holds it, the one that was met."""
    problems = [] if preparation is None else list(preparation.checker.keys())
    if problems:
        yield from problems
        return
    yield Problem(position, ", ".join(error.fields), CodedError(error.code, **error.values))
