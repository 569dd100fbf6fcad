"""Rows that were given anew beside those before: each mark and each change stands at the row that it is about."""

from uruk.services.domain.cases.pairing import order_of, put_in_order, put_marks

A, B, C = ({"goods": one, "stall": at} for at, one in enumerate(("bread", "cloth", "fish")))


def test_a_row_that_went_or_came_leaves_the_others_what_they_were() -> None:
    assert order_of([B, C], [A, B, C], "") == [1, 2, 0], "the first went"
    assert order_of([C, A, B], [A, B], "") == [None, 0, 1], "one came before them"
    assert order_of([A, {**B, "stall": 9}, C], [A, B, C], "") == [0, 1, 2], "one was changed where it is"
    assert order_of([{**A, "stall": 9}], [A, B], "") == [0, 1], "between rows that are the same they are counted off"


def test_rows_about_something_are_known_by_it() -> None:
    now, before = [{"parcel": "p2", "crop": "rice"}, {"parcel": "p9"}], [{"parcel": "p1"}, {"parcel": "p2"}]
    assert order_of(now, before, "parcel") == [1, None, 0]


def test_answers_and_marks_go_with_their_rows() -> None:
    order = order_of([B, C], [A, B, C], "")
    assert put_in_order({"places": [A, B, C], "day": 1}, "places", order) == {"places": [B, C, A], "day": 1}
    assert put_in_order({"places": [A]}, "places", [None, 0]) == {"places": [None, A]}
    marks = {"places.1.stall": "taken", "places.0.goods": "no", "places": "all", "day": "late", "places.7": "?"}
    assert put_marks(marks, "places", order) == {
        "places.0.stall": "taken",
        "places.2.goods": "no",
        "places": "all",
        "day": "late",
        "places.7": "?",
    }
