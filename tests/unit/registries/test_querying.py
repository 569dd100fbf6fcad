"""Words, filters, sorting, pages by cursor, counts and groups of current records."""

import base64
import json
import random
from datetime import date
from typing import Any

import pytest

from tests.unit.registries.storage import Shelf, following, numbers, person, shelf
from uruk.kernel.api import CodedError
from uruk.registries.store import Filter, Group, PageQuery, PageRows

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Shelf:
    return shelf()


def words(people: Shelf, text: str, **more: Any) -> list[str]:
    rows = people.store.page(PageQuery(words=text, **more)).rows
    assert people.store.count(words=text) == len(rows)
    return numbers(rows)


@pytest.mark.parametrize(
    ("given", "looked_for"),
    [
        ("محمّد", "محمد"), ("عبد الرحمن", "عبد رحمن"[:3]), ("أحمد", "احمد"), ("فاطمة", "فاطمه"), ("يحيى", "یحیی"),
        ("هێمن", "هێم"), ("ڕۆژگار", "ڕۆژ"), ("کەمال", "كه‌مال"), ("John-Paul", "paul"), ("O'Brien", "brien o"),
        ("ÉMILE", "emile"), ("بيت ١٢٣", "123"), ("علي", "  علي  حسن كر "), ("ﷺ", "صلى"),
    ],
)  # fmt: skip
def test_words_are_found_however_they_are_written(people: Shelf, given: str, looked_for: str) -> None:
    people.create(person("1", given=given), person("2", given="زينب"))
    assert words(people, looked_for) == ["1"]


@pytest.mark.parametrize(
    ("given", "looked_for"),
    [
        ("القمح", "قمح"),
        ("قمح", "القمح"),
        ("القمح", "بالقمح"),
        ("الجبوري", "جبور"),
        ("جبوري", "والجبوري"),
        ("علي", "علي"),
    ],
)
def test_words_are_found_with_the_article_and_without(people: Shelf, given: str, looked_for: str) -> None:
    people.create(person("1", given=given), person("2", given="المقمحة"), person("3", given="زينب"))
    assert words(people, looked_for) == ["1"]
    assert words(people, f"basra {looked_for}") == ["1"]


def test_too_little_to_have_an_article_is_looked_for_as_it_is(people: Shelf) -> None:
    people.create(person("1", given="اليا"), person("2", given="يا"), person("3", given="the market"))
    assert words(people, "يا") == ["2"] and words(people, "اليا") == ["1"] and words(people, "market") == ["3"]


def test_all_words_are_wanted_and_the_last_may_be_a_beginning(people: Shelf) -> None:
    people.create(person("1", "علي", "Basra"), person("2", "علي", "Mosul"), person("3", "عليوي", "Mosul"))
    assert words(people, "علي mosul") == ["2"]
    assert words(people, "mosul علي") == ["2", "3"]
    assert words(people, "ali") == []
    assert words(people, "mosul علي", descending=True) == ["3", "2"]


@pytest.mark.parametrize(
    "text", ['"', "' OR 1=1", "علي) OR (حسن", "*", "NOT x", "a:b", "\\", "\x00", "%", "{}", ":*", "😀", "-", "﷽" * 300]
)
def test_signs_in_what_is_looked_for_are_no_language(people: Shelf, text: str) -> None:
    people.create(person("1", given="زينب"))
    assert words(people, text) == []


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "a\udfffb"])
@pytest.mark.parametrize("op", ["eq", "prefix", "from", "to"])
def test_what_no_database_keeps_is_found_nowhere(people: Shelf, text: str, op: Any) -> None:
    people.create(person("1"))
    query = PageQuery(filters=(Filter("town", op, text),))
    assert people.store.page(query).rows == () and people.store.count(query.filters) == 0
    assert people.store.count((Filter("seats", "prefix", 1),)) == 0, "a number has no beginning"
    token = base64.urlsafe_b64encode(json.dumps(["town", False, text, 1]).encode()).decode()
    with pytest.raises(CodedError, match=r"registries\.page_token"):
        people.store.page(PageQuery(order="town", after=token))


def test_words_that_are_only_signs_find_nothing_and_blanks_everything(people: Shelf) -> None:
    people.create(person("1"))
    assert words(people, "...") == [] and words(people, "   ") == ["1"]


def test_words_follow_a_change_and_a_withdrawal(people: Shelf) -> None:
    first, _ = people.create(person("1", town="Basra"), person("2", town="Basra"))
    second = following(first, {"town": "Mosul"})
    people.write(second)
    assert words(people, "basra") == ["2"] and words(people, "mosul") == ["1"]
    people.write(following(second, kind="withdraw", status="withdrawn"))
    assert words(people, "mosul") == []
    assert numbers(people.store.page(PageQuery(words="mosul", statuses=("withdrawn",))).rows) == ["1"]


def test_filters_by_value_beginning_and_range(people: Shelf) -> None:
    people.create(
        person("1", town="Basra", born="1970-01-01", seats=5), person("2", town="Babil", born="1980-01-01", seats=10),
        person("3", town="Mosul", born="1990-01-01"), person("4", town="بصرة", born="1990-12-31", seats=-1),
    )  # fmt: skip

    def found(*filters: tuple[str, Any, Any]) -> list[str]:
        asked = tuple(Filter(*one) for one in filters)
        rows = people.store.page(PageQuery(filters=asked)).rows
        assert people.store.count(asked) == len(rows)
        return numbers(rows)

    assert found(("town", "eq", "Basra")) == ["1"]
    assert found(("town", "prefix", "Ba")) == ["1", "2"]
    assert found(("town", "prefix", "بص")) == ["4"]
    assert found(("born", "from", date(1980, 1, 1)), ("born", "to", "1990-01-01")) == ["2", "3"]
    assert found(("seats", "from", 0), ("seats", "to", 5)) == ["1"]
    assert found(("seats", "to", 0)) == ["4"]
    assert found(("seats", "eq", "five")) == [] and found(("seats", "eq", 2**70)) == []
    assert found(("town", "eq", "")) == []


def test_a_field_without_an_index_is_neither_filtered_nor_sorted_by(people: Shelf) -> None:
    for query in (PageQuery(filters=(Filter("kind", "eq", "x"),)), PageQuery(order="kind"), PageQuery(order="rid; --")):
        with pytest.raises(CodedError) as refused:
            people.store.page(query)
        assert refused.value.code == "registries.not_indexed"


def pages(people: Shelf, **query: Any) -> list[str]:
    """All pages after each other."""
    found, token = [], ""
    while True:
        page: PageRows = people.store.page(PageQuery(after=token, **query))
        found += numbers(page.rows)
        token = page.next
        if not token:
            return found


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", [None, "town", "seats", "number", "born"])
def test_pages_show_each_record_once_in_order(people: Shelf, order: str | None, descending: bool) -> None:
    pick = random.Random(7)
    contents = [
        person(
            str(place), town=pick.choice(["Basra", "Mosul", "أربيل"]), **pick.choice([{}, {"seats": pick.randrange(3)}])
        )
        for place in range(41)
    ]
    people.create(*contents)
    by_number = {one["number"]: one for one in contents}
    shown = pages(people, order=order, descending=descending, limit=7)
    assert sorted(shown) == sorted(by_number)
    if order is None:
        assert shown == list(reversed(by_number)) if descending else list(by_number)
        return
    values = [by_number[number].get(order) for number in shown]
    having = [value for value in values if value is not None]
    assert having == sorted(having, reverse=descending) and values == having + [None] * (len(values) - len(having))


def test_a_page_goes_on_where_it_ended_though_others_write(people: Shelf) -> None:
    people.create(*(person(str(place), town=f"t{place:02}") for place in range(0, 20, 2)))
    first = people.store.page(PageQuery(order="town", limit=4))
    people.create(person("1", town="t01"), person("9", town="t09"))
    second = people.store.page(PageQuery(order="town", limit=4, after=first.next))
    assert numbers(first.rows) == ["0", "2", "4", "6"] and numbers(second.rows) == ["8", "9", "10", "12"]


def test_a_page_never_holds_more_than_two_hundred(people: Shelf) -> None:
    people.create(*(person(str(place)) for place in range(205)))
    assert len(people.store.page(PageQuery(limit=10_000)).rows) == 200
    assert len(people.store.page(PageQuery(limit=-1)).rows) == 1


def token(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "after",
    ["x", "!", "é", "[" * 3000, token(1), token("town", False, "a", "b"), token("born", False, "a", 1),
     token("town", True, "a", 1), token("town", False, ["a"], 1), token("town", False, "\0", 1),
     token("town", False, "a", 2**80), token("town", False, 1.5, 1)],
)  # fmt: skip
def test_a_page_token_that_is_none_of_ours_is_refused(people: Shelf, after: str) -> None:
    with pytest.raises(CodedError) as refused:
        people.store.page(PageQuery(order="town", after=after))
    assert refused.value.code == "registries.page_token"


def test_a_token_whose_value_is_of_another_type_is_refused(people: Shelf) -> None:
    people.create(person("1", seats=1))
    for order, value in (("seats", "a"), ("town", 5)):
        with pytest.raises(CodedError, match="page_token"):
            people.store.page(PageQuery(order=order, after=token(order, False, value, 1)))


def test_records_are_counted_by_value_and_by_month(people: Shelf) -> None:
    people.create(
        person("1", town="Basra", born="1980-01-05", kind="x"), person("2", town="Basra", born="1980-01-30", kind="y"),
        person("3", town="Mosul", born="1980-03-01", kind="y"),
    )  # fmt: skip
    store = people.store
    assert store.group("town") == (Group("Basra", 2), Group("Mosul", 1))
    assert store.group("kind") == (Group("y", 2), Group("x", 1))
    assert store.group("seats") == (Group(None, 3),)
    people.create(person("4", kind=True), person("5", kind=True), person("6", kind=7), person("7", kind={"a": "b"}))
    assert set(store.group("kind")) == {Group("y", 2), Group("true", 2), Group("x", 1), Group(7, 1), Group("b", 1)}
    assert store.group("town", (Filter("born", "from", "1980-01-30"),)) == (Group("Basra", 1), Group("Mosul", 1))
    assert store.periods("born") == (Group("1980-01", 6), Group("1980-03", 1))
    assert store.periods("changed_at") == (Group("2026-03", 7),)
    for asked in ("nothing", "name'"):
        with pytest.raises(CodedError, match="not_indexed"):
            store.group(asked)
    with pytest.raises(CodedError, match="not_indexed"):
        store.periods("note x")
    with pytest.raises(CodedError, match="not_a_date"):
        store.periods("town")


def test_records_about_a_person_and_those_that_lead_to_a_key(people: Shelf) -> None:
    one, two, _ = people.create(
        person("1", holder="199000000001", card="A"), person("2", holder="199000000001"), person("3", card="A")
    )
    people.write(following(two, kind="withdraw", status="withdrawn"))
    assert numbers(people.store.by_subject("199000000001")) == ["1", "2"]
    assert [row.rid for row in people.store.by_subject("199000000001", limit=1)] == [one.rid]
    assert people.store.by_subject("199000000009") == ()


def test_an_export_streams_all_records_as_they_were_made(people: Shelf) -> None:
    people.create(*(person(str(place)) for place in range(1205)))
    shown = numbers(people.store.stream())
    assert shown == [str(place) for place in range(1205)]
    assert numbers(people.store.stream(after=next(iter(people.store.stream())).rid))[0] == "1"


def test_duplicates_are_found_by_what_they_share_most(people: Shelf) -> None:
    from uruk.registries.domain.matching.keys import match_keys

    first, second, third = people.create(
        person("1", given="محمد", born="1980-01-01"), person("2", given="محمّد", born="1980-01-01"),
        person("3", given="سعاد", born="1999-09-09"),
    )  # fmt: skip
    keys = match_keys({"name": "name", "born": "born"}, person("9", given="محمد", born="1980-01-01"))
    assert numbers(people.store.matching(keys))[:2] == ["1", "2"]
    people.write(following(first, kind="withdraw", status="withdrawn"))
    people.write(following(second, {"born": "1999-09-09"}))
    assert "1" not in numbers(people.store.matching(keys))
    assert people.store.matching(()) == ()
    assert third.rid


def test_lists_hold_only_what_is_true_today(people: Shelf) -> None:
    people.create(person("1", town="Basra"), valid_from=date(2030, 1, 1))
    assert people.store.page(PageQuery()).rows == ()
    assert people.store.count(statuses=("dormant",)) == 1
    people.store.refresh(next(people.store.stream(statuses=("dormant",))).rid, date(2030, 1, 1))
    assert numbers(people.store.page(PageQuery(filters=(Filter("town", "eq", "Basra"),))).rows) == ["1"]
