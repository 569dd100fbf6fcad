"""Tags and filters of every page: direction, language switch, site facts, days and digits as the reader writes them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from uruk.kernel.api import BAGHDAD, LANGUAGES, direction, format_date, local_digits
from uruk.ui.language import reader_language
from uruk.ui.rows import Row
from uruk.ui.shown import Fact

register = template.Library()

NAMES = {"ar": "العربية", "ckb": "کوردی", "en": "English"}


@register.simple_tag(name="direction")
def page_direction() -> str:
    """`rtl` or `ltr` for the page's language."""
    return direction(reader_language())


@register.simple_tag
def site() -> Mapping[str, object]:
    """What the frame shows: the site's name, and whether it is a demonstration, or even believes a mere header."""
    node = settings.URUK
    return {"name": _("Uruk"), "demonstration": node.demonstration, "trusts_header": node.govstack_trust_header}


@register.simple_tag(takes_context=True)
def languages(context: Mapping[str, object]) -> list[dict[str, object]]:
    """The same page in each language: code, own name, direction, address and whether it is the current one."""
    request = context.get("request")
    path = request.get_full_path() if isinstance(request, HttpRequest) else "/"
    return [
        {
            "code": code,
            "name": NAMES[code],
            "direction": direction(code),
            "url": address_in(path, code),
            "current": code == reader_language(),
        }
        for code in LANGUAGES
    ]


def address_in(path: str, language: str) -> str:
    """The address of the same page in another language; pages without a language in their address lead to its home.

    The language is all in which they differ: addresses are not translated.
    """
    first, _slash, rest = path[1:].partition("/")
    return f"/{language}/{rest if first in LANGUAGES else ''}"


@register.simple_tag(takes_context=True)
def leads_to(context: Mapping[str, object], name: str) -> SafeString:
    """`href` with the named address, and `aria-current="page"` when the request is for it."""
    request, (there, href) = context.get("request"), _link(name, reader_language(), get_script_prefix())
    here = isinstance(request, HttpRequest) and request.path == there
    return SafeString(f'{href} aria-current="page"') if here else href


@lru_cache(maxsize=128)
def _link(name: str, _language: str, _prefix: str) -> tuple[str, SafeString]:
    """The address of a page of which there is one, and how a link says it: each page has it in its navigation."""
    there = reverse(name)
    return there, format_html('href="{}"', there)


@register.simple_tag
def fact_lines(facts: Iterable[Fact]) -> SafeString:
    """The lines of a list of facts, which may be a hundred: a template says them two times slower."""
    return SafeString("".join(map(_fact_line, facts)))


def _fact_line(fact: Fact) -> SafeString:
    if fact.url:
        line = '<div><dt>{}</dt><dd><a href="{}"><bdi>{}</bdi></a></dd></div>\n'
        return format_html(line, fact.label, fact.url, fact.value)
    return format_html("<div><dt>{}</dt><dd><bdi>{}</bdi></dd></div>\n", fact.label, fact.value)


@register.simple_tag(name="field")
def form_field(row: Row) -> SafeString:
    """A question with its box. One that nobody has answered looks alike to all who read one language: drawn once."""
    return _blank_field(row, reader_language()) if row.is_blank else _field(row)


@lru_cache(maxsize=1024)
def _blank_field(row: Row, _language: str) -> SafeString:
    return _field(row)


def _field(row: Row) -> SafeString:
    return render_to_string("ui/field.html", {"row": row})


@register.filter
def day(value: date | datetime | None) -> str:
    """A date as the reader writes it, Gregorian with the Hijri date where the language shows it."""
    if value is None:
        return ""
    return format_date(value.astimezone(BAGHDAD).date() if isinstance(value, datetime) else value, reader_language())


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in Baghdad time: the day, then hours and minutes."""
    if value is None:
        return ""
    clock = local_digits(value.astimezone(BAGHDAD).strftime("%H:%M"), reader_language())
    return f"{day(value)}، {clock}" if page_direction() == "rtl" else f"{day(value)}, {clock}"


@register.filter
def lists(rows: Iterable[Row]) -> bool:
    """Whether a form has buttons of its own, for rows of a list or to find a record, which Enter must not press."""
    return any(row.kind in ("list", "link") or lists(row.rows) for row in rows)


@register.filter
def digits(value: object) -> str:
    """Numbers in the digits of the reader's language."""
    return local_digits(str(value), reader_language())


@register.filter
def told(value: object) -> str:
    """A `Text`, or a mapping of texts by language, in the reader's language; anything else as it is."""
    if isinstance(value, Mapping):
        return str(value.get(reader_language()) or value.get("ar") or value.get("en") or "")
    getter = getattr(value, "get", None)
    return str(getter(reader_language())) if callable(getter) else str(value)
