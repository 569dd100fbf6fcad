"""Why two records may be one person: stable codes, and their sentences in the three languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from uruk.kernel.api import Text

_WHAT: Mapping[str, Text] = {
    "given": Text("الاسم", "ناو", "Given name"),
    "father": Text("اسم الأب", "ناوی باوک", "Father's name"),
    "grandfather": Text("اسم الجد", "ناوی باپیر", "Grandfather's name"),
    "surname": Text("اللقب", "نازناو", "Surname"),
    "mother": Text("اسم الأم", "ناوی دایک", "Mother's name"),
    "born": Text("تاريخ الميلاد", "بەرواری لەدایکبوون", "Date of birth"),
    "number": Text("الرقم", "ژمارە", "Number"),
    "phone": Text("الهاتف", "تەلەفۆن", "Telephone"),
    "text": Text("التسمية", "ناونان", "Designation"),
}
_NAME: Mapping[str, Text] = {
    "same": Text("متطابق", "هەمان ناو", "the same"),
    "script": Text("الاسم نفسه بكتابة أخرى", "هەمان ناو بە نووسینێکی تر", "the same name in another script"),
    "spelling": Text("الاسم نفسه بإملاء آخر", "هەمان ناو بە ڕێنووسێکی تر", "the same name spelt otherwise"),
    "slip": Text("يختلف بحرف واحد", "بە یەک پیت جیاوازە", "one letter differs"),
    "part": Text("ينقصه جزء من اسم مركب", "بەشێک لە ناوە لێکدراوەکە کەمە", "part of a compound name is missing"),
    "different": Text("مختلف", "جیاوازە", "another name"),
    "swapped": Text(
        "الاسم واسم الأب أحدهما مكان الآخر",
        "ناو و ناوی باوک لە شوێنی یەکترن",
        "given name and father's name are exchanged",
    ),
    "moved": Text(
        "مكتوب في موضع اسم الجد", "لە شوێنی ناوی باپیر نووسراوە", "written in the place of the grandfather's name"
    ),
}
_BORN: Mapping[str, Text] = {
    "same": Text("متطابق", "هەمان بەروار", "the same"),
    "swapped": Text("اليوم والشهر أحدهما مكان الآخر", "ڕۆژ و مانگ لە شوێنی یەکترن", "day and month are swapped"),
    "slip": Text("يختلف برقم واحد", "بە یەک ژمارە جیاوازە", "one digit differs"),
    "month": Text("الشهر نفسه واليوم مختلف", "هەمان مانگ و ڕۆژەکە جیاوازە", "the same month, another day"),
    "year": Text(
        "السنة نفسها، واليوم غير معروف في أحدهما",
        "هەمان ساڵ، ڕۆژەکە لە یەکێکیاندا نەزانراوە",
        "the same year; in one the day is not known",
    ),
    "years": Text("اليوم نفسه والسنة قريبة", "هەمان ڕۆژ و ساڵەکە نزیکە", "the same day, the year is close"),
    "different": Text("مختلف", "جیاوازە", "another day"),
}
_DIGITS: Mapping[str, Text] = {
    "same": Text("متطابق", "هەمان ژمارە", "the same"),
    "exchanged": Text(
        "رقمان متجاوران أحدهما مكان الآخر",
        "دوو ژمارەی تەنیشت یەک لە شوێنی یەکترن",
        "two neighbouring digits are exchanged",
    ),
    "slip": Text("يختلف برقم واحد", "بە یەک ژمارە جیاوازە", "one digit differs"),
    "next": Text(
        "يختلف في آخره فقط، كأرقام المسجلين معاً",
        "تەنیا لە کۆتاییدا جیاوازە، وەک ژمارەی ئەوانەی پێکەوە تۆمارکراون",
        "only its end differs, as of people registered together",
    ),
    "different": Text("مختلف", "جیاوازە", "another number"),
}
_TEXT: Mapping[str, Text] = {
    "same": Text("متطابقة", "هەمان ناونان", "the same"),
    "most": Text("أغلب الكلمات متطابقة", "زۆربەی وشەکان هەمانن", "most words are the same"),
    "slip": Text("تختلف بحروف قليلة", "بە چەند پیتێک جیاوازە", "a few letters differ"),
    "different": Text("مختلفة", "جیاوازە", "another designation"),
}

_HOW: Mapping[str, Mapping[str, Text]] = {
    **dict.fromkeys(("given", "father", "grandfather", "surname", "mother"), _NAME),
    "born": _BORN,
    "number": _DIGITS,
    "phone": _DIGITS,
    "text": _TEXT,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding: `code` like "father.script" or "born.swapped", and the points it adds (or, below 0, takes)."""

    code: str
    points: int

    def sentence(self, lang: str) -> str:
        """Return what a reader of `lang` ("ar", "ckb", "en") is told."""
        what, _, how = self.code.partition(".")
        return f"{_WHAT[what].get(lang)}: {_HOW[what][how].get(lang)}"
