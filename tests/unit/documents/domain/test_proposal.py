import dataclasses
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.documents.samples import sample_country
from uruk.documents.domain.proposal import Original, Proposal, holder_digest, uncut_fields
from uruk.kernel.api import CodedError
from uruk.trust.api import cbor

MODEL = sample_country().find("document", "interior", "permit").model
SAMPLE = Proposal(
    id=UUID(int=7),
    institution="interior",
    type="permit",
    type_number=1,
    definition=bytes(32),
    fields={"name": "زينب علي", "kind": "small", "since": "2020-03-01"},
    issued=date(2026, 11, 23),
    expires=date(2027, 11, 23),
    original=None,
    status=(2026, 77),
    number="482109375516",
    check_code="7KQ2M9XW4R",
    replaces=None,
    holder=None,
)


@given(
    st.uuids(),
    st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    st.none() | st.dates(date(1970, 1, 1)),
    st.none() | st.builds(Original, st.binary(min_size=32, max_size=32), st.integers(0, 1 << 30)),
    st.none() | st.uuids(),
    st.none() | st.binary(min_size=32, max_size=32),
)
def test_a_proposal_reads_back_as_it_was_written(
    number: UUID,
    issued: date,
    expires: date | None,
    original: Original | None,
    replaces: UUID | None,
    holder: bytes | None,
) -> None:
    changes = {"id": number, "issued": issued, "expires": expires, "original": original}
    proposal = dataclasses.replace(SAMPLE, **changes, replaces=replaces, holder=holder)
    assert Proposal.from_bytes(proposal.to_bytes()) == proposal


def test_the_code_holds_what_the_type_puts_there() -> None:
    payload = SAMPLE.qr_payload(MODEL)
    assert payload.fields == {1: "زينب علي", 2: "small", 3: (date(2020, 3, 1) - date(1970, 1, 1)).days}
    assert (payload.issued, payload.expires, payload.original) == (SAMPLE.issued, SAMPLE.expires, None)
    assert (payload.list_year, payload.index) == (2026, 77)


def test_codes_of_choices_are_never_cut() -> None:
    assert uncut_fields(MODEL) == (2,)


@pytest.mark.parametrize(
    "value", [{}, {"uruk": "document/1"}, [1], {**cbor.decode(SAMPLE.to_bytes()), "uruk": "document/2"}]
)
def test_another_shape_is_refused(value: object) -> None:
    with pytest.raises(CodedError) as caught:
        Proposal.from_bytes(cbor.encode(value))
    assert caught.value.code == "documents.proposal_shape"


def test_a_holders_digest_cannot_be_told_without_the_salt() -> None:
    assert holder_digest("198012345678", bytes(16)) != holder_digest("198012345678", bytes([1] * 16))
