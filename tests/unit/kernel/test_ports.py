"""A node is not started where another program listens, and says which address and which setting that is."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from uruk.kernel.api import CodedError, Settings, check_ports, load_settings

NAMES = ("URUK_LISTEN", "URUK_GATEWAY_LISTEN", "URUK_GATEWAY_TLS_LISTEN", "URUK_PEER_LISTEN")


def settings(folder: Path, **addresses: str) -> Settings:
    free = dict.fromkeys(NAMES, "127.0.0.1:0")
    return load_settings({"URUK_DATA": str(folder), "URUK_MODE": "demonstration", **free, **addresses})


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_free_addresses_are_left_free(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_ports(settings(tmp_path, URUK_LISTEN=f"127.0.0.1:{port}"))
    with socket.create_server(("127.0.0.1", port)):
        pass


@pytest.mark.parametrize("name", NAMES)
def test_an_address_that_somebody_has_is_named_with_its_setting(tmp_path: Path, name: str, taken: str) -> None:
    with pytest.raises(CodedError) as refused:
        check_ports(settings(tmp_path, **{name: taken}))
    assert refused.value.code == "kernel.port_taken"
    assert refused.value.values == {"address": taken, "setting": name}


def test_an_address_that_is_not_this_machines_is_refused_by_the_system(tmp_path: Path) -> None:
    with pytest.raises(CodedError) as refused:
        check_ports(settings(tmp_path, URUK_LISTEN="192.0.2.1:8000"))
    assert refused.value.code == "kernel.port_refused"
    assert refused.value.values["reason"]
