"""The statements of an exchange are what trust's own encoder writes, and what its parser reads."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from uruk.exchange.messages import statements as written
from uruk.trust.api import build_statement, parse_statement

DIGESTS = st.binary(min_size=32, max_size=32)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)
NUMBERS = st.integers(0, 2**63)
REQUESTS = st.uuids(version=4).map(lambda one: one.bytes[:15] + bytes([one.bytes[15] & 0xFC]))
REFERENCES = st.builds(written.Reference, TEXTS, st.integers(0, 2**40), NUMBERS, DIGESTS)


def same(kind: str, role: str, place: int, facts: object, at: written.Reference, left_out: frozenset[str]) -> bytes:
    """What the general encoder writes for these facts."""
    body = {name: getattr(facts, name) for name in facts.__slots__ if name not in left_out}  # type: ignore[attr-defined]
    return build_statement(
        statement_type=kind,
        role=role,
        author=at.author,
        act=written.act_of(body["request"], place),
        time=at.time,
        directory_version=at.directory_version,
        directory_digest=at.directory_digest,
        body=body,
    )


@given(
    st.builds(
        written.RequestFacts, REQUESTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, DIGESTS, DIGESTS, NUMBERS,
        st.sampled_from([b"", bytes(32)]), NUMBERS,
    ),
    REFERENCES,
)  # fmt: skip
def test_a_request_is_the_statement_of_the_general_encoder(facts: written.RequestFacts, at: written.Reference) -> None:
    expected = same("message.request", "sent", written.SENT, facts, at, frozenset())
    assert written.request_sent(facts, at) == expected


@given(
    st.builds(
        written.AnswerFacts, REQUESTS, DIGESTS, TEXTS, TEXTS, st.integers(100, 999), DIGESTS, DIGESTS, NUMBERS, DIGESTS,
        TEXTS,
    ),
    REFERENCES,
)  # fmt: skip
def test_an_answer_is_the_statement_of_the_general_encoder(facts: written.AnswerFacts, at: written.Reference) -> None:
    expected = same("message.answer", "sent", written.ANSWERED, facts, at, frozenset())
    assert written.answer_sent(facts, at) == expected


@given(st.builds(written.ReceivedFacts, REQUESTS, DIGESTS, TEXTS, NUMBERS, DIGESTS, NUMBERS), REFERENCES)
def test_what_was_received_is_the_statement_of_the_general_encoder(
    facts: written.ReceivedFacts, at: written.Reference
) -> None:
    expected = same("message.request", "received", written.RECEIVED, facts, at, frozenset())
    assert written.request_received(facts, at) == expected
    expected = same(
        "message.answer", "received", written.ANSWER_RECEIVED, facts, at, frozenset({"agreement", "hidden_until"})
    )
    assert written.answer_received(facts, at) == expected


def test_a_request_id_leaves_room_for_its_four_acts() -> None:
    request = written.new_request()
    assert written.is_request_id(request)
    acts = [written.act_of(request, role) for role in range(4)]
    assert acts == sorted(acts)
    assert len(set(acts)) == 4
    assert acts[0] == UUID(bytes=request)
    assert not written.is_request_id(acts[1].bytes)


def test_the_parser_of_statements_reads_what_was_written() -> None:
    request = written.new_request()
    facts = written.ReceivedFacts(request, bytes(32), "iq/interior/north/1/1", 7, bytes(32), 0)
    read = parse_statement(written.request_received(facts, written.Reference("interior", 1_800_000_000, 3, bytes(32))))
    assert (read.type, read.role, read.author) == ("message.request", "received", "interior")
    assert read.body["index"] == 7
