"""Requests on a link and what comes of them: the body that is arriving, the answer that somebody waits for."""

import asyncio
from dataclasses import dataclass, field

from uruk.exchange.api import wire
from uruk.gateway.bodies import Body, Intake
from uruk.kernel.api import CodedError


@dataclass
class Stream:
    """One request on a link, as its receiving side sees it: the body that is coming, and who waits for all of it."""

    head: wire.RequestHead | wire.AnswerHead
    intake: Intake
    whole: "asyncio.Future[tuple[Body, wire.Proof]]"


@dataclass(slots=True)
class Answered:
    """What a request came back with."""

    head: wire.AnswerHead
    body: Body
    proof: wire.Proof


@dataclass(slots=True)
class Asked:
    """A request of ours that is under way on a link. `deadline`: how long somebody waits, in the loop's time."""

    limit: int
    future: "asyncio.Future[Answered]"
    deadline: float
    stream: Stream | None = field(default=None)


class RefusedError(CodedError):
    """The far gateway's own refusal: nothing was logged there, and nothing forwarded."""


def pass_on(
    head: wire.AnswerHead,
    done: "asyncio.Future[tuple[Body, wire.Proof]]",
    future: "asyncio.Future[Answered]",
) -> None:
    """Give whoever asked the answer whose body has come whole, or why it has not; nobody waits: let it go."""
    error = done.exception()
    if future.done():
        if error is None:
            done.result()[0].release()
    elif error is not None:
        future.set_exception(error)
    else:
        body, proof = done.result()
        future.set_result(Answered(head, body, proof))
