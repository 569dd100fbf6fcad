"""Headers that travel, the header part that is hashed and signed, X-Road's request hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.exchange.api import headers
from uruk.kernel.api import CodedError

VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=20)
PAIRS = st.lists(
    st.tuples(
        st.from_regex(rb"[A-Za-z0-9\-_.!~]{1,12}", fullmatch=True), VALUE.map(lambda text: text.encode("latin-1"))
    ),
    max_size=8,
)


def test_headers_of_the_hop_stay_behind_and_everything_else_travels() -> None:
    given = [
        (b"Host", b"gateway"), (b"Connection", b"close"), (b"Transfer-Encoding", b"chunked"), (b"User-Agent", b"curl"),
        (b"Content-Length", b"3"), (b"Expect", b"100-continue"), (b"TE", b"trailers"), (b"Upgrade", b"h2c"),
        (b"Proxy-Authorization", b"Basic x"), (b"Proxy-Connection", b"x"), (b"Keep-Alive", b"x"), (b"Trailer", b"x"),
        (b"Server", b"x"), (b"Proxy-Authenticate", b"x"),
        (b"Authorization", b"Bearer x"), (b"Cookie", b"a=b"), (b"Accept", b"*/*"), (b"X-Powered-By", b"x"),
    ]  # fmt: skip
    assert headers.forwarded(given) == given[-4:]
    assert headers.forwarded_answer(given) == given[-4:]


def test_what_only_gateways_say_is_not_taken_from_others() -> None:
    given = [(b"X-Road-Request-Id", b"1"), (b"X-Road-Error", b"x"), (b"X-Road-Id", b"2"), (b"X-Road-Client", b"a/b/c")]
    assert headers.forwarded(given) == given[2:]
    assert headers.forwarded_answer(given) == []


def test_connection_names_headers_of_the_hop_but_never_what_is_signed() -> None:
    given = [
        (b"connection", b"close, X-Debug"), (b"X-Debug", b"1"), (b"Uruk-Purpose", b"plan"),
        (b"CONNECTION", b"uruk-purpose , X-Road-Client,Content-Type, Authorization"), (b"X-Road-Client", b"a"),
    ]  # fmt: skip
    assert headers.forwarded(given) == [(b"Uruk-Purpose", b"plan"), (b"X-Road-Client", b"a")]
    assert headers.forwarded([(b"Connection", b"keep-alive"), (b"A", b"b")]) == [(b"A", b"b")]


def test_the_header_part_is_written_as_x_road_hashes_it() -> None:
    part = headers.header_part(
        "GET", "/r1/xx/GOV/a/b/c/d?e=1", [(b"X-Road-Client", b"xx/GOV/e/f"), (b"Accept", b"*/*")]
    )
    assert part == b"GET\r\n/r1/xx/GOV/a/b/c/d?e=1\r\nX-Road-Client:xx/GOV/e/f\r\nAccept:*/*\r\n"
    assert headers.answer_part(200, [(b"A", b"b")]) == b"200\r\nA:b\r\n"


@given(PAIRS)
def test_what_was_written_is_read_back_byte_by_byte(pairs: list[tuple[bytes, bytes]]) -> None:
    part = headers.header_part("POST", "/r1/a?b", pairs)
    assert headers.read_header_part(part) == ("POST", "/r1/a?b", pairs)
    assert headers.read_answer_part(headers.answer_part(404, pairs)) == (404, pairs)


@given(st.binary(max_size=60))
def test_whatever_is_read_writes_back_the_same_bytes(part: bytes) -> None:
    for tried in (part, b"GET\r\n" + part, b"GET\r\n/r1\r\n" + part):
        try:
            found = headers.read_header_part(tried)
        except CodedError as error:
            assert error.code == "exchange.header_part_malformed"
        else:
            assert headers.header_part(*found) == tried


@pytest.mark.parametrize(
    "part",
    [
        b"", b"GET", b"GET\r\n", b"GET\r\n/r1", b"get\r\n/r1\r\n", b"GET\r\n/r1\r\nA", b"GET\r\n/r1\r\nA:b",
        b"GET\r\n/r1\r\n:b\r\n",
        b"GET\r\n/r1\r\nA b:c\r\n", b"GET\r\n/r1\r\nA:b\rc\r\n", b"GET\r\n/r1\r\nA:b\nc\r\n",
        b"GET\r\n/r1\r\nA:\x00\r\n",
        b"GET\r\n/r1\r\n\r\n", b"GET\r\n/\xff\r\n", b"GET\r\n/r1\r\n" + b"A:b\r\n" * 201,
        b"GET\r\n/r1\r\nA:" + b"x" * 65536 + b"\r\n",
    ],
)  # fmt: skip
def test_what_is_no_header_part_is_refused(part: bytes) -> None:
    with pytest.raises(CodedError) as refused:
        headers.read_header_part(part)
    assert refused.value.code == "exchange.header_part_malformed"


@pytest.mark.parametrize("part", [b"20\r\n", b"2000\r\n", b"OK\r\n", b"099\r\n", b"\r\n", "٢٠٠\r\n".encode()])
def test_an_answer_without_a_status_is_refused(part: bytes) -> None:
    with pytest.raises(CodedError, match="header_part_malformed"):
        headers.read_answer_part(part)


def test_the_request_hash_is_that_of_the_document() -> None:
    """Base64 SHA-512(SHA-512(header part) ‖ SHA-512(body)); made here with openssl, not with our code."""
    part = b"GET\r\n/r1/xx\r\nA:b\r\n"
    assert headers.request_hash(part) == (
        "uhRZ4/PDoRiWdZ0xy7L2gVfPwcd1vvN42hPqcvxHUNlzJYLKdXDfrsGCVmXND10IK/lGD3LeOeh2I1bYqAyyZg=="
    )
    body = bytes.fromhex(
        "efb7a8298f905ae743dbe2152e162415f62a16d2d5ac5c78816dcd57114e7a57"
        "4729b813988f1d0984cf6f38c4fcc9a37ea9fec3da351983536f72785d7ab707"
    )  # of {"a":1}
    assert headers.request_hash(part, body) == (
        "G//FjzDDWHSRdikQkyrh+TyXQreNFppOviTCNgTRz3UwFo2I1H5lDdEyJubzQ1EVM/vT7coUij5nmxisOTRjzA=="
    )


def test_of_a_repeated_header_the_last_is_found() -> None:
    assert headers.find_header([(b"A", b"1"), (b"a", b"2")], b"a") == b"2"
    assert headers.find_header([], b"a") is None
