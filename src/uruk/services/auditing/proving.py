"""The receipt of each act of a case, checked against the node's own rows: what it proves is what is shown."""

from datetime import UTC, datetime

from uruk.acts.api import clock, directory, known_witnesses, receipt_of
from uruk.kernel.api import CodedError
from uruk.services.applying.consenting import GIVEN
from uruk.services.auditing.views import Proof
from uruk.services.domain.cases.contents import Content, Moved, read_content
from uruk.services.models import Case, CaseAct, Consent
from uruk.services.pins import published_as
from uruk.services.running.recording import TYPES, content_digest
from uruk.services.views import ConsentView
from uruk.services.working.seconding import KIND, said_digest
from uruk.trust.api import Receipt, RelyingParty, Statement, VerifiedReceipt, cbor, two_persons, verify_receipt

# An act's moment is noted just before it is stated, by the same clock.
MAX_APART_S = 120


class Prover:
    """Checks receipts of one institution's acts, with the keys and witnesses that are known now."""

    def __init__(self, institution: str) -> None:
        self._institution = institution
        self._keys, self._witnesses = directory(), known_witnesses(institution)

    def prove(self, case: Case, row: CaseAct) -> Proof:
        """What an act's receipt proves, or why it proves nothing: ``trust.receipt_…``, ``services.act_altered``."""
        receipt = receipt_of(row.act_id)
        if receipt is None:
            return Proof("", None, CodedError("services.act_altered"))
        try:
            content = read_content(row.content or "")
            found = self.verify(receipt, *TYPES[type(content)])
            if not _is_stated(found.statement, case, row):
                raise CodedError("services.act_altered")
        except CodedError as error:
            return Proof(receipt.to_json(), None, error)
        return Proof(receipt.to_json(), found, two_persons=self._by_two(found.statement, case, content))

    def prove_consent(self, consent: ConsentView) -> Proof:
        """The same of the consent under which an officer submitted the case."""
        row = Consent.objects.get(pk=consent.id)
        try:
            found = self.verify(consent.receipt, GIVEN, "received")
            content = content_digest(bytes(row.salt or b""), row.content or "")
            if (found.statement.act, found.statement.body.get("content")) != (row.pk, content):
                raise CodedError("services.act_altered")
        except CodedError as error:
            return Proof(consent.receipt.to_json(), None, error)
        return Proof(consent.receipt.to_json(), found)

    def verify(self, receipt: Receipt, kind: str, role: str) -> VerifiedReceipt:
        """Errors: those of `trust.verify_receipt`."""
        return verify_receipt(
            receipt,
            self._keys,
            type=kind,
            role=role,
            author=self._institution,
            at=clock().now(),
            witnesses=self._witnesses,
        )

    def _by_two(self, statement: Statement, case: Case, content: Content) -> bool:
        """Whether two officers signed a proposal of just this: its action on this case, with what is said there."""
        if not isinstance(content, Moved) or statement.proposal is None:
            return False
        meant = {
            "kind": KIND,
            "institution": self._institution,
            "service": case.service,
            "definition": published_as(case.pin_id),
            "case": case.pk.bytes,
            "action": content.by,
            "said": said_digest(content.said, content.marks),
        }
        proposal: dict[str, object] = cbor.decode(statement.proposal)
        at, party = datetime.fromtimestamp(statement.time, UTC), RelyingParty(self._keys.rp_id, self._keys.origins)
        approvers = self._keys.institution(self._institution).approvers
        return all(proposal.get(name) == one for name, one in meant.items()) and two_persons(
            statement.approvals, statement.proposal, approvers, at, party
        )


def _is_stated(statement: Statement, case: Case, row: CaseAct) -> bool:
    """Whether the statement is about this very act: its case and place, the rules, what it says, and when."""
    body = statement.body
    said = {
        "case": case.pk.bytes,
        "seq": row.seq,
        "service": case.service,
        "definition": published_as(case.pin_id),
        "pinned": bytes.fromhex(case.pin_id),
        "content": content_digest(bytes(row.salt or b""), row.content or ""),
    }
    if row.mandate is not None:
        said["mandate"] = row.mandate.bytes
    if row.program is not None:
        said["program"] = row.program.bytes
    near = abs(statement.time - row.at.timestamp()) <= MAX_APART_S
    return near and statement.act == row.act_id and said == body
