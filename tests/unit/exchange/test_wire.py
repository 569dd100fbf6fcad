"""Frames between gateways: whole or not yet, and anything else closes the connection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.exchange.messages import wire
from uruk.kernel.api import CodedError

PROOF = wire.Proof(bytes(32), 7, bytes(64), b"checkpoint")
MESSAGES = st.sampled_from(
    [
        (wire.HELLO, wire.Hello("north", "xx", 1.5, 3, {"north": 2})),
        (wire.BODY, wire.Body(1, b"x" * 100)),
        (wire.END, wire.End(1, PROOF)),
        (wire.REFUSED, wire.Refused(1, "exchange.access_denied", {"client": "xx/GOV/a/b", "wait": 3})),
        (wire.PONG, wire.Ping(9)),
    ]
)


@given(st.lists(MESSAGES, max_size=5), st.integers(1, 40))
def test_frames_are_taken_in_their_order_however_they_arrive(sent: list[tuple[int, object]], piece: int) -> None:
    data = b"".join(wire.pack(kind, message) for kind, message in sent)  # type: ignore[arg-type]
    buffer, taken = bytearray(), []
    for start in range(0, len(data), piece):
        buffer += data[start : start + piece]
        while (found := wire.take(buffer)) is not None:
            taken.append(found)
    assert taken == sent
    assert buffer == b""


def frame(kind: int, content: bytes) -> bytes:
    return (len(content) + 1).to_bytes(4, "big") + bytes((kind,)) + content


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00\x00\x00\x01",
        b"\xff\xff\xff\xff\x01",
        (wire.MAX_FRAME_BYTES + 1).to_bytes(4, "big") + b"\x01",
        frame(0, b"\x90"),
        frame(99, b"\x90"),
        frame(wire.PING, b"\xc1"),
        frame(wire.PING, b"\x91\xff"),
        frame(wire.PING, b"\x91\xa1\x80"),
        frame(wire.END, wire.pack(wire.PING, wire.Ping(1))[5:]),
        frame(wire.BODY, b"\x91" * 2000),
        frame(wire.CANCEL, b"\x91\xcf" + b"\xff" * 8),
        wire.pack(wire.END, wire.End(1, wire.Proof(bytes(31), 7, b"", b""))),
        wire.pack(wire.HELLO, wire.Hello("north", "xx", float("nan"), 3, {})),
        wire.pack(wire.HELLO, wire.Hello("north", "xx", 1.0, -3, {})),
    ],
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(CodedError) as refused:
        wire.take(bytearray(data))
    assert refused.value.code == "exchange.frame_malformed"


def test_what_has_not_come_whole_is_waited_for() -> None:
    data = wire.pack(wire.PING, wire.Ping(1))
    for cut in range(len(data)):
        assert wire.take(bytearray(data[:cut])) is None
