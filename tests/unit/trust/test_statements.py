from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import CodedError
from uruk.trust import cbor
from uruk.trust.approvals import Approval
from uruk.trust.statements import build_statement, parse_statement

APPROVAL = Approval(b"id", b"key", "registrar", b"{}", b"data", b"signature")
COMMON = {
    "statement_type": "document",
    "role": "issued",
    "author": "interior",
    "act": UUID(int=7),
    "time": 1_764_000_000,
    "directory_version": 3,
    "directory_digest": b"\x11" * 32,
    "body": {"id": b"\x01" * 16},
}


def test_a_statement_reads_back_as_it_was_built():
    raw = build_statement(**COMMON, proposal=b"what we propose", approvals=[APPROVAL])
    statement = parse_statement(raw)
    assert statement.raw == raw
    assert statement.type == "document"
    assert {name: getattr(statement, name) for name in COMMON if name != "statement_type"} == {
        name: value for name, value in COMMON.items() if name != "statement_type"
    }
    assert statement.proposal == b"what we propose"
    assert statement.approvals == (APPROVAL,)
    assert len(statement.digest) == 32


def test_a_statement_without_a_proposal_has_no_approvals():
    statement = parse_statement(build_statement(**COMMON))
    assert statement.proposal is None
    assert statement.approvals == ()


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 9) | st.text(max_size=9)), st.integers(0, 2**40))
def test_the_same_statement_always_has_the_same_bytes(body, time):
    values = COMMON | {"body": body, "time": time}
    raw = build_statement(**values)
    assert raw == build_statement(**values | {"body": dict(reversed(body.items()))})
    assert parse_statement(raw).body == body


def damaged(**changes):
    value = cbor.decode(build_statement(**COMMON, proposal=b"p", approvals=[APPROVAL])) | changes
    return cbor.encode({name: item for name, item in value.items() if item != "absent"})


@pytest.mark.parametrize(
    "changes",
    [
        {"uruk": 1},
        {"role": "absent"},
        {"extra": 1},
        {"time": -1},
        {"time": True},
        {"act": b"\x00" * 15},
        {"author": 5},
        {"directory": {"version": 1}},
        {"directory": {"version": True, "digest": b"\x00" * 32}},
        {"directory": {"version": 1, "digest": b"\x00" * 31}},
        {"directory": {"version": 1, "digest": b"\x00" * 32, "more": 1}},
        {"body": []},
        {"proposal": 5},
        {"proposal": "absent"},
        {"approvals": {}},
        {"approvals": [1]},
        {"approvals": [APPROVAL.to_map() | {"role": b"registrar"}]},
        {"approvals": [APPROVAL.to_map() | {"key": "text"}]},
        {"approvals": [APPROVAL.to_map() | {"more": b""}]},
    ],
    ids=str,
)
def test_a_statement_of_another_shape_is_refused(changes):
    with pytest.raises(CodedError) as caught:
        parse_statement(damaged(**changes))
    assert caught.value.code == "trust.statement_shape"


def test_bytes_that_are_no_map_are_no_statement():
    with pytest.raises(CodedError) as caught:
        parse_statement(cbor.encode([1]))
    assert caught.value.code == "trust.statement_shape"


def test_a_statement_of_a_later_version_says_that_the_program_is_old():
    with pytest.raises(CodedError) as caught:
        parse_statement(damaged(uruk="statement/2"))
    assert caught.value.code == "trust.statement_version"


def test_a_malformed_statement_cannot_even_be_built():
    with pytest.raises(CodedError) as caught:
        build_statement(**COMMON | {"directory_digest": b"short"})
    assert caught.value.code == "trust.statement_shape"
