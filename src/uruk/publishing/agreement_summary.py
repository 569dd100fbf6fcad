"""An agreement as people read it before they sign it."""

from collections.abc import Iterator, Mapping
from typing import cast

from uruk.definitions.api import Definition, Institution
from uruk.exchange.api import AgreementDefinition, offer_of
from uruk.kernel.api import LANGUAGES, Text
from uruk.publishing.countries import find_country
from uruk.publishing.decisions import Line, Summary

_PROVIDER = Text("الجهة المانحة", "لایەنی پێدەر", "Provider")
_CONSUMER = Text("الجهة السائلة", "لایەنی پرسیارکەر", "Consumer")
_OFFER = Text("ما يُسأل عنه", "ئەوەی دەپرسرێت", "What is asked")
_CALLS = Text("نقاط النداء", "خاڵەکانی بانگکردن", "Calls")
_FIELDS = Text("الحقول التي تعود", "ئەو خانانەی دەگەڕێنەوە", "Fields that come back")
_ALL = Text("كل الحقول", "هەموو خانەکان", "All fields")
_LAW = Text("السند القانوني", "بنەمای یاسایی", "Legal basis")
_FROM, _UNTIL = Text("من", "لە", "From"), Text("إلى نهاية", "تا کۆتایی", "Until the end of")
_HIDDEN = Text("لا يراه أصحاب البيانات قبل", "خاوەنی داتا پێش ئەم ڕۆژە نایبینێت", "Hidden from its subjects until")
_EVERYTHING = Text(
    "يعود كل ما يجيب به النظام، لا حقول معدودة فقط.",
    "هەموو ئەوەی سیستەمەکە وەڵامی دەداتەوە دەگەڕێتەوە، نەک تەنها خانەی دیاریکراو.",
    "Everything that the system answers comes back, not a list of fields.",
)


def summarise(definition: Definition, institutions: Mapping[str, Institution]) -> Summary:
    """Purpose, parties, what is asked and comes back, law, period; a warning where nothing limits the answer."""
    model = cast(AgreementDefinition, definition.model)
    everything = _EVERYTHING if model.fields is None else None
    return Summary(definition.title, tuple(_lines(definition, model, institutions)), everything)


def _lines(definition: Definition, model: AgreementDefinition, known: Mapping[str, Institution]) -> Iterator[Line]:
    offer = offer_of(definition)
    yield Line(_PROVIDER, _name(model.offer.institution, known))
    yield Line(_CONSUMER, _name(model.consumer.institution, known))
    yield Line(_OFFER, _plain(str(model.offer)))
    named = [one for one in offer.endpoints if not model.endpoints or one.name in model.endpoints]
    yield Line(_CALLS, _plain(", ".join(f"{one.method} {one.path}" for one in named)))
    yield Line(_FIELDS, _ALL if model.fields is None else _plain(", ".join(model.fields)))
    yield Line(_LAW, _law(model.law))
    yield Line(_FROM, _plain(model.valid_from.isoformat()))
    yield Line(_UNTIL, _plain(model.valid_until.isoformat()))
    if model.hidden_until is not None:
        yield Line(_HIDDEN, _plain(f"{model.hidden_until.isoformat()} ({model.hidden_law})"))


def _name(code: str, known: Mapping[str, Institution]) -> Text:
    return known[code].names if code in known else _plain(code)


def _law(citation: str) -> Text:
    country = find_country()
    article = country.shared.laws.find(citation) if country else None
    if article is None:
        return _plain(citation)
    return Text(*(f"{article.title.get(lang)} ({article.article})" for lang in LANGUAGES))


def _plain(text: str) -> Text:
    return Text(text, text, text)
