"""Other institutions are asked what they think of a case: under one id at each try, so that each thinks once."""

import http.client
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from uruk.acts.api import clock, country_directory, directory, hosted_institutions, known_witnesses
from uruk.exchange.api import witnesses_for
from uruk.kernel.api import CodedError
from uruk.services.domain.cases.contents import Reviewed
from uruk.services.domain.offering import AGREED, NOTE, OBJECTED, OFFER, PENDING, RECEIPT, STATE, case_asked
from uruk.services.pins import Pinned
from uruk.services.representing import person_of
from uruk.services.running.asking import Question, UnansweredError, client_address, exchange, offer_address
from uruk.services.running.recording import Opened
from uruk.trust.api import Directory, Receipt, Witness, parse_statement, verify_receipt

PENDING_CODE = "services.review_pending"
MAX_NOTE = 1_000
DECIDED = "decided"
_REVIEWS = UUID("7b1f5a52-93f4-5a0e-8b5d-2d4a3c1e6f77")


def consult(case: Opened, institution: str, values: Mapping[str, object], tries: int) -> Reviewed:
    """What another institution thinks. Errors: `UnansweredError`, while it has not said so or is away."""
    entry = case.standing.entry
    linked = case.pinned.service.reviews[entry.state][institution]
    review = uuid5(_REVIEWS, f"{case.id}/{entry.seq}/{institution}")
    body = {
        "review": str(review),
        "applicant": dict(case.standing.applicant),
        "answers": {name: value for name, value in values.items() if value is not None},
    }
    question = Question(
        client_address(case.pinned),
        offer_address(institution, f"{linked.service}/{OFFER}"),
        str(uuid5(review, f"try/{tries}")),
        "POST",
        "/",
        body,
        purpose=case.row.service,
        subject=person_of(case.row.subject),
    )
    status, answer = exchange(question)
    if status != http.client.OK or not isinstance(answer, dict):
        raise UnansweredError("services.holder_refused", str(status))
    return _reviewed(case, institution, str(review), answer)


def _reviewed(case: Opened, institution: str, review: str, answer: Mapping[str, Any]) -> Reviewed:
    state, note = answer.get(STATE), str(answer.get(NOTE) or "")
    if state == PENDING:
        raise UnansweredError(PENDING_CODE)
    if state not in {AGREED, OBJECTED}:
        raise UnansweredError("services.answer_malformed")
    said = Reviewed(institution, state == AGREED, note[:MAX_NOTE], review, str(answer.get(RECEIPT) or ""))
    try:
        check_review(case.pinned, case.standing.entry.state, said)
    except (CodedError, ValueError) as error:
        raise UnansweredError("services.answer_malformed", str(error)[:200]) from error
    return said


def check_review(pinned: Pinned, state: str, said: Reviewed) -> None:
    """That the receipt of a review that was asked for in a state, if one came, is of the institution's decision of just
    that; by its keys where this node knows them.

    Errors: ``services.review_other``, those of `trust.verify_receipt`.
    """
    if not said.receipt:
        return
    receipt, service = Receipt.parse(said.receipt), pinned.service.reviews[state][said.by].service
    statement = parse_statement(receipt.statement)
    case = case_asked(client_address(pinned), said.by, service, UUID(said.reference))
    if (statement.author, statement.body.get("case")) != (said.by, case.bytes):
        raise CodedError("services.review_other", institution=said.by)
    keys, witnesses = _keys(said.by)
    if keys is not None:
        verify_receipt(receipt, keys, author=said.by, role=DECIDED, at=clock().now(), witnesses=witnesses)


def _keys(institution: str) -> tuple[Directory | None, Sequence[Witness]]:
    """The keys by which an institution's receipts are checked: this node's own, or those of the country it is in."""
    if institution in hosted_institutions():
        return directory(), known_witnesses(institution)
    country = country_directory()
    if country is None:
        return None, ()
    address = offer_address(institution, "").rstrip("/")
    return country.keys(address), witnesses_for(country, address)
