"""What a person asks of their own: whose data it is, once the token says that they themselves ask; how it is answered.

The services of every member's own node (the tracker, the records) share this: one guard, one form of errors.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec

from uruk.exchange.api import (
    TOKEN_HEADER,
    CountryDirectory,
    HostedMember,
    Nonces,
    Question,
    Snapshot,
    check_token,
    decode_token,
    headers,
    normalised,
)
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Asked, UpstreamReply
from uruk.kernel.api import Clock, CodedError
from uruk.trust.api import Receipt

SUBSYSTEM = "uruk"
_LANGUAGES = ("ar", "ckb", "en")
_STATUS = {
    "exchange.usage_question_malformed": 400,
    "exchange.subject_malformed": 400,
    "exchange.usage_token_missing": 401,
    "exchange.usage_unknown": 404,
    "exchange.method_refused": 405,
    "exchange.usage_busy": 503,
    "exchange.usage_unavailable": 503,
    "exchange.answer_too_large": 503,
    "exchange.outcome_unknown": 503,
    "exchange.provider_malformed": 503,
    "exchange.provider_unreachable": 503,
}


class World(Protocol):
    """What the gateway goes by just now."""

    @property
    def snapshot(self) -> Snapshot:
        """This node's institutions."""
        ...

    @property
    def directory(self) -> CountryDirectory:
        """The country's members, nodes and keys."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...


class Guard:
    """Lets through what the person themself asks. `act`: the type of act by which their sign-in institution says so."""

    def __init__(self, world: World, act: str) -> None:
        self._world, self._act = world, act
        self._nonces = Nonces()

    def subject(self, asked: Asked) -> str:
        """Whose data is asked for, once the token says that they themselves ask.

        Errors: `exchange.usage_question_malformed`, `exchange.usage_token_…`, `exchange.usage_busy`.
        """
        directory = self._world.directory
        subject = _user(asked)
        question = Question(_member(asked.service), directory.node_of(asked.client).code, subject, self._act)
        now = self._world.clock.now()
        nonce = check_token(_token(asked), directory, question, now)
        self._nonces.take(nonce, f"{asked.service}{asked.target.raw}", now.timestamp())
        return subject

    def holder(self, service: str) -> HostedMember:
        """The institution of this node that a service is of; the service must be of one."""
        member = self._world.snapshot.member_of(service)
        assert member is not None, "knows() said so"
        return member


async def answered(asked: Asked, answer: Callable[[Asked], Awaitable[Any]]) -> UpstreamReply:
    """The answer to a question with GET as JSON; what is wrong with it comes back with its status and a sentence."""
    try:
        if asked.method != "GET":
            raise CodedError("exchange.method_refused", method=asked.method[:20])
        return as_json(200, await answer(asked))
    except CodedError as error:
        body = {"code": error.code, "message": error.sentence(language(asked))}
        return as_json(_STATUS.get(error.code, 403), body)


def _token(asked: Asked) -> Receipt:
    value = headers.find_header(asked.headers, TOKEN_HEADER.lower().encode())
    if value is None:
        raise CodedError("exchange.usage_token_missing")
    return decode_token(value)


def _user(asked: Asked) -> str:
    """The number that is asked for: `userCode`, which X-Road-UserId must not contradict (nobody represents another)."""
    given = dict(asked.target.parameters).get("userCode")
    if not given:
        raise CodedError("exchange.usage_question_malformed", part="userCode")
    subject = normalised(given)
    said = headers.find_header(asked.headers, b"x-road-userid")
    if said is not None and normalised(said.decode("latin-1")) != subject:
        raise CodedError("exchange.usage_token_refused", reason="subject")
    return subject


def language(asked: Asked) -> str:
    """The language of `action` and of errors: the first of ours that Accept-Language names, else Arabic."""
    value = headers.find_header(asked.headers, b"accept-language") or b""
    wanted = (piece.partition(";")[0].strip()[:3].strip("-") for piece in value.decode("latin-1").split(",")[:10])
    return next((lang for lang in wanted if lang in _LANGUAGES), "ar")


def _member(service: str) -> str:
    return "/".join(service.split("/")[:3])


def as_json(status: int, body: Any) -> UpstreamReply:
    data = msgspec.json.encode(body)
    pairs = ((b"Content-Type", b"application/json;charset=utf-8"), (b"Cache-Control", b"no-store"))
    return UpstreamReply(status, pairs, Body.of(data))
