"""Ways in: who may be which subsystem on loopback, over TLS with the exact certificate, and by the own socket."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.unit.gateway.served import CLIENT, NAMES, NOW, PATH, Served, directory, parted, snapshot
from uruk.exchange.api import HostedMember, Snapshot, System, TlsIdentity, open_or_create
from uruk.gateway.bodies import Bodies
from uruk.gateway.credentials import Credential, admit, credential_of, is_loopback
from uruk.gateway.doors import Doors, host_and_port
from uruk.gateway.metrics import Metrics
from uruk.gateway.server import InformationSystems
from uruk.gateway.state import State
from uruk.kernel.api import CodedError, FixedClock

ME = "xx/GOV/agriculture/season-plan"


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine as the gateway runs."""
    uvloop.run(work)


def state_of(shown: Snapshot) -> State:
    """The state of a node with this snapshot."""
    return State(shown, directory(), FixedClock(NOW), timedelta(days=7))


LOCAL, FAR = Credential("plain", True), Credential("plain", False)
OVER_TLS, KNOWN = Credential("tls", False), Credential("tls", False, "ab" * 32)


@pytest.mark.parametrize(
    ("protection", "members", "credential", "lets_in"),
    [
        ("none", 1, LOCAL, True),
        ("none", 1, FAR, False),
        ("none", 1, OVER_TLS, False),
        ("none", 2, LOCAL, False),
        ("tls", 1, LOCAL, False),
        ("tls", 1, OVER_TLS, True),
        ("tls", 2, OVER_TLS, False),
        ("mutual", 1, LOCAL, False),
        ("mutual", 1, OVER_TLS, False),
        ("mutual", 1, KNOWN, True),
        ("mutual", 2, KNOWN, True),
        ("none", 2, KNOWN, True),
        ("mutual", 2, Credential("tls", True, "cd" * 32), False),
        ("mutual", 2, Credential("own"), True),
    ],
)
def test_a_connection_may_be_what_it_proves_to_be(
    protection: str, members: int, credential: Credential, lets_in: bool
) -> None:
    state = state_of(snapshot(protection, members, certificates=("ab" * 32,)))
    if lets_in:
        admit(credential, ME, state)
    else:
        with pytest.raises(CodedError, match=r"exchange.client_not_admitted"):
            admit(credential, ME, state)


def test_a_tenants_certificate_opens_no_other_tenants_system() -> None:
    one, other = (System("a", NAMES, certificates=(digest * 32,)) for digest in ("ab", "cd"))
    members = (
        HostedMember("water", "xx/GOV/water", NAMES, (one,)),
        HostedMember("post", "xx/GOV/post", NAMES, (other,)),
    )
    state = state_of(Snapshot("xx", "fields", 0, members))
    admit(KNOWN, "xx/GOV/water/a", state)
    with pytest.raises(CodedError, match=r"exchange.client_not_admitted"):
        admit(KNOWN, "xx/GOV/post/a", state)
    with pytest.raises(CodedError, match=r"exchange.client_unknown"):
        admit(KNOWN, "xx/GOV/interior/a", state)


@pytest.mark.parametrize(
    ("peer", "is_here"),
    [
        (("127.0.0.1", 1), True),
        (("127.8.9.1", 1), True),
        (("::1", 1, 0, 0), True),
        (("::ffff:127.0.0.1", 1, 0, 0), True),
        (("10.0.0.1", 1), False),
        (("::ffff:10.0.0.1", 1, 0, 0), False),
        (("nonsense", 1), False),
        (None, False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_and_nothing_else(peer: object, is_here: bool) -> None:
    assert is_loopback(peer) is is_here and credential_of("plain", peer, None).loopback is is_here


def test_addresses_are_taken_apart() -> None:
    assert host_and_port("[::1]:80") == ("::1", 80) and host_and_port("0.0.0.0:8443") == ("0.0.0.0", 8443)


@asynccontextmanager
async def opened(folder: Path, state: State) -> AsyncIterator[tuple[Served, Doors]]:
    """A gateway's doors with a made-up exchange behind them."""
    metrics = Metrics()
    found = Served(0, None, state, metrics)  # type: ignore[arg-type]
    doors = Doors(InformationSystems(found, state, metrics, pages={}, limit=1 << 20), Bodies(folder / "spool"), state)
    try:
        yield found, doors
    finally:
        await doors.close(5)


async def over_tls(port: int, ours: TlsIdentity | None, gateway: TlsIdentity, version: ssl.TLSVersion) -> int:
    """The status of one GET over TLS, with a certificate of ours or without."""
    context = ssl.create_default_context(cadata=gateway.cert_pem.decode())
    context.check_hostname = False
    context.maximum_version = version
    if ours is not None:
        context.load_cert_chain(ours.cert_path, ours.key_path)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    try:
        writer.write(f"GET {PATH} HTTP/1.1\r\nHost: g\r\n{CLIENT}\r\nConnection: close\r\n\r\n".encode())
        return parted(await asyncio.wait_for(reader.read(), 10))[0]
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_over_tls_exactly_the_listed_certificate_is_let_in(tmp_path: Path, version: ssl.TLSVersion) -> None:
    at = datetime.now(UTC)
    gateway, listed, other = (open_or_create(tmp_path / name, name, at) for name in ("gateway", "listed", "other"))
    shown = snapshot("mutual", 2, certificates=(listed.sha256,), trusted=listed.cert_pem.decode())

    async def work() -> None:
        state = state_of(shown)
        async with opened(tmp_path, state) as (_, doors):
            await doors.open_tls("127.0.0.1:0", gateway.cert_path, gateway.key_path)
            port = doors.ports[0]
            assert await over_tls(port, listed, gateway, version) == 200
            assert await over_tls(port, None, gateway, version) == 500
            with pytest.raises((OSError, IndexError)):  # on nobody's list: the handshake already fails
                await over_tls(port, other, gateway, version)
            more = snapshot("mutual", 2, certificates=(other.sha256,), trusted=other.cert_pem.decode())
            state.take(more, directory())
            assert await over_tls(port, other, gateway, version) == 200
            assert await over_tls(port, listed, gateway, version) == 500  # off the list, though once an anchor

    run(work())


def test_the_own_socket_is_only_for_the_node_and_may_be_any_of_its_systems(tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(tmp_path, state_of(snapshot("mutual", 2))) as (found, doors):
            await doors.open_own(tmp_path)
            path = tmp_path / "gateway.sock"
            assert path.stat().st_mode & 0o777 == 0o600
            reader, writer = await asyncio.open_unix_connection(str(path))
            writer.write(f"GET {PATH} HTTP/1.1\r\nHost: g\r\n{CLIENT}\r\nConnection: close\r\n\r\n".encode())
            assert parted(await reader.read())[0] == 200 and found.calls[0].client == ME
            writer.close()
        assert not path.exists()

    run(work())


def test_plain_http_is_opened_on_loopback_only(tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(tmp_path, state_of(snapshot())) as (_, doors):
            await doors.open_plain("127.0.0.1:0")
            assert doors.connections == doors.under_way == 0
            with pytest.raises(CodedError, match=r"exchange.listen_not_loopback"):
                await doors.open_plain("0.0.0.0:0")

    run(work())
