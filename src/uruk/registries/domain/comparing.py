"""What changes from one definition of a registry to the next, in words that two persons read before they sign."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from uruk.definitions.api import Definition, Duration, Field
from uruk.kernel.api import Text
from uruk.registries.domain.definition import MandateSource, RegistryDefinition

_ADDED = Text("حقل جديد", "خانەی نوێ", "New field")
_REMOVED = Text("حقل أزيل", "خانەی لابراو", "Field taken out")
_CHANGED = Text("حقل تغيّر", "خانەی گۆڕاو", "Field changed")
_KEYS = Text("المفاتيح", "کلیلەکان", "Keys")
_SUMMARY = Text("ما تعد به الصفحة العامة", "ئەوەی پەڕەی گشتی پێی دەژمێرێت", "By what the public page counts")
_TITLE = Text("ما يسمّي القيد", "ئەوەی تۆمارەکە ناو دەنێت", "What names a record")
_SUBJECTS = Text("عمّن القيد", "تۆمارەکە دەربارەی کێیە", "Whom a record is about")
_RIGHTS = Text("صلاحيات الدور", "مافەکانی ڕۆڵ", "Rights of the role")
_CONDITION = Text("شرط", "مەرج", "Condition")
_OFFER = Text("ما يُجاب للمؤسسات الأخرى", "ئەوەی بۆ دامەزراوەکانی تر وەڵام دەدرێتەوە", "Offer")
_MANDATE = Text("من ينوب عن صاحب القيد", "کێ لە جیاتی خاوەنی تۆمارەکە کار دەکات", "Who acts for whom a record is about")
_CAPACITY = Text("السعة", "توانا", "Capacity")
_SERIES = Text("ترقيم السجلات", "ژمارەدانانی تۆمارەکان", "How records are numbered")
_VALUES = Text("قيم يحسبها السجل", "ئەو بەهایانەی تۆمارەکە خۆی دەیانژمێرێت", "Values that the registry reckons")
_KEEP = Text("مدة حفظ القيد المسحوب", "ماوەی پاراستنی تۆماری کشێنراوە", "How long a withdrawn record is kept")
_MATCH = Text("ما يُبحث به عن المكرر", "ئەوەی بۆ دووبارە پێی دەگەڕێن", "By what duplicates are looked for")
_CONVERT = Text("تحويل القيود السابقة", "گۆڕینی تۆمارە پێشووەکان", "Conversion of the records there are")
_SECOND = Text("شخصان لكل كتابة", "دوو کەس بۆ هەر نووسینێک", "Two persons for every write")
_WORDS = Text("النصوص والقوائم", "دەق و لیستەکان", "Texts and catalogues")
_DIFFER = Text("تغيّرت", "گۆڕاون", "they differ")
_YES, _NO = Text("نعم", "بەڵێ", "yes"), Text("لا", "نەخێر", "no")
_NOTHING, _EVER = Text("لا شيء", "هیچ", "nothing"), Text("دائماً", "هەمیشە", "for ever")
_ALL = Text("الكل", "هەموو", "all")
_ATTRIBUTES: Mapping[str, Text] = {
    "type": Text("النوع", "جۆر", "type"),
    "required": Text("إلزامي", "پێویست", "required"),
    "unit": Text("الوحدة", "یەکە", "unit"),
    "entry": Text("كيف يُكتب العدد", "ژمارەکە چۆن دەنووسرێت", "how the number is written"),
    "minimum": Text("الحد الأدنى", "کەمترین", "least"),
    "maximum": Text("الحد الأعلى", "زۆرترین", "most"),
    "pattern": Text("الشكل", "شێواز", "pattern"),
    "mask": Text("قالب الكتابة", "قاڵبی نووسین", "mask"),
    "script": Text("الحروف", "پیتەکان", "script"),
    "catalogue": Text("القائمة", "لیست", "catalogue"),
    "options": Text("الخيارات", "هەڵبژاردنەکان", "choices"),
    "unique": Text("لا يتكرر", "دووبارە نابێتەوە", "unique"),
    "find": Text("يُبحث به", "پێی دەگەڕێن", "searched"),
    "public": Text("علني", "گشتی", "public"),
    "personal": Text("عن شخص", "دەربارەی کەس", "about a person"),
    "secret": Text("سري", "نهێنی", "secret"),
    "read": Text("من يقرؤه", "کێ دەیخوێنێتەوە", "read by"),
    "write": Text("من يكتبه", "کێ دەینووسێت", "written by"),
    "to": Text("يقود إلى", "دەبات بۆ", "leads to"),
    "on_removal": Text("عند سحب الهدف", "کاتێک ئامانج دەکشێنرێتەوە", "when its target is withdrawn"),
    "members": Text("الأجزاء", "بەشەکان", "parts"),
    "qr": Text("في رمز QR", "لە کۆدی QR", "in a QR code"),
}


@dataclass(frozen=True)
class Difference:
    """One thing that differs: what it is called and what becomes of it."""

    label: Text
    value: Text


def compare(now: Definition, then: Definition, old: RegistryDefinition, new: RegistryDefinition) -> list[Difference]:
    """All that differs between two definitions of a registry, fields first."""
    found = [*_fields(now, then, old, new), *_whole(old, new), *_rights(old, new), *_named(now, then, old, new)]
    if not found and now.files != then.files:
        return [Difference(_WORDS, _DIFFER)]
    return found


def _fields(
    now: Definition, then: Definition, old: RegistryDefinition, new: RegistryDefinition
) -> Iterator[Difference]:
    for one in new.fields:
        before = old.fields.find(one.name)
        if before is None:
            yield Difference(_ADDED, _called(then, one.name, _plain(one.type)))
        elif changes := list(_attributes(before, one)):
            yield Difference(_CHANGED, _called(then, one.name, _joined(changes)))
    for one in old.fields:
        if one.name not in new.fields:
            yield Difference(_REMOVED, _called(now, one.name, _plain(one.type)))


def _attributes(old: Field, new: Field) -> Iterator[Text]:
    for name, label in _ATTRIBUTES.items():
        before, after = getattr(old, name), getattr(new, name)
        if name == "members":
            before, after = tuple(one.name for one in before), tuple(one.name for one in after)
        if before != after:
            yield _turned(label, before, after)


def _whole(old: RegistryDefinition, new: RegistryDefinition) -> Iterator[Difference]:
    pairs: tuple[tuple[Text, Callable[[RegistryDefinition], Any]], ...] = (
        (_SECOND, lambda one: one.second_person),
        (_KEYS, lambda one: tuple(" + ".join(key) for key in one.keys)),
        (_SUBJECTS, lambda one: one.subjects),
        (_TITLE, lambda one: one.title),
        (_SUMMARY, lambda one: one.summary or _NOTHING),
        (_CAPACITY, _capacity),
        (_SERIES, _series),
        (_VALUES, lambda one: tuple(f"{name} = {said.source}" for name, said in one.values.items())),
        (_KEEP, lambda one: one.keep or _EVER),
        (_MATCH, lambda one: tuple(f"{role}: {name}" for role, name in sorted(one.match.items()))),
        (_CONVERT, _conversion),
    )
    for label, of in pairs:
        before, after = of(old), of(new)
        if before != after:
            yield Difference(label, _turned(None, before, after))


def _rights(old: RegistryDefinition, new: RegistryDefinition) -> Iterator[Difference]:
    for role in sorted({*old.roles, *new.roles}):
        before, after = (tuple(sorted(each.roles.get(role, ()))) for each in (old, new))
        if before != after:
            yield Difference(_RIGHTS, _turned(_plain(role), before, after))


def _named(now: Definition, then: Definition, old: RegistryDefinition, new: RegistryDefinition) -> Iterator[Difference]:
    conditions = [{one.name: (one.must.source, one.law or "") for one in each.conditions} for each in (old, new)]
    yield from _changed(_CONDITION, *conditions)
    yield from _changed(_OFFER, *({code: _offer(one) for code, one in each.offers.items()} for each in (old, new)))
    mandates = [{code: _mandate(one) for code, one in each.mandates.items()} for each in (old, new)]
    yield from _changed(_MANDATE, *mandates)


def _changed(label: Text, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        before, after = old.get(name, ()), new.get(name, ())
        if before != after:
            yield Difference(label, _turned(_plain(name), before, after))


def _offer(one: Any) -> tuple[str, ...]:
    return (one.kind, *(f"← {name}" for name in one.by), *one.fields)


def _mandate(one: MandateSource) -> tuple[str, ...]:
    return (one.kind, f"← {one.by}", one.holds.source if one.holds else "", one.law)


def _capacity(one: RegistryDefinition) -> tuple[str, ...]:
    found = one.capacity
    return () if found is None else (found.of, _duration(found.hold))


def _series(one: RegistryDefinition) -> tuple[str, ...]:
    found = one.series
    return () if found is None else (found.of, found.form, str(found.digits))


def _conversion(one: RegistryDefinition) -> tuple[str, ...]:
    return () if one.convert is None else tuple(f"{name} = {said}" for name, said in one.convert.fields.items())


# -- words ---------------------------------------------------------------------------------------------------------


def _turned(name: Text | None, before: Any, after: Any) -> Text:
    """What something was and becomes, with its name before it."""
    start = _plain("") if name is None else _each(lambda lang: f"{name.get(lang)}: ")
    return _each(lambda lang: f"{start.get(lang)}{_said(before, lang)} → {_said(after, lang)}")


def _said(value: Any, lang: str) -> str:
    if isinstance(value, Text):
        return value.get(lang)
    if isinstance(value, bool):
        return (_YES if value else _NO).get(lang)
    if value is None or value in ((), ""):
        return _NOTHING.get(lang)
    if isinstance(value, Duration):
        return _duration(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _duration(value: Duration) -> str:
    return f"{value.count} {value.unit}"


def _called(definition: Definition, name: str, more: Text) -> Text:
    label = definition.texts.get(f"fields.{name}")
    return _each(lambda lang: f"{label.get(lang)} ({name}) – {more.get(lang)}")


def _joined(parts: Iterable[Text]) -> Text:
    found = list(parts)
    return _each(lambda lang: "; ".join(one.get(lang) for one in found))


def _plain(text: str) -> Text:
    return Text(text, text, text)


def _each(say: Callable[[str], str]) -> Text:
    return Text(say("ar"), say("ckb"), say("en"))
