"""X-Road's meta-services at the provider: what a subsystem offers, what the caller may call there, its description.

Signed and logged like any other request, and not subject to agreements: what is offered is no secret.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec

from uruk.exchange.api import Access, Endpoint, Offer, System, encode_part
from uruk.gateway.bodies import Body
from uruk.gateway.calls import BUILT_IN_KEEP_DAYS, Asked, UpstreamReply
from uruk.kernel.api import Clock, CodedError

LIST, ALLOWED, DESCRIPTION = "listMethods", "allowedMethods", "getOpenAPI"
_CODES = frozenset((LIST, ALLOWED, DESCRIPTION))
_JSON = ((b"content-type", b"application/json"),)


class Node(Protocol):
    """What the meta-services must know of the node (`gateway.state.State`)."""

    @property
    def access(self) -> Access:
        """What the snapshot in force allows."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    def system(self, address: str) -> System | None:
        """A hosted subsystem."""
        ...


class MetaServices:
    """listMethods, allowedMethods and getOpenAPI of every subsystem of this node."""

    keep_days = BUILT_IN_KEEP_DAYS

    def __init__(self, node: Node) -> None:
        self._node = node

    def knows(self, service: str) -> bool:
        """Whether this address is one of the meta-services of a hosted subsystem."""
        subsystem, _, code = service.rpartition("/")
        return code in _CODES and self._node.system(subsystem) is not None

    async def answer(self, asked: Asked) -> UpstreamReply:
        """Answer; `exchange.service_unknown`, `exchange.description_unasked`, `exchange.description_missing`."""
        subsystem, _, code = asked.service.rpartition("/")
        system = self._node.system(subsystem)
        if system is None or asked.method != "GET":
            raise CodedError("exchange.service_unknown", service=asked.service[:320])
        if code == DESCRIPTION:
            return UpstreamReply(200, _JSON, Body.of(_description(subsystem, system, asked)))
        services = self._services(subsystem, system, asked.client if code == ALLOWED else None)
        return UpstreamReply(200, _JSON, Body.of(msgspec.json.encode({"service": services})))

    def _services(self, subsystem: str, system: System, client: str | None) -> list[dict[str, Any]]:
        """What is offered; to a client, only what it may call, and nothing of what it may not call at all."""
        found = []
        for offer in system.offers:
            endpoints: Sequence[Endpoint] = offer.endpoints
            if client is not None:
                endpoints = self._allowed(client, f"{subsystem}/{offer.code}")
            if endpoints or client is None:
                found.append(_service(subsystem, offer, endpoints))
        return found

    def _allowed(self, client: str, service: str) -> list[Endpoint]:
        now = int(self._node.clock.now().timestamp())
        return [each for one in self._node.access.agreements(client, service, now) for each in one.endpoints]


def _service(subsystem: str, offer: Offer, endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    instance, member_class, member, system = subsystem.split("/")
    places = dict.fromkeys((each.method, each.path) for each in endpoints)
    return {
        "member_class": member_class,
        "member_code": member,
        "object_type": "SERVICE",
        "service_code": offer.code,
        "service_type": "OPENAPI" if offer.openapi else "REST",
        "subsystem_code": system,
        "xroad_instance": instance,
        "endpoint_list": [{"method": method, "path": path} for method, path in places],
    }


def _description(subsystem: str, system: System, asked: Asked) -> bytes:
    """The OpenAPI document of the service that the query names; where it is served from stays hidden."""
    named = [value for name, value in asked.target.parameters if name.lower() == "servicecode" and value]
    if not named:
        raise CodedError("exchange.description_unasked")
    offer = next((one for one in system.offers if one.code == named[-1]), None)
    if offer is None:
        raise CodedError("exchange.service_unknown", service=f"{subsystem}/{named[-1]}"[:320])
    if offer.openapi is None:
        raise CodedError("exchange.description_missing")
    place = "/".join(map(encode_part, (*subsystem.split("/"), offer.code)))
    return msgspec.json.encode(_moved(msgspec.json.decode(offer.openapi), f"/r1/{place}"))


def _moved(document: Any, place: str) -> Any:
    """The document as if it were served at `place`: its own servers, and those of single paths and operations."""
    if not isinstance(document, dict):
        return document
    paths = document.get("paths")
    moved = {**document, "servers": [{"url": place}]}
    if isinstance(paths, dict):
        moved["paths"] = {path: _without_servers(item, 2) for path, item in paths.items()}
    return moved


def _without_servers(item: Any, depth: int) -> Any:
    if not isinstance(item, dict) or not depth:
        return item
    return {name: _without_servers(value, depth - 1) for name, value in item.items() if name != "servers"}
