"""What passes between the parts of a gateway: calls of information systems, replies, what providers answer.

Headers are pairs of bytes, as they stand on the wire and in their order; hop-by-hop headers are not among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from uruk.kernel.api import CodedError

if TYPE_CHECKING:
    from uruk.exchange.api import Target
    from uruk.gateway.bodies import Body

Headers = Sequence[tuple[bytes, bytes]]
Where = Literal["client", "own", "far"]
BUILT_IN_KEEP_DAYS = 365


@dataclass(slots=True)
class Call:
    """What an information system asks, its credential already checked against `client`.

    `request` is R, made by the server since X-Road-Request-Id is hashed too. `client` and `service` are addresses;
    `target` is what follows the service code, exactly as it will be forwarded; `id` is X-Road-Id (made where absent).
    `header_part` is what X-Road hashes: request line and exactly `headers`, those to forward (X-Road-Client, X-Road-Id
    and X-Road-Request-Id among them). `purpose`, `law` and `subject` are the Uruk-* headers ("" where absent).
    `respond_async`: the caller sent `Prefer: respond-async`; `wait_s`: how long it waits, at most. `sent_at` and
    `answered_at` (Unix seconds, 0: not yet) are set by the consumer when the request went out and the answer came in.
    """

    request: bytes
    client: str
    service: str
    method: str
    target: "Target"
    id: str
    headers: Headers
    header_part: bytes
    purpose: str
    law: str
    subject: str
    respond_async: bool
    wait_s: float
    body: "Body"
    sent_at: float = 0.0
    answered_at: float = 0.0


@dataclass(slots=True)
class Reply:
    """What an information system is answered.

    `request` is R (16 bytes; empty where the call was refused before it had one). With `error` the exchange itself
    answers: `where` says at which hop the fault lies, and status, headers and body are written from the code.
    """

    status: int
    headers: Headers
    body: "Body | None"
    request: bytes = b""
    error: CodedError | None = None
    where: Where = "own"


@dataclass(slots=True)
class UpstreamReply:
    """What a provider's information system, or a built-in service, answered: its own status, headers and body.

    `subject`: whose records a built-in service gives, where that is to be told to them.
    """

    status: int
    headers: Headers
    body: "Body"
    subject: str = ""


@dataclass(slots=True)
class Asked:
    """A request that has arrived at its provider, verified and logged, as a built-in service is asked."""

    client: str
    service: str
    method: str
    target: "Target"
    request: bytes
    headers: Headers = field(default_factory=tuple)


class Exchange(Protocol):
    """The consumer's side, as the server that faces information systems uses it."""

    async def ask(self, call: Call) -> Reply:
        """Carry a call to its provider and bring back the answer; a refusal comes back as a reply with `error`."""
        ...

    async def pick_up(self, client: str, request: bytes) -> Reply:
        """The answer to a request that was sent with respond-async, for the subsystem that sent it."""
        ...


class BuiltIn(Protocol):
    """A service that the provider's gateway answers itself: meta-services, tracker, records. Logged like any other."""

    @property
    def keep_days(self) -> int:
        """How long the evidence of its messages is kept."""
        ...

    def knows(self, service: str) -> bool:
        """Whether this address (instance/class/member/subsystem/service) is one of its own."""
        ...

    async def answer(self, asked: Asked) -> UpstreamReply:
        """Answer; a CodedError becomes the exchange's own answer."""
        ...
