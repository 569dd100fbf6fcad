"""At a counter: for whom somebody speaks who stands there and consented; registers are asked as on the pages.

Nobody's account is needed, so no mandate is held for it: the case says which register answered, and by which record.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import CodedError, Text, midnight, today
from uruk.people.api import Told
from uruk.services.applying.mandating import answers_of, registers_for, unconfirmed
from uruk.services.models import Consent
from uruk.services.representing import REPRESENTED

# As long as a mandate is good on the pages: never past midnight.
GOOD_FOR = timedelta(hours=1)
MAX_KNOWN = 1_000
_KNOWN: dict[tuple[UUID, str, str], tuple[datetime, "Spoken"]] = {}


@dataclass(frozen=True)
class Spoken:
    """For whom somebody speaks: kind, number, birth and name as a register says them, what the mandate is called there;
    `proof`: the register, and the record or the message by which it said so.
    """

    kind: str
    told: Told
    text: Text
    proof: str


def spoken_for(consent: Consent) -> tuple[tuple[Spoken, ...], tuple[str, ...]]:
    """All for whom the person who consented may apply for the service, and who does not answer that."""
    registers = registers_for(consent.institution, consent.service)
    answers, silent = answers_of(consent.subject, consent.institution, consent.service, registers)
    found = (
        Spoken(register.source.kind, one, register.text, f"{register.name} {one.reference}")
        for register, told in answers
        for one in told
    )
    return tuple(found), silent


def require_spoken(consent: Consent, kind: str, number: str) -> Spoken:
    """That the person who consented speaks for somebody: asked anew where a register said it an hour ago.

    Errors: ``services.consent_other``, ``services.mandate_unconfirmed`` where a register that may know does not answer.
    """
    key, now = (consent.pk, kind, number), clock().now()
    until, known = _KNOWN.get(key, (now, None))
    if known is not None and now < until:
        return known
    found, silent = spoken_for(consent)
    for one in found:
        if kind in REPRESENTED and (one.kind, one.told.subject) == (kind, number):
            _remember(key, one)
            return one
    raise unconfirmed(silent[0]) if silent else CodedError("services.consent_other")


def _remember(key: tuple[UUID, str, str], one: Spoken) -> None:
    if len(_KNOWN) >= MAX_KNOWN:
        _KNOWN.clear()
    now = clock().now()
    _KNOWN[key] = min(now + GOOD_FOR, midnight(today(clock()) + timedelta(days=1))), one
