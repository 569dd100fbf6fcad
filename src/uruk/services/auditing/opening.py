"""One act of a case with what proves it: its receipt, checked, and what opens the digest that its statement names."""

import json
from dataclasses import dataclass
from uuid import UUID

from uruk.kernel.api import Actor, CodedError
from uruk.people.api import has_right
from uruk.services.auditing.proving import Prover
from uruk.services.auditing.views import Proof
from uruk.services.models import CaseAct
from uruk.services.noting import note_case
from uruk.services.reading import AUDIT, get_case
from uruk.services.rights import is_surely, office_case, own_case
from uruk.services.running.recording import Opened


@dataclass(frozen=True)
class OpenedAct:
    """An act and its proof. `content` (JSON) with `salt` (hex) before it gives the digest in the statement."""

    seq: int
    type: str
    content: str
    salt: str
    proof: Proof


def case_proof(actor: Actor, case: UUID, seq: int) -> OpenedAct:
    """The `seq`-th act of a case, for its applicant, who has it before them, or an office with ``read-cases``.

    An officer's reading is noted first. Errors: ``services.case_unknown``, ``services.act_unknown``,
    ``services.assurance_seen``, ``people.right_missing``, ``people.role_not_held``.
    """
    found = _readable(actor, case)
    row = CaseAct.objects.filter(case=case, seq=seq).first()
    if row is None or row.content is None or seq > found.standing.seq:
        raise CodedError("services.act_unknown")
    if actor.institution is None and not (_is_own_word(row) or is_surely(actor, found)):
        # An act says what a register told: whoever only typed a number sees none of that.
        raise CodedError("services.assurance_seen")
    proof = Prover(found.row.institution).prove(found.row, row)
    kind = "" if proof.verified is None else proof.verified.statement.type
    return OpenedAct(seq, kind, row.content, bytes(row.salt or b"").hex(), proof)


def _is_own_word(row: CaseAct) -> bool:
    """Whether an act is what somebody submitted, with nothing in it that a register told."""
    content = json.loads(row.content or "{}")
    return content.get("type") == "submitted" and not content.get("facts")


def _readable(actor: Actor, case: UUID) -> Opened:
    if actor.institution is None:
        return own_case(actor, case)
    found = office_case(actor, case)
    if has_right(actor, AUDIT):
        note_case(actor, found)
    else:
        get_case(actor, case)
    return found
