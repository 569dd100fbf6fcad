"""What a provider's answer may carry back: rebuilt from the agreed fields, or as it is where everything was agreed."""

from dataclasses import dataclass
from hashlib import sha256

from uruk.exchange.api import Endpoint, headers, rebuild
from uruk.gateway.bodies import Body
from uruk.gateway.calls import UpstreamReply
from uruk.gateway.consumer import fault_body
from uruk.kernel.api import CodedError

FAULT_STATUS = 500
# With a field list only these travel beside the rebuilt body: any other header could carry a field.
_PLAIN = frozenset((b"retry-after", b"cache-control"))
_JSON = (b"content-type", b"application/json")


@dataclass(slots=True)
class Shaped:
    """An answer as it is logged and sent.

    `whole`: what the provider answered, where the body was cut to the agreed fields: persons that it is about may
    stand in what the consumer does not get. None where nothing was cut. `subject` as in `UpstreamReply`.
    """

    status: int
    header_part: bytes
    body: Body
    outcome: str
    whole: bytes | None = None
    subject: str = ""

    @property
    def header(self) -> bytes:
        """SHA-256 of the header part."""
        return sha256(self.header_part).digest()


def shaped(reply: UpstreamReply, endpoint: Endpoint | None, method: str) -> Shaped:
    """The answer with only what the endpoint's fields allow; all of it where they allow everything.

    An endpoint with a field list answers strict JSON only: redirects and errors become their status without a body;
    anything else raises `exchange.answer_not_json` and its like.
    """
    if endpoint is None or endpoint.fields is None:
        pairs = headers.forwarded_answer(reply.headers)
        part = headers.answer_part(reply.status, pairs)
        return Shaped(reply.status, part, reply.body, "answered", subject=reply.subject)
    kept = [pair for pair in reply.headers if pair[0].lower() in _PLAIN]
    body, whole = Body.of(b""), None
    if 200 <= reply.status < 300 and reply.body.length and method != "HEAD":
        if reply.body.data is None:
            raise CodedError("exchange.answer_too_large", limit=4 << 20)
        whole = reply.body.data
        body = Body.of(rebuild(whole, endpoint.fields))
        kept = [_JSON, *kept]
    reply.body.release()
    return Shaped(reply.status, headers.answer_part(reply.status, kept), body, "answered", whole)


def fault(error: CodedError) -> Shaped:
    """The answer that stands for a fault of the exchange or of the way to the provider."""
    return Shaped(FAULT_STATUS, headers.answer_part(FAULT_STATUS, (_JSON,)), fault_body(error), error.code)
