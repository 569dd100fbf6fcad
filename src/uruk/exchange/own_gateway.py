"""Asking other institutions as the node itself, by the socket of its own gateway."""

import http.client
from pathlib import Path
from typing import Any

from uruk.kernel.api import CodedError

TIMEOUT_S = 30.0


def ask_own_gateway(
    socket: Path, client: str, method: str, service: str, path: str = "", **given: Any
) -> tuple[int, bytes]:
    """Ask a service as one of this node's subsystems; status and body of the provider's answer.

    `given`: as `client.Given`. Errors: ``exchange.unanswered`` where the exchange or the gateway gives none.
    """
    # Here and not above: what programs need of aiohttp has no place in a gateway's memory.
    from uruk.exchange.client import Client, ExchangeError  # noqa: PLC0415

    try:
        with Client(f"unix:{socket}", client, timeout_s=TIMEOUT_S) as asking:
            answer = asking.request(method, service, path, **given)
    except (OSError, http.client.HTTPException, ExchangeError) as error:
        reason = error.name if isinstance(error, ExchangeError) else type(error).__name__
        raise CodedError("exchange.unanswered", service=service, reason=reason) from error
    return answer.status, answer.body
