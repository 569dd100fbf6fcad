"""Harnesses of what travels in a QR or beside it: CBOR, COSE, base32, codes, lists, keys, approvals, timestamps."""

import hashlib
from dataclasses import replace
from functools import cache

from tests.fuzz.harness import Harness, as_text
from tests.unit.trust.passkey import ORIGIN, RP_ID, Passkey
from tests.unit.trust.pdf.papers import office
from tests.unit.trust.world import NOW, World
from uruk.trust import base32, cbor
from uruk.trust.assertions import verify_approval
from uruk.trust.certificates import certificate_key
from uruk.trust.cose import parse_sign1
from uruk.trust.directory import Directory
from uruk.trust.qr import QrPayload, read_qr
from uruk.trust.statements import parse_statement
from uruk.trust.status import read_status_list
from uruk.trust.timestamps import verify_timestamp
from uruk.trust.verify import verify_qr

WORLD = World.make()
PROPOSAL = b"release this"
DIGEST = hashlib.sha256(PROPOSAL).digest()


@cache
def codes():
    fields = [{}, {1: "زينب كاظم"}, {1: "ا" * 400, 2: -5, 4: True}]
    made = [WORLD.qr(fields=each) for each in fields] + [WORLD.qr(original=bytes(32))]
    return tuple(made)


@cache
def status_tokens():
    return WORLD.status_token(), WORLD.status_token({1: "revoked", 77: "replaced"}, entries=128)


@cache
def approvals():
    return tuple(Passkey(kind).approve(PROPOSAL) for kind in ("es256", "eddsa", "rs256"))


def approval():
    return approvals()[0]


@cache
def timestamp():
    return office().timestamper.stamp(DIGEST)


def check_cbor(data: bytes) -> None:
    assert cbor.encode(cbor.decode(data)) == data


def check_cose(data: bytes) -> None:
    envelope = parse_sign1(data)
    if envelope.verifies(WORLD.seal.spki):
        assert data in {code.cose for code in codes()} | set(status_tokens())


def check_base32(data: bytes) -> None:
    text = as_text(data)
    assert base32.encode(base32.decode(text)) == text.upper()


def check_payload(data: bytes) -> None:
    payload = QrPayload.from_bytes(data)
    known = {key: value for key, value in cbor.decode(data).items() if key < 64}
    assert cbor.decode(payload.to_bytes()) == {key: value for key, value in known.items() if (key, value) != (9, [])}


def check_qr(data: bytes) -> None:
    text = as_text(data)
    verdict = verify_qr(text, WORLD.directory, (), NOW)
    if verdict.document_id is not None:
        assert read_qr(text)[1] in {code.cose for code in codes()}
    for lang in ("ar", "ckb", "en"):
        assert verdict.sentence(lang)
        assert verdict.to_map(lang)["exit"] in (0, 1, 2)


def check_status(data: bytes) -> None:
    listed = read_status_list(data, WORLD.directory)
    assert data in status_tokens()
    listed.status(0)


def check_keys(data: bytes) -> None:
    found = Directory.parse(data)
    assert Directory.parse(found.to_json()) == found
    keys = {seal.key for entry in found.institutions.values() for seal in entry.seals}
    assert keys <= {WORLD.seal.spki}, "a key came in without its delegation"


def check_statement(data: bytes) -> None:
    statement = parse_statement(data)
    assert statement.raw == data


def check_client_data(data: bytes) -> None:
    verify_approval(replace(approval(), client_data=data), PROPOSAL, RP_ID, (ORIGIN,))
    assert data == approval().client_data


def check_authenticator_data(data: bytes) -> None:
    verify_approval(replace(approval(), authenticator_data=data), PROPOSAL, RP_ID, (ORIGIN,))
    assert data == approval().authenticator_data


def check_passkey(data: bytes) -> None:
    found = next((each for each in approvals() if each.key == data), approvals()[0])
    verify_approval(replace(found, key=data), PROPOSAL, RP_ID, (ORIGIN,))
    assert found.key == data


def check_timestamp(data: bytes) -> None:
    found = verify_timestamp(data, DIGEST, [office().timestamper.certificate])
    assert found == verify_timestamp(timestamp(), DIGEST, [office().timestamper.certificate])


def check_certificate(data: bytes) -> None:
    assert isinstance(certificate_key(data), bytes)


def statements() -> list[bytes]:
    from tests.unit.trust.test_statements import APPROVAL, COMMON
    from uruk.trust.statements import build_statement

    return [build_statement(**COMMON), build_statement(**COMMON, proposal=b"p", approvals=[APPROVAL])]


def envelopes() -> list[bytes]:
    return [code.cose for code in codes()] + list(status_tokens())


def cbor_seeds() -> list[bytes]:
    value = {0: [None, True, -1, 2**64 - 1], "نص": b"bytes", -5: {}}
    return [cbor.encode(value), *(code.payload.to_bytes() for code in codes()), *statements()]


def texts() -> list[bytes]:
    return [code.url.encode() for code in codes()]


HARNESSES = (
    Harness("cbor", cbor_seeds, check_cbor, more=(b"", b"\x9f\xff", b"\xfb" + bytes(8))),
    Harness("cose", envelopes, check_cose),
    Harness("base32", lambda: [base32.encode(code.cose).encode() for code in codes()], check_base32),
    Harness("qr_payload", lambda: [code.payload.to_bytes() for code in codes()], check_payload),
    Harness("qr_text", texts, check_qr, 1000),
    Harness("status_list", lambda: list(status_tokens()), check_status),
    Harness("keys", lambda: [WORLD.directory.to_json().encode()], check_keys, 1000, (b"{}", b"[1.5]")),
    Harness("statement", statements, check_statement),
    Harness("client_data", lambda: [approval().client_data], check_client_data),
    Harness("authenticator_data", lambda: [approval().authenticator_data], check_authenticator_data),
    Harness("passkey", lambda: [each.key for each in approvals()], check_passkey),
    Harness("timestamp", lambda: [timestamp()], check_timestamp, 300),
    Harness("certificate", lambda: [office().certificate, *office().authority.roots], check_certificate, 300),
)
