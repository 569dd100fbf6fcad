"""Making a proposal of a draft: number, check code and a place in the status list are drawn here, once."""

import secrets
from uuid import UUID

from django.db import IntegrityError, transaction

from uruk.acts.api import clock
from uruk.definitions.api import Definition
from uruk.documents.domain.numbers import make_code, make_number
from uruk.documents.domain.proposal import Original, holder_digest
from uruk.documents.domain.proposal import Proposal as Proposed
from uruk.documents.domain.validity import check_values, last_day
from uruk.documents.draft_views import latest_proposal, lock_draft, state_of
from uruk.documents.models import Draft, Proposal, StatusSlot
from uruk.documents.replacing import find_earlier
from uruk.documents.types import model, open_type
from uruk.documents.views import InvalidFieldsError
from uruk.kernel.api import CodedError, today
from uruk.trust.api import LIST_ENTRIES

_DRAWS = 64
_SALT_BYTES = 16


def open_proposal(draft: Draft) -> Proposal:
    """The proposal that waits for the drafting officer's approval: the one made before, while it still holds."""
    definition = open_type(draft.institution, draft.type_code)
    with transaction.atomic():
        # As it is now, and not as it was read before: what is proposed must be what the draft says.
        fresh = lock_draft(draft.pk)
        values = _checked(fresh, definition)
        known = latest_proposal(fresh)
        if state_of(fresh) in {"submitted", "released"}:
            raise CodedError("documents.draft_closed")
        if known is not None and not hasattr(known, "submission"):
            if _still_holds(known, definition):
                return known
            known.delete()
        return _make(fresh, definition, values)


def _checked(draft: Draft, definition: Definition) -> dict[str, object]:
    values, problems = check_values(model(definition), definition.texts, draft.values, today(clock()))
    if draft.way == "seal" and draft.original_sha256 is None:
        problems = {**problems, "original": CodedError("documents.original_missing")}
    if problems:
        raise InvalidFieldsError(problems)
    return values


def _still_holds(known: Proposal, definition: Definition) -> bool:
    body = Proposed.from_bytes(bytes(known.body))
    return body.definition == definition.digest and body.issued == today(clock())


def _make(draft: Draft, definition: Definition, values: dict[str, object]) -> Proposal:
    found, issued = model(definition), today(clock())
    holder = values.pop(found.holder, None) if found.holder else None
    salt = secrets.token_bytes(_SALT_BYTES) if holder else None
    proposed = Proposed(
        id=UUID(bytes=secrets.token_bytes(16)),
        institution=draft.institution,
        type=draft.type_code,
        type_number=found.number,
        definition=definition.digest,
        fields=values,
        issued=issued,
        expires=last_day(issued, found.validity),
        original=Original(bytes(draft.original_sha256), draft.original_size) if draft.way == "seal" else None,
        status=(issued.year, _take_slot(draft.institution, issued.year)),
        number=_free_number(),
        check_code=make_code(secrets.token_bytes(7)),
        replaces=draft.replaces or find_earlier(draft.institution, definition, values, str(holder or "")),
        holder=holder_digest(str(holder), salt) if salt else None,
    )
    return Proposal.objects.create(
        id=proposed.id,
        draft=draft,
        body=proposed.to_bytes(),
        number=proposed.number,
        holder=str(holder or ""),
        holder_salt=salt,
        turn=draft.proposals.count() + 1,
        made_at=clock().now(),
    )


def _take_slot(institution: str, year: int) -> int:
    """A free place in the year's status list, drawn at random, so that it tells nothing about how many were issued."""
    for _ in range(_DRAWS):
        index = secrets.randbelow(LIST_ENTRIES)
        try:
            with transaction.atomic():
                StatusSlot.objects.create(institution=institution, year=year, index=index)
        except IntegrityError:
            continue
        return index
    raise CodedError("documents.status_list_full", year=year)


def _free_number() -> str:
    """A number nobody has; of 9 × 10^11 a second draw is next to never needed, and the table refuses a doublet."""
    number = make_number(secrets.token_bytes(16))
    while Proposal.objects.filter(number=number).exists():
        number = make_number(secrets.token_bytes(16))
    return number
