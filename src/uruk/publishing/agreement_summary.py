"""An agreement as people read it before they sign it: whatever its digest holds that matters stands here in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import cast

from uruk.definitions.api import Definition, Institution
from uruk.exchange.api import AgreementDefinition, OfferDefinition, offer_of, system_of
from uruk.kernel.api import Text, format_date, listed, local_digits
from uruk.publishing.countries import find_country
from uruk.publishing.decisions import Line, Summary
from uruk.publishing.kinds import kinds

_PROVIDER = Text("الجهة المجيبة", "لایەنی وەڵامدەر", "Provider")
_CONSUMER = Text("الجهة السائلة", "لایەنی پرسیارکەر", "Consumer")
_OFFER = Text("ما يُسأل عنه", "ئەوەی دەپرسرێت", "What is asked")
_CALLS = Text("النداءات المسموحة", "بانگکردنە ڕێگەپێدراوەکان", "Calls")
_PERSONS = Text("عن أشخاص", "دەربارەی کەسان", "About persons")
_FIELDS = Text("الحقول التي تعود", "ئەو خانانەی دەگەڕێنەوە", "Fields that come back")
_ALL = Text("كل الحقول", "هەموو خانەکان", "All fields")
_LAW = Text("السند القانوني", "بنەمای یاسایی", "Legal basis")
_FROM, _UNTIL = Text("من", "لە", "From"), Text("إلى نهاية", "تا کۆتایی", "Until the end of")
_LIMITS = Text("حد الطلبات", "سنووری داواکارییەکان", "Limit of requests")
_DEMANDS = Text("ما يجب أن يذكره كل طلب", "ئەوەی دەبێت هەر داواکارییەک باسی بکات", "What each request must say")
_BODY = Text("أكبر حجم (كيلوبايت)", "گەورەترین قەبارە (کیلۆبایت)", "Largest size (KiB)")
_KEEP = Text("مدة حفظ الأدلة (بالأيام)", "ماوەی پاراستنی بەڵگەکان (بە ڕۆژ)", "Days for which evidence is kept")
_HIDDEN = Text(
    "لا يراه أصحاب البيانات قبل نهاية", "خاوەنی داتا پێش کۆتایی ئەم ڕۆژە نایبینێت", "Hidden from its subjects until"
)
_YES, _NO = Text("نعم", "بەڵێ", "Yes"), Text("لا", "نەخێر", "No")
_NONE = Text("بلا حد", "بێ سنوور", "None")
_NOTHING = Text("لا شيء", "هیچ", "Nothing")
_A_MINUTE, _A_DAY = Text("في الدقيقة", "لە خولەکێکدا", "a minute"), Text("في اليوم", "لە ڕۆژێکدا", "a day")
_DEMANDED = {
    "purpose": Text("الغرض", "مەبەست", "Purpose"),
    "legal-basis": Text("السند القانوني", "بنەمای یاسایی", "Legal basis"),
    "subject": Text("رقم صاحب البيانات", "ژمارەی خاوەنی داتا", "The number of the person concerned"),
}
_EVERYTHING = Text(
    "يعود كل ما يجيب به النظام، لا حقول معدودة فقط.",
    "هەموو ئەوەی سیستەمەکە وەڵامی دەداتەوە دەگەڕێتەوە، نەک تەنها خانەی دیاریکراو.",
    "Everything that the system answers comes back, not a list of fields.",
)
_UNSEEN = Text(
    "لا يرى أصحاب البيانات هذه القراءات حتى اليوم المذكور.",
    "خاوەنانی داتا تا ئەو ڕۆژەی باسکراوە ئەم خوێندنەوانە نابینن.",
    "Those whose data is read do not see it until the day that is named.",
)


def summarise(definition: Definition, institutions: Mapping[str, Institution]) -> Summary:
    """What is signed: parties, what is asked and comes back, law, period, limits; warnings where little limits it."""
    model = cast(AgreementDefinition, definition.model)
    warnings = [text for text, holds in ((_EVERYTHING, model.fields is None), (_UNSEEN, model.hidden_until)) if holds]
    warning = _each(lambda lang: " ".join(text.get(lang) for text in warnings)) if warnings else None
    return Summary(definition.title, tuple(_lines(definition, model, institutions)), warning)


def _lines(definition: Definition, model: AgreementDefinition, known: Mapping[str, Institution]) -> Iterator[Line]:
    yield Line(_PROVIDER, _name(model.offer.institution, known))
    yield Line(_CONSUMER, _named(_name(model.consumer.institution, known), str(model.consumer)))
    yield from _asked(definition, model)
    yield Line(_LAW, _law(model.law))
    yield Line(_FROM, _day(model.valid_from))
    yield Line(_UNTIL, _day(model.valid_until))
    yield Line(_LIMITS, _limits(model))
    yield Line(_DEMANDS, _list([_DEMANDED[word] for word in model.demands]) if model.demands else _NOTHING)
    yield Line(_BODY, _number(model.body_limit_bytes >> 10))
    yield Line(_KEEP, _number(model.keep_days))
    if model.hidden_until is not None:
        law, day = _law(model.hidden_law), _day(model.hidden_until)
        yield Line(_HIDDEN, _each(lambda lang: f"{day.get(lang)} – {law.get(lang)}"))


def _asked(definition: Definition, model: AgreementDefinition) -> Iterator[Line]:
    """The offer as it was frozen with the agreement, in the words of its own definition."""
    offer, texts = offer_of(definition, kinds()), system_of(definition, kinds()).texts
    yield Line(_OFFER, _named(texts.get(f"offers.{offer.code}"), str(model.offer)))
    yield Line(_CALLS, _calls(model, offer))
    yield Line(_PERSONS, _YES if offer.personal else _NO)
    labels = [offer.labels.get(name) or texts.get(f"fields.{name}") for name in model.fields or ()]
    yield Line(_FIELDS, _ALL if model.fields is None else _list(labels))


def _calls(model: AgreementDefinition, offer: OfferDefinition) -> Text:
    named = [one for one in offer.endpoints if not model.endpoints or one.name in model.endpoints]
    return _plain(", ".join(f"{one.method} {one.path}" for one in named))


def _limits(model: AgreementDefinition) -> Text:
    said = ((model.limits.per_minute, _A_MINUTE), (model.limits.per_day, _A_DAY))
    parts = [_rate(number, per) for number, per in said if number]
    return _list(parts) if parts else _NONE


def _rate(number: int, per: Text) -> Text:
    return _each(lambda lang: f"{local_digits(str(number), lang)} {per.get(lang)}")


def _name(code: str, known: Mapping[str, Institution]) -> Text:
    return known[code].names if code in known else _plain(code)


def _named(name: Text, code: str) -> Text:
    return _each(lambda lang: f"{name.get(lang)} ({code})")


def _law(citation: str) -> Text:
    country = find_country()
    article = country.shared.laws.find(citation) if country else None
    if article is None:
        return _plain(citation)
    return _each(lambda lang: f"{article.title.get(lang)} ({local_digits(article.article, lang)})")


def _day(day: date) -> Text:
    return _each(lambda lang: format_date(day, lang))


def _number(number: int) -> Text:
    return _each(lambda lang: local_digits(str(number), lang))


def _list(texts: Iterable[Text]) -> Text:
    found = list(texts)
    return _each(lambda lang: listed((text.get(lang) for text in found), lang))


def _plain(text: str) -> Text:
    return Text(text, text, text)


def _each(say: Callable[[str], str]) -> Text:
    return Text(say("ar"), say("ckb"), say("en"))
