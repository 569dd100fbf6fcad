"""Subjects are read from the message itself: path, query, request, answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.exchange.api import SubjectRule, check_claimed, normalised, read_target, subjects_of
from uruk.kernel.api import CodedError

PATH, QUERY = SubjectRule("path", "1"), SubjectRule("query", "number")
REQUEST, ANSWER = SubjectRule("request", "/numbers/*"), SubjectRule("answer", "/*/number")


def found(
    rule: SubjectRule, raw: str = "", request: bytes | None = None, answer: bytes | None = None
) -> tuple[str, ...]:
    return subjects_of((rule,), read_target(raw), request, answer)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("/by-number/1990", "1990"), ("/by-number/%31990", "1990"), ("/by-number/%D9%A1%D9%A9%D9%A9%D9%A0", "1990")],
)
def test_a_subject_stands_in_the_path(raw: str, expected: str) -> None:
    assert found(PATH, raw) == (expected,)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?number=1990", ("1990",)),
        ("?number=1&number=2&number=1", ("1", "2")),
        ("?NUMBER=1&number[]=2&number[0]=3&%6eumber=4&number+=5", ("1", "2", "3", "4", "5")),
        ("?number=1990&name=number", ("1990",)),
        ("?number=+1990-", ("1990",)),
    ],
)
def test_every_way_of_naming_a_subject_in_a_query_is_heard(query: str, expected: tuple[str, ...]) -> None:
    assert found(QUERY, query) == expected


def test_a_query_that_some_programs_divide_otherwise_is_refused() -> None:
    with pytest.raises(CodedError) as refused:
        found(QUERY, "?a=1;number=2")
    assert refused.value.code == "exchange.path_refused"


def test_subjects_stand_in_the_request_and_in_the_answer() -> None:
    assert found(REQUEST, request=b'{"numbers": ["1990", 1991, 19920000000000000000000, null]}') == (
        "1990",
        "1991",
        "19920000000000000000000",
    )
    assert found(ANSWER, answer=b'[{"number": "A-12"}, {"number": 3}, {"other": 4}, {"number": "a12"}]') == ("a12", "3")
    both = subjects_of((PATH, ANSWER), read_target("/x/7"), None, b'[{"number": 8}, {"number": 7}]')
    assert both == ("7", "8")


def test_before_there_is_an_answer_its_rules_find_nobody() -> None:
    assert found(ANSWER) == ()
    assert found(ANSWER, answer=b"[]") == ()
    assert subjects_of((), read_target("/x/7"), None, None) == ()


@pytest.mark.parametrize(
    ("rule", "raw", "request_body"),
    [(PATH, "/x", None), (PATH, "/x/", None), (QUERY, "?name=1", None), (QUERY, "?number=", None), (QUERY, "", None),
     (REQUEST, "", None), (REQUEST, "", b"{}"), (REQUEST, "", b'{"numbers": [null]}'),
     (REQUEST, "", b'{"numbers": "1"}')],
)  # fmt: skip
def test_nobody_is_read_unseen(rule: SubjectRule, raw: str, request_body: bytes | None) -> None:
    with pytest.raises(CodedError) as refused:
        found(rule, raw, request_body)
    assert refused.value.code == "exchange.subject_not_found"


@pytest.mark.parametrize("number", ["", " - ", "1" * 65, "a\x00b"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(CodedError) as refused:
        normalised(number)
    assert refused.value.code == "exchange.subject_malformed"


@pytest.mark.parametrize("value", [b"true", b'{"a":1}', b"[1]", b"1.5", b"1e400"])
def test_where_a_number_should_stand_nothing_else_may(value: bytes) -> None:
    with pytest.raises(CodedError) as refused:
        found(REQUEST, request=b'{"numbers": [' + value + b"]}")
    assert refused.value.code == "exchange.subject_malformed"


def test_a_number_written_as_a_fraction_is_the_number() -> None:
    assert found(REQUEST, request=b'{"numbers": [1990.0, 1.991e3]}') == ("1990", "1991")


def test_a_message_concerns_a_thousand_people_at_most() -> None:
    everyone = ",".join(map(str, range(1000))).encode()
    assert len(found(REQUEST, request=b'{"numbers": [' + everyone + b"]}")) == 1000
    with pytest.raises(CodedError) as refused:
        found(REQUEST, request=b'{"numbers": [' + everyone + b",1000]}")
    assert refused.value.code == "exchange.subjects_too_many"


def test_bodies_that_are_no_json_are_refused_by_the_side_at_fault() -> None:
    with pytest.raises(CodedError, match="request_not_json"):
        found(REQUEST, request=b"number=1990")
    with pytest.raises(CodedError, match="answer_not_json"):
        found(ANSWER, answer=b"<html>")


def test_the_claimed_subject_must_be_one_of_those_that_were_found() -> None:
    check_claimed(("1990", "1991"), "")
    check_claimed(("1990", "1991"), "١٩٩١")
    with pytest.raises(CodedError) as refused:
        check_claimed(("1990", "1991"), "1992")
    assert refused.value.code == "exchange.subject_differs"


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_normalising_twice_is_the_same_as_once(text: str) -> None:
    try:
        once = normalised(text)
    except CodedError:
        return
    assert normalised(once) == once
