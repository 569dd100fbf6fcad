"""Other institutions are asked what they think of a case: under one id at each try, so that each thinks once."""

import http.client
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from uruk.acts.api import clock, country_directory
from uruk.exchange.api import witnesses_for
from uruk.kernel.api import CodedError
from uruk.services.domain.cases.contents import Reviewed
from uruk.services.domain.offering import AGREED, NOTE, OBJECTED, OFFER, PENDING, RECEIPT, STATE
from uruk.services.representing import person_of
from uruk.services.running.asking import Question, UnansweredError, client_address, exchange, offer_address
from uruk.services.running.recording import Opened
from uruk.trust.api import Receipt, parse_statement, verify_receipt

PENDING_CODE = "services.review_pending"
MAX_NOTE = 1_000
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
    return _reviewed(institution, str(review), answer)


def _reviewed(institution: str, review: str, answer: Mapping[str, Any]) -> Reviewed:
    state, note = answer.get(STATE), str(answer.get(NOTE) or "")
    if state == PENDING:
        raise UnansweredError(PENDING_CODE)
    if state not in {AGREED, OBJECTED}:
        raise UnansweredError("services.answer_malformed")
    receipt = str(answer.get(RECEIPT) or "")
    if receipt:
        _check(institution, receipt)
    return Reviewed(institution, state == AGREED, note[:MAX_NOTE], review, receipt)


def _check(institution: str, text: str) -> None:
    """That the receipt is one of the institution that says so; by its keys where this node is in a country."""
    try:
        receipt = Receipt.parse(text)
        if parse_statement(receipt.statement).author != institution:
            raise UnansweredError("services.answer_malformed", "author")
        country = country_directory()
        if country is not None:
            address = offer_address(institution, "").rstrip("/")
            keys, witnesses = country.keys(address), witnesses_for(country, address)
            verify_receipt(receipt, keys, author=institution, at=clock().now(), witnesses=witnesses)
    except (CodedError, ValueError) as error:
        raise UnansweredError("services.answer_malformed", str(error)[:200]) from error
