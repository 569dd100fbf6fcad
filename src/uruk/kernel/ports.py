"""The addresses that a node listens at are tried before anything is started: who has one of them is no part of it."""

import errno
import socket

from uruk.kernel.errors import CodedError
from uruk.kernel.settings import Settings


def check_ports(settings: Settings) -> None:
    """Refuse to start where a node cannot listen; the error names the address, and the setting that says so.

    Errors: ``kernel.port_taken`` where somebody listens there, ``kernel.port_refused`` where the system says no.
    """
    for name, address in (
        ("URUK_LISTEN", settings.listen),
        ("URUK_GATEWAY_LISTEN", settings.gateway_listen),
        ("URUK_GATEWAY_TLS_LISTEN", settings.gateway_tls_listen),
        ("URUK_PEER_LISTEN", settings.peer_listen),
    ):
        if address:
            _try(name, address)


def try_port(address: str) -> None:
    """Listen at `host:port` for a moment; OSError where nobody can just now."""
    host, _, port = address.rpartition(":")
    family, kind, protocol, _, place = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)


def _try(name: str, address: str) -> None:
    try:
        try_port(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CodedError("kernel.port_taken", address=address, setting=name) from None
        raise CodedError("kernel.port_refused", address=address, setting=name, reason=error.strerror or "") from error
