"""What all links of a gateway share."""

from types import SimpleNamespace
from typing import Any

from uruk.exchange.api import wire
from uruk.gateway.peers import Ends


def test_a_gateway_that_is_stopping_says_so_to_whoever_asks() -> None:
    sent: list[tuple[int, Any]] = []
    link = SimpleNamespace(send=lambda kind, message: sent.append((kind, message)))
    Ends.arrived(SimpleNamespace(taker=None), link, SimpleNamespace(stream=7), None)  # type: ignore[arg-type]
    assert sent == [(wire.REFUSED, wire.Refused(7, "exchange.gateway_stopping", {}))]
