"""Certificates of gateways: listed before they are used, TLS 1.3 only, no stranger gets through."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from uruk.exchange.api import TlsIdentity, client_context, listed_pems, open_or_create, renew, server_context
from uruk.exchange.messages.wire import PROTOCOL
from uruk.exchange.tls import certificate_digest, certificate_until
from uruk.kernel.api import CodedError

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def handshake(server: ssl.SSLContext, client: ssl.SSLContext) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    """A handshake in memory; both sides as they are afterwards."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(back, there)
    other = server.wrap_bio(there, back, server_side=True)
    for _ in range(8):
        for side in (one, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    other.do_handshake()
    return one, other


def digest(side: ssl.SSLObject) -> str:
    der = side.getpeercert(True)
    assert der is not None
    return certificate_digest(ssl.DER_cert_to_PEM_cert(der).encode())


def two(tmp_path: Path) -> tuple[TlsIdentity, TlsIdentity]:
    now = datetime.now(UTC)
    return open_or_create(tmp_path / "north", "north", now), open_or_create(tmp_path / "south", "south", now)


def test_two_gateways_know_each_other_by_the_certificates_that_are_listed(tmp_path: Path) -> None:
    north, south = two(tmp_path)
    listed = (north.cert_pem + south.cert_pem).decode()
    client, server = handshake(server_context(north, listed), client_context(south, listed))
    assert (digest(client), digest(server)) == (north.sha256, south.sha256)
    assert client.version() == server.version() == "TLSv1.3"
    assert client.selected_alpn_protocol() == PROTOCOL


def test_a_certificate_that_is_not_listed_gets_no_connection(tmp_path: Path) -> None:
    north, south = two(tmp_path)
    with pytest.raises(ssl.SSLError):
        handshake(server_context(north, north.cert_pem.decode()), client_context(south, north.cert_pem.decode()))
    with pytest.raises(ssl.SSLError):
        handshake(server_context(north, south.cert_pem.decode()), client_context(south, south.cert_pem.decode()))
    with pytest.raises(ssl.SSLError):
        handshake(server_context(north, ""), client_context(south, north.cert_pem.decode()))


def test_an_expired_certificate_gets_no_connection(tmp_path: Path) -> None:
    north, _ = two(tmp_path)
    old = open_or_create(tmp_path / "old", "old", datetime.now(UTC) - timedelta(days=731))
    listed = (north.cert_pem + old.cert_pem).decode()
    with pytest.raises(ssl.SSLError):
        handshake(server_context(north, listed), client_context(old, listed))


def test_older_versions_of_tls_are_not_spoken(tmp_path: Path) -> None:
    north, south = two(tmp_path)
    listed = (north.cert_pem + south.cert_pem).decode()
    client = client_context(south, listed)
    client.minimum_version = client.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        handshake(server_context(north, listed), client)


def test_the_certificate_is_made_once_and_its_key_is_nobody_elses(tmp_path: Path) -> None:
    made = open_or_create(tmp_path / "tls", "north", NOW)
    assert open_or_create(tmp_path / "tls", "north", NOW + timedelta(days=9)) == made
    assert made.key_path.stat().st_mode & 0o777 == 0o600
    assert certificate_until(made.cert_pem) == made.until == NOW + timedelta(days=730)


def test_the_next_certificate_is_listed_for_a_week_before_it_is_used(tmp_path: Path) -> None:
    folder, first = tmp_path / "tls", open_or_create(tmp_path / "tls", "north", NOW)
    assert not renew(folder, "north", NOW + timedelta(days=669), ())
    due = NOW + timedelta(days=671)
    assert renew(folder, "north", due, ())
    present, following = listed_pems(folder)
    assert present == first.cert_pem
    digests = {certificate_digest(present), certificate_digest(following)}
    assert not renew(folder, "north", due + timedelta(days=30), {first.sha256})
    assert not renew(folder, "north", due + timedelta(days=6), digests)
    assert renew(folder, "north", due + timedelta(days=7), digests)
    assert open_or_create(folder, "north", due).cert_pem == following
    assert listed_pems(folder) == (following,)


def test_a_renewal_that_was_cut_off_is_finished_at_the_next_start(tmp_path: Path) -> None:
    folder, first = tmp_path / "tls", open_or_create(tmp_path / "tls", "north", NOW)
    renew(folder, "north", NOW + timedelta(days=700), ())
    _, following = listed_pems(folder)
    (folder / "next-key.pem").replace(folder / "key.pem")
    found = open_or_create(folder, "north", NOW)
    assert found.cert_pem == following != first.cert_pem
    assert listed_pems(folder) == (following,)


@pytest.mark.parametrize("pem", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused(pem: bytes) -> None:
    with pytest.raises(CodedError) as refused:
        certificate_digest(pem)
    assert refused.value.code == "exchange.certificate_malformed"
