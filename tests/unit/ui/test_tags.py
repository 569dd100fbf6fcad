"""Template tags: direction, language switch, days and digits as the reader writes them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from uruk.kernel.api import Text
from uruk.ui.api import Fact, Row, problems
from uruk.ui.templatetags.ui import address_in


def drawn(source: str, language: str = "ar", path: str = "/ar/verify/", **values: object) -> str:
    """A template in a language, for a request."""
    with override(language):
        return Template("{% load ui %}" + source).render(Context({"request": RequestFactory().get(path), **values}))


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ckb", "rtl"), ("en", "ltr")])
def test_each_language_has_its_direction(language: str, direction: str) -> None:
    assert drawn("{% direction %}", language) == direction


def test_the_switch_leads_to_the_same_page_in_each_language() -> None:
    source = "{% languages as all %}{% for one in all %}{{ one.url }}={{ one.current }} {% endfor %}"
    assert drawn(source, "ckb", "/ckb/verify/?a=1").split() == [
        "/ar/verify/?a=1=False", "/ckb/verify/?a=1=True", "/en/verify/?a=1=False",
    ]  # fmt: skip


def test_a_page_without_a_language_in_its_address_leads_to_the_home_of_each() -> None:
    assert address_in("/nowhere", "ckb") == "/ckb/"


def test_the_current_page_is_marked() -> None:
    assert drawn("{% leads_to 'portal:verify' %}") == 'href="/ar/verify/" aria-current="page"'
    assert drawn("{% leads_to 'portal:home' %}") == 'href="/ar/"'


def test_days_moments_and_digits_are_the_readers() -> None:
    when = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert drawn("{{ d|day }}", d=date(2026, 11, 23)) == "٢٣ تشرين الثاني ٢٠٢٦"
    assert drawn("{{ d|day }}", d=when) == "٢٤ تشرين الثاني ٢٠٢٦"
    assert drawn("{{ d|moment }}", d=when) == "٢٤ تشرين الثاني ٢٠٢٦، ٠١:٣٠"
    assert drawn("{{ d|moment }}", "en", d=when) == "24 November 2026, 01:30"
    assert drawn("{{ n|digits }}", "ckb", n=1402) == "١٤٠٢"
    assert drawn("{{ d|day }}{{ d|moment }}", d=None) == ""


def test_texts_are_told_in_the_readers_language() -> None:
    assert drawn("{{ t|told }}", "ckb", t=Text("وثيقة", "بەڵگەنامە", "document")) == "بەڵگەنامە"
    assert drawn("{{ t|told }}", "en", t={"ar": "وثيقة", "ckb": "بەڵگەنامە"}) == "وثيقة"
    assert drawn("{{ t|told }}", t=7) == "7"


def test_facts_are_told_line_by_line_and_some_lead_somewhere() -> None:
    told = drawn("{% fact_lines facts %}", facts=(Fact("A", "<b>"), Fact("B", "c", "/x?a=1&b=2")))
    assert told.splitlines() == [
        "<div><dt>A</dt><dd><bdi>&lt;b&gt;</bdi></dd></div>",
        '<div><dt>B</dt><dd><a href="/x?a=1&amp;b=2"><bdi>c</bdi></a></dd></div>',
    ]


def test_a_question_is_drawn_for_its_reader_with_what_they_typed_alone() -> None:
    source, row = "{% field row %}", Row("name", "الاسم", required=False)
    blank = drawn(source, row=row)
    assert "optional" in drawn(source, "en", row=row) and drawn(source, row=row) == blank
    assert 'value="سارة"' in drawn(source, row=replace(row, value="سارة"))
    assert "error" in drawn(source, row=replace(row, error="اكتب الاسم.")) and drawn(source, row=row) == blank


FIELD = '{% include "ui/field.html" %}'


def test_label_hint_and_error_are_tied_to_their_box() -> None:
    row = Row("name", "الاسم", hint="كما في البطاقة", error="اكتب الاسم.")
    html = drawn(FIELD, row=row)
    assert '<label for="field-name">' in html
    assert 'aria-describedby="field-name-hint field-name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="field-name-error"' in html


def test_an_optional_question_says_so_and_a_required_one_is_marked() -> None:
    assert "اختياري" in drawn(FIELD, row=Row("name", "الاسم", required=False))
    assert " required" in drawn(FIELD, row=Row("name", "الاسم"))


def test_what_was_typed_comes_back_escaped() -> None:
    assert "<script>" not in drawn(FIELD, row=Row("name", "الاسم", value='"><script>alert(1)</script>'))


def test_the_summary_of_errors_names_inner_questions() -> None:
    rows = (Row("a", "A", error="first"), Row("g", "G", "group", rows=(Row("g.b", "B", error="second"),)))
    assert [(each.sentence, each.id) for each in problems(rows)] == [
        ("A: first", "field-a"), ("B: second", "field-g.b"),
    ]  # fmt: skip
