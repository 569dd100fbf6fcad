"""What a service offers other institutions: that they ask for its review of a case of theirs.

The answer names whom it is about in `uruk:subjects`, so that the gateway shows them that they were asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from uruk.definitions.api import Field, Fields
from uruk.exchange.api import EndpointDefinition, OfferDefinition, SubjectRule
from uruk.kernel.api import Text
from uruk.services.domain.definition import ServiceDefinition

OFFER, EXCHANGE = "reviews", "exchange"
SUBJECTS = "uruk:subjects"
AGREED, OBJECTED, PENDING = "agreed", "objected", "pending"
# What is answered; questions of the service are sent beside these, under their own names.
STATE, NOTE, RECEIPT = "review_state", "review_note", "review_receipt"
_REVIEWED = UUID("2f6f0f3e-51c7-5d0b-9c56-6b9b3f0f8e11")
_ANSWER = (
    Field(STATE, "choice", options=(PENDING, AGREED, OBJECTED)),
    Field(NOTE, "long_text", required=False),
    Field(RECEIPT, "long_text", required=False),
)
_LABELS = {
    STATE: Text("نتيجة النظر", "ئەنجامی پێداچوونەوە", "Outcome of the review"),
    NOTE: Text("سبب الاعتراض", "هۆکاری ناڕەزایی", "Why it objects"),
    RECEIPT: Text("وصل القرار", "وەسڵی بڕیارەکە", "Receipt of the decision"),
}


@dataclass(frozen=True)
class ReviewingService(ServiceDefinition):
    """A service with the channel `exchange`: other institutions ask for its review, under an agreement."""

    @property
    def exchange_offers(self) -> Mapping[str, OfferDefinition]:
        """The one offer `reviews`: its fields are the questions that may be sent and the answer that comes back."""
        endpoint = EndpointDefinition("ask", "POST", "/", True, (SubjectRule("answer", f"/{SUBJECTS}/*"),))
        fields = Fields((*sent_fields(self), *_ANSWER))
        return {OFFER: OfferDefinition(OFFER, True, False, fields, (endpoint,), labels=_LABELS, exact=True)}


def sent_fields(service: ServiceDefinition) -> tuple[Field, ...]:
    """The questions that another institution may answer: those of pages that are asked once."""
    return tuple(one.field for step in service.steps if step.repeat is None for one in step.questions)


def case_asked(consumer: str, institution: str, service: str, review: UUID) -> UUID:
    """The id of the case that an institution has of a review: whoever asked knows it, and checks its decision by it."""
    return uuid5(_REVIEWED, f"{consumer}/{institution}/{service}/{review}")
