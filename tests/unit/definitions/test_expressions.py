"""Expressions: typed when they are checked, within a budget, unknown where a fact is unknown."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.definitions.api import UNKNOWN, Bundle, Expression, ExpressionError, Field, Fields, compile_expression
from uruk.definitions.expressions import MAX_LIST, MAX_SOURCE, ResultType
from uruk.definitions.fields import PERSON_PARTS
from uruk.kernel.api import CodedError

TODAY = datetime.date(2026, 11, 23)
ROWS = Fields((
    Field("crop", "choice", options=("wheat", "barley")), Field("area", "integer"), Field("sown", "date"),
    Field("owner", "person", members=PERSON_PARTS),
))  # fmt: skip
FIELDS = Fields((
    Field("area", "integer"), Field("limit", "integer"), Field("fee", "money"), Field("married", "yes_no"),
    Field("born", "date"),
    Field("name", "text"), Field("crops", "list", members=ROWS), Field("owner", "person", members=PERSON_PARTS),
    Field("place", "location"),
))  # fmt: skip
VALUES: dict[str, object] = {
    "area": 5, "fee": 1000, "married": True, "born": "2000-02-29", "name": "نور", "owner": {"given": "علي"},
    "crops": [{"crop": "wheat", "area": 2, "sown": "2026-11-01"}, {"crop": "barley", "area": 3, "sown": "2026-12-01"}],
    "place": {"latitude_udeg": 30_000_000, "longitude_udeg": 47_000_000},
}  # fmt: skip


def compiled(source: str, result: ResultType = "bool") -> Expression:
    return compile_expression(source, FIELDS, result)


def refusal(source: str, result: ResultType = "bool") -> tuple[str, int, int]:
    with pytest.raises(ExpressionError) as caught:
        compiled(source, result)
    return caught.value.code, caught.value.line, caught.value.column


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("area > 4 && married", True),
        ("fee == 250 * 4", True),
        ("born < date('2001-01-01')", True),
        ("born <= today", True),
        ("years(born, today) >= 18", True),
        ("years(born, date('2018-02-28')) == 17", True),
        ("years(born, date('2018-03-01')) == 18", True),
        ("name == 'نور'", True),
        ("owner.given == 'علي'", True),
        ("place.latitude_udeg > 29000000", True),
        ("sum(crops.map(row, row.area)) <= area", True),
        ("max(crops.map(row, row.area)) == 3 && min(crops.map(row, row.area)) < 3", True),
        ("latest(crops.map(row, row.sown)) > today && earliest(crops.map(row, row.sown)) <= today", True),
        ("crops.all(row, row.sown <= today)", False),
        ("crops.filter(row, row.crop == 'wheat').all(row, row.area < 3)", True),
        ("crops.exists(a, crops.exists(b, a.area < b.area))", True),
        ("crops.exists(row, has(row.sown) && row . sown > today)", True),
        ("size(crops) == 2", True),
    ],
)
def test_an_expression_says_what_it_says(source: str, expected: bool) -> None:
    assert compiled(source).evaluate(VALUES, TODAY) is expected


def test_of_no_rows_there_is_no_largest_and_no_least() -> None:
    for source in ("max(crops.filter(row, row.area > 99).map(row, row.area)) > 1", "min([]) < 4", "latest([]) < today"):
        assert compiled(source).evaluate(VALUES, TODAY) is UNKNOWN
    assert compiled("sum(crops.filter(row, row.area > 99).map(row, row.area)) == 0").evaluate(VALUES, TODAY) is True


def test_an_expression_may_give_a_number_or_a_text() -> None:
    assert compiled("area * 2", "int").evaluate(VALUES, TODAY) == 10
    assert compiled("name + '!'", "text").evaluate(VALUES, TODAY) == "نور!"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("limit > 4", UNKNOWN),
        ("limit > 4 && area > 4", UNKNOWN),
        ("limit > 4 && area > 9", False),
        ("limit > 4 || area > 4", True),
        ("!(limit > 4)", UNKNOWN),
        ("owner.father == 'x'", UNKNOWN),
        ("crops.all(row, row.owner.given == 'x')", UNKNOWN),
    ],
)
def test_a_fact_not_known_makes_the_result_unknown_unless_the_others_decide(source: str, expected: object) -> None:
    assert compiled(source).evaluate(VALUES, TODAY) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("aera > 4", ("definitions.expression_name", 1, 0)),
        ("area > 4 &&\n  aera > 4", ("definitions.expression_name", 2, 2)),
        ("area > '4'", ("definitions.expression_type", 1, 5)),
        ("born > 2000", ("definitions.expression_type", 1, 5)),
        ("area >", ("definitions.expression_syntax", 1, 6)),
        ("born < date('2001-13-01')", ("definitions.expression_syntax", 1, 7)),
        ("area + 1", ("definitions.expression_result", 1, 0)),
        ("area > 4.5", ("definitions.expression_fraction", 1, 7)),
        ("double(area) > 4", ("definitions.expression_fraction", 1, 0)),
        ("dyn(area) == name", ("definitions.expression_fraction", 1, 0)),
        ("crops.all(row, row.size > 1)", ("definitions.expression_member", 1, 15)),
        ("crops.all(row, row.area > 'x')", ("definitions.expression_type", 1, 24)),
        ("crops.filter(a, a.area > 1).all(b, b.crop > 1)", ("definitions.expression_type", 1, 42)),
        ("area > 1\u200b", ("definitions.expression_syntax", 1, 8)),
        ("((((((((((((area))))))))))) > 1", ("definitions.expression_too_deep", 1, 10)),
        ("crops.all(a, crops.all(b, crops.all(c, crops.all(d, true))))", ("definitions.expression_too_deep", 1, 45)),
        ("area > 1" + " " * MAX_SOURCE, ("definitions.expression_too_long", 1, 0)),
        ("'\ud800' == name", ("definitions.expression_syntax", 1, 0)),
    ],
)
def test_an_expression_that_cannot_be_is_refused_at_its_place(source: str, expected: tuple[str, int, int]) -> None:
    assert refusal(source) == expected


def test_a_loop_variable_may_have_the_name_of_a_field_or_member() -> None:
    assert compiled("crops.all(area, area.area > 1)").evaluate(VALUES, TODAY) is True
    assert compiled("crops.all(row, 'row.nothing' != name)").evaluate(VALUES, TODAY) is True


def test_what_cannot_be_worked_out_is_a_coded_error() -> None:
    for source in ("area / (fee - 1000) == 1", "area * 9223372036854775807 > 1"):
        with pytest.raises(CodedError) as caught:
            compiled(source).evaluate(VALUES, TODAY)
        assert caught.value.code == "definitions.expression_failed"


def test_a_list_beyond_the_budget_is_refused_before_it_is_looped_over() -> None:
    rows = [{"area": 1}] * (MAX_LIST + 1)
    with pytest.raises(CodedError) as caught:
        compiled("crops.all(row, row.area > 0)").evaluate({"crops": rows}, TODAY)
    assert caught.value.code == "definitions.expression_list_too_long"


def test_several_that_are_asked_together_say_what_each_says_alone_or_nothing() -> None:
    def together(*asked: Expression, **given: object) -> object:
        return Bundle(asked).evaluate({**VALUES, **given}, TODAY)

    sums = compiled("area + 1 // what one more is", "int")
    asked = (compiled("area > 4"), sums, compiled("born", "date"), compiled("crops.all(row, row.area > 2)"))
    assert together(*asked) == (True, 6, "2000-02-29", False) == tuple(one.evaluate(VALUES, TODAY) for one in asked)
    assert together(compiled("area > 4"), compiled("limit > 4")) is None, "one is not known"
    assert together(compiled("area > 4"), compiled("area / (fee - 1000) == 1")) is None, "one ends in an error"
    with pytest.raises(CodedError) as caught:
        together(compiled("crops.all(row, row.area > 0)"), crops=[{"area": 1}] * (MAX_LIST + 1))
    assert caught.value.code == "definitions.expression_list_too_long"


@given(st.text(alphabet="area> 12.'\"()[]{}&|!cropswx,\n\t\\", max_size=60))
def test_no_text_makes_the_compiler_do_anything_but_refuse(source: str) -> None:
    try:
        expression = compiled(source)
    except ExpressionError as error:
        assert error.code.startswith("definitions.expression_")
        return
    try:
        assert expression.evaluate(VALUES, TODAY) in {True, False, UNKNOWN}
    except CodedError as error:
        assert error.code == "definitions.expression_failed"


@given(st.text(max_size=80))
def test_no_unicode_makes_the_compiler_do_anything_but_refuse(source: str) -> None:
    try:
        compiled(source)
    except ExpressionError as error:
        assert error.line >= 1
        assert error.column >= 0


GROUPED = Fields((
    Field("answers", "group", members=Fields((
        Field("season", "text"), Field("crops", "list", members=ROWS),
        *(Field(f"more{number}", "text") for number in range(50)),
    ))),
    Field("limit", "integer"),
))  # fmt: skip


def test_rows_of_a_list_inside_a_group_are_typed_like_any_other() -> None:
    source = "sum(answers.crops.filter(row, row.area > 1).map(row, row.area)) <= limit"
    found = compile_expression(source, GROUPED, "bool")
    values = {"answers": {"crops": [{"area": 1}, {"area": 2}, {"area": 3}]}, "limit": 5}
    assert found.evaluate(values, TODAY) is True
    assert found.evaluate({**values, "limit": 4}, TODAY) is False
    with pytest.raises(ExpressionError) as caught:
        compile_expression("answers.crops.all(row, row.aera > 1)", GROUPED, "bool")
    assert (caught.value.code, caught.value.values["name"]) == ("definitions.expression_member", "aera")


def test_what_an_expression_does_not_name_is_not_looked_at() -> None:
    found = compile_expression("answers.season == 'winter'", GROUPED, "bool")
    values = {"answers": {"season": "winter", "crops": [{}] * (MAX_LIST + 1), "more1": object()}}
    assert found.evaluate(values, TODAY) is True
