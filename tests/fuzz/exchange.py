"""Harnesses of the exchange: targets, header parts, answers that are rebuilt, frames between gateways, addresses."""

import json
import tempfile
from functools import cache
from pathlib import Path

from tests.flows.exchange.country import Country
from tests.fuzz.harness import Harness, as_text
from tests.unit.exchange import naive_paths
from uruk.exchange.api import (
    Glob,
    Held,
    build_request,
    encode_part,
    headers,
    members_after,
    parse_encoded,
    read_part,
    read_request,
    read_target,
    rebuild,
)
from uruk.exchange.directory.parts import write_part
from uruk.exchange.domain.fields import read_json
from uruk.exchange.messages import wire
from uruk.exchange.messages.statements import new_request
from uruk.kernel.api import CodedError

PROOF = wire.Proof(bytes(32), 7, bytes(64), b"checkpoint")
POINTERS = ("/name", "/children/*/name", "/amount")


def check_target(data: bytes) -> None:
    raw = as_text(data)
    expected = naive_paths.segments_of(raw)
    try:
        target = read_target(raw)
    except CodedError:
        assert expected is None
        raise
    assert (target.raw, list(target.segments)) == (raw, expected)
    assert all(isinstance(value, str) for pair in target.parameters for value in pair)


def check_glob(data: bytes) -> None:
    pattern, _, path = as_text(data).partition(" ")
    segments = tuple(path.split("/")[1:])[:12]
    glob = Glob(pattern)
    if len(pattern) < 40 and len(path) < 40 and "" not in segments[:-1]:
        assert glob.matches(segments) == naive_paths.matches(pattern, list(segments))


def check_header_part(data: bytes) -> None:
    assert headers.header_part(*headers.read_header_part(data)) == data


def check_answer_part(data: bytes) -> None:
    assert headers.answer_part(*headers.read_answer_part(data)) == data


def check_rebuilt(data: bytes) -> None:
    """Rebuilding once more changes nothing, and what came back is part of what was there."""
    rebuilt = rebuild(data, POINTERS)
    assert rebuild(rebuilt, POINTERS) == rebuilt
    if isinstance(read_json(data, "answer"), dict):
        assert set(json.loads(rebuilt)) <= {"name", "children", "amount"}


def check_frames(data: bytes) -> None:
    buffer = bytearray(data)
    while (found := wire.take(buffer)) is not None:
        kind, message = found
        again = bytearray(wire.pack(kind, message))
        assert wire.take(again) == found


def check_address(data: bytes) -> None:
    parts = parse_encoded(as_text(data), 4)
    assert len(parts) == 4
    assert parse_encoded("/".join(map(encode_part, parts)), 4) == parts


def frames() -> list[bytes]:
    request = new_request()
    head = wire.AnswerHead(
        stream=1, request=request, statement=bytes(32), status=200, header=bytes(32), content=bytes(32), length=2,
        agreement=bytes(32), outcome="answered", author="interior", time=1, directory_version=1,
        directory_digest=bytes(32), header_part=b"200\r\n", body=b"{}", proof=PROOF,
    )  # fmt: skip
    return [
        wire.pack(wire.ANSWER, head),
        wire.pack(wire.HELLO, wire.Hello("north", "xx", 1.5, 3, {"north": 2})),
        wire.pack(wire.REFUSED, wire.Refused(1, "exchange.access_denied", {"client": "a", "wait": 3}))
        + wire.pack(wire.PING, wire.Ping(9)),
        wire.pack(wire.BODY, wire.Body(1, b"x" * 100)) + wire.pack(wire.END, wire.End(1, PROOF)),
    ]


@cache
def country() -> Country:
    """A country with two nodes, its directory published."""
    made = Country(Path(tempfile.mkdtemp(prefix="uruk-fuzz-")), {"north": ("interior",), "hub": ("authority",)})
    made.publish()
    return made


def part_seeds() -> list[bytes]:
    return [part.raw for part in country().nodes["north"].directory.held().parts()]


def check_part(data: bytes) -> None:
    part = read_part(data)
    assert part.raw == data
    assert write_part(part.content, part.signatures, part.proposal, part.approvals) == data


def check_directory(data: bytes) -> None:
    """Whatever is offered: nothing but what was signed is taken."""
    known = part_seeds()
    held = Held.pinned(country().root)
    for raw in known[1:]:
        held.take(raw)
    if held.take(data) is not None:
        raise AssertionError("a part was taken that nobody signed")


def request_seeds() -> list[bytes]:
    held = country().nodes["north"].directory.held()
    assert held.members is not None
    members = held.members.hosted_by("north").values()
    return [build_request("xx", 1, country().now, held.members.nodes["north"], list(members))]


def check_join_request(data: bytes) -> None:
    request = read_request(data)
    members_after(request, None, country().now)


HARNESSES = (
    Harness(
        "exchange_target",
        lambda: [b"/persons/1990?name=%D8%A7&x[]=1", b"/a%20b/c/", b""],
        check_target,
        more=(b"/%2e%2e/%2f", b"/a;b", b"/%c0%af", b"//", b"?%00"),
    ),
    Harness("exchange_glob", lambda: [b"/persons/* /persons/1", b"/**/a*b/** /x/aab/y"], check_glob),
    Harness(
        "exchange_header_part", lambda: [b"GET\r\n/r1/xx\r\nX-Road-Client:xx/GOV/a/b\r\nA:\xff\r\n"], check_header_part
    ),
    Harness(
        "exchange_answer_part", lambda: [b"200\r\nContent-Type:application/json\r\n", b"404\r\n"], check_answer_part
    ),
    Harness(
        "exchange_answer",
        lambda: [b'{"name":"x","children":[{"name":"y","secret":1}],"amount":1.50,"other":[{}]}', b"[1e9]", b"null"],
        check_rebuilt,
        more=(b'{"a":1,"a":2}', b'"\\ud800"', b"[" * 40),
    ),
    Harness("exchange_frames", frames, check_frames),
    Harness("exchange_address", lambda: [b"xx/GOV/interior/persons", b"xx/%47OV/a/b"], check_address),
    Harness("exchange_part", part_seeds, check_part, 600, (b"{}", b'{"signed":{},"signatures":[]}')),
    Harness("exchange_directory", part_seeds, check_directory, 150),
    Harness("exchange_request", request_seeds, check_join_request, 600),
)
