"""Documents that a case has issued and revoked: it prepares them, and waits for the officers who sign."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from uruk.documents.api import PreparedView, prepare_draft, prepared_draft, prepared_drafts, withdraw_draft
from uruk.kernel.api import Actor
from uruk.services.domain.cases.contents import Effected
from uruk.services.domain.cases.folding import FAILED
from uruk.services.domain.cases.stepping import AWAITED, DONE, Do
from uruk.services.domain.definition import Effect
from uruk.services.running.recording import Opened

_EFFECTS = UUID("c6d38d0e-6f52-5c4f-a1f4-9a7c1a1f0f0b")
_REFUSALS = {"returned": "services.document_refused", "discarded": "services.document_discarded"}


@dataclass(frozen=True)
class Came:
    """What came of an effect: done, short, waiting or failed; by what it is found, or the code of what was wrong."""

    outcome: str
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Place:
    """One effect of a case, and how often it was tried before."""

    case: Opened
    step: Do
    tries: int

    @property
    def id(self) -> UUID:
        """What it is known by wherever it is done."""
        return effect_id(self.case, self.step.entry, self.step.position, self.step.row)

    @property
    def actor(self) -> Actor:
        """The institution's own machinery does it, for the purpose of the service."""
        return _machinery(self.case)

    @property
    def institution(self) -> str:
        """The case's institution."""
        return str(self.case.row.institution)

    def values(self) -> dict[str, Any]:
        """What it is done with, without what nothing says."""
        return {name: one for name, one in self.step.values.items() if one is not None}


def effect_id(case: Opened, entry: int, position: int, row: int) -> UUID:
    """What an effect of a case is known by, wherever it is done."""
    return uuid5(_EFFECTS, f"{case.id}/{entry}/{position}/{row}")


def issue(place: Place) -> Came:
    """Prepare a document for the officers who sign it: no document comes about without two of them."""
    draft, target = _draft_id(place), place.step.effect.effect.target
    return _came(prepare_draft(place.actor, draft, target, place.values(), str(place.case.id)))


def revoke(place: Place) -> Came:
    """Wait until whoever may has revoked each document of the type that the case issued; none is prepared any more."""
    target = place.step.effect.effect.target
    for one in prepared(place.case, target):
        withdraw_draft(place.actor, one.draft)
    return _revoked(place.case, target)


def look_again(case: Opened, came: Effected) -> Came:
    """What has become of an effect that waits for officers."""
    effect = _effect(case, came)
    if effect.kind == "revoke":
        return _revoked(case, effect.target)
    return _came(prepared_draft(_machinery(case), UUID(came.result["draft"])))


def roles_awaited(case: Opened, came: Effected) -> str:
    """The roles of whom one must sign next, as words; empty where nothing is waited for any more."""
    return " ".join(look_again(case, came).result.get("roles", ()))


def _machinery(case: Opened) -> Actor:
    """The institution's own machinery, for the purpose of the service."""
    return Actor(channel="system", institution=case.row.institution, purpose=case.row.service)


def _draft_id(place: Place) -> UUID:
    """The draft of an effect; one that is done again after it failed has another, as nothing revives the first."""
    key = (place.step.entry, place.step.position, place.step.row)
    said = (one.content for one in place.case.acts if isinstance(one.content, Effected))
    failed = sum((one.entry, one.position, one.row) == key and one.outcome == FAILED for one in said)
    return uuid5(place.id, f"draft/{failed}")


def _came(found: PreparedView) -> Came:
    draft = {"draft": str(found.draft)}
    if found.state in _REFUSALS:
        return Came(FAILED, draft | {"reason": found.reason}, _REFUSALS[found.state])
    if found.document is not None:
        return Came(DONE, draft | {"document": str(found.document)})
    return Came(AWAITED, draft | {"roles": list(found.waits_for)})


def _revoked(case: Opened, target: str) -> Came:
    seen = prepared(case, target)
    found = [one for one in seen if one.document is not None]
    roles = sorted({role for one in found if not one.revoked for role in one.release_roles})
    documents = {"documents": [str(one.document) for one in found]}
    # A release that has begun and has no receipt yet is brought to its end first, and the case hears of it.
    pending = any(one.state == "submitted" for one in seen)
    return Came(AWAITED, documents | {"roles": roles}) if roles or pending else Came(DONE, documents)


def prepared(case: Opened, target: str) -> tuple[PreparedView, ...]:
    """All that the case had prepared of a type, whatever it says of it itself."""
    return prepared_drafts(_machinery(case), target, str(case.id))


def _effect(case: Opened, came: Effected) -> Effect:
    states = {one.seq: one.state for one in case.standing.entries}
    return case.pinned.service.effects[states[came.entry]][came.position].effect
