"""The words in which changes of definitions of every kind are told."""

from collections.abc import Mapping

from uruk.kernel.api import Text, local_digits

NEW = Text("جديد: {after}", "نوێ: {after}", "new: {after}")
GONE = Text("أُزيل (كان: {before})", "لابرا (پێشتر: {before})", "taken out (was {before})")
CHANGED = Text("صار {after} (كان: {before})", "بوو بە {after} (پێشتر: {before})", "became {after} (was {before})")
ORDER = Text("صار الترتيب: {after}", "ڕیزبەندی بوو بە: {after}", "the order became: {after}")
DIFFERS = Text("تغيّر", "گۆڕا", "differs")
WRITTEN = Text(
    "كُتب بطريقة أخرى، والمضمون نفسه إن كان تعريفاً.",
    "بە شێوەیەکی تر نووسراوە؛ ئەگەر پێناسە بێت، ناوەڕۆکی هەمان شتە.",
    "is written otherwise; what a definition says is the same.",
)
ADDED, TAKEN = Text("ملف جديد", "فایلی نوێ", "a new file"), Text("ملف أُزيل", "فایلی لابراو", "a file taken out")
FILE, WHOLE_FILE = Text("الملف", "فایل", "file"), Text("الملف كله", "هەموو فایلەکە", "the whole file")
MORE = Text("تغييرات أخرى لم تُذكر هنا", "گۆڕانکاریی تر کە لێرە نەوتراون", "Further changes that are not told here")
TEXT_IN: Mapping[str, Text] = {
    "ar": Text("النص العربي", "دەقی عەرەبی", "Arabic text"),
    "ckb": Text("النص الكردي", "دەقی کوردی", "Kurdish text"),
    "en": Text("النص الإنكليزي", "دەقی ئینگلیزی", "English text"),
}
CATALOGUE = Text("القائمة", "لیستی", "Catalogue")
LAWS = Text("المواد القانونية", "ماددە یاساییەکان", "Articles of law")
PLACE = Text("الموضع", "شوێنی", "place")
YES, NO = Text("نعم", "بەڵێ", "yes"), Text("لا", "نەخێر", "no")
NOTHING = Text("لا شيء", "هیچ", "nothing")
VALUES: Mapping[str, Text] = {
    "none": NOTHING,
    "any": Text("أي قيمة", "هەر بەهایەک", "any value"),
    "all": Text("الكل", "هەموو", "all"),
    "forever": Text("دائماً", "هەمیشە", "for ever"),
    "allowed": Text("مسموح", "ڕێگەپێدراو", "allowed"),
    "forbidden": Text("ممنوع", "قەدەغە", "forbidden"),
    "integer": Text("عدد صحيح", "ژمارەی تەواو", "whole number"),
    "money": Text("مبلغ", "بڕە پارە", "amount of money"),
    "text": Text("نص", "دەق", "text"),
    "long_text": Text("نص طويل", "دەقی درێژ", "long text"),
    "choice": Text("اختيار", "هەڵبژاردن", "choice"),
    "date": Text("تاريخ", "بەروار", "date"),
    "yes_no": Text("نعم أو لا", "بەڵێ یان نەخێر", "yes or no"),
    "file": Text("ملف", "فایل", "file"),
    "declaration": Text("إقرار", "دانپێدانان", "declaration"),
}
# Arabic counts one, two, three to ten, eleven to ninety-nine, and from a hundred on.
_ARABIC: Mapping[str, tuple[str, str, str, str, str]] = {
    "day": ("يوم واحد", "يومان", "أيام", "يوماً", "يوم"),
    "working_day": ("يوم عمل واحد", "يوما عمل", "أيام عمل", "يوم عمل", "يوم عمل"),
    "week": ("أسبوع واحد", "أسبوعان", "أسابيع", "أسبوعاً", "أسبوع"),
    "month": ("شهر واحد", "شهران", "أشهر", "شهراً", "شهر"),
    "year": ("سنة واحدة", "سنتان", "سنوات", "سنة", "سنة"),
}
_KURDISH = {"day": "ڕۆژ", "working_day": "ڕۆژی کار", "week": "هەفتە", "month": "مانگ", "year": "ساڵ"}
_ENGLISH = {"day": "day", "working_day": "working day", "week": "week", "month": "month", "year": "year"}
GROUPS: Mapping[str, Text] = {
    "fields": Text("الحقل", "خانەی", "field"),
    "choices": Text("خيارات", "هەڵبژاردەکانی", "choices of"),
    "codes": Text("الرمز", "کۆدی", "code"),
    "roles": Text("الدور", "ڕۆڵی", "role"),
    "offers": Text("العرض", "خزمەتگوزاریی ئاڵوگۆڕی", "offer"),
    "conditions": Text("الشرط", "مەرجی", "condition"),
    "rules": Text("القاعدة", "ڕێسای", "rule"),
    "articles": Text("المادة", "ماددەی", "article"),
    "laws": Text("القانون", "یاسای", "law"),
    "examples": Text("المثال", "نموونەی", "example"),
    "notices": Text("الإشعار", "ئاگادارکردنەوەی", "notice"),
}
_SILENT = Text("", "", "")
KEYS: Mapping[str, Text] = {
    "uruk": Text("صيغة الملف", "فۆرماتی فایل", "format of the file"),
    "title": Text("العنوان", "ناونیشان", "title"),
    "texts": Text("النصوص", "دەقەکان", "texts"),
    "help": Text("الإيضاح", "ڕوونکردنەوە", "help"),
    "type": Text("النوع", "جۆر", "type"),
    "required": Text("إلزامي", "پێویستە", "required"),
    "unit": Text("الوحدة", "یەکە", "unit"),
    "min": Text("الحد الأدنى", "کەمترین", "the least"),
    "max": Text("الحد الأعلى", "زۆرترین", "the most"),
    "of": Text("ما يُختار منه", "ئەوەی لێی هەڵدەبژێردرێت", "what is chosen from"),
    "from": Text("القائمة التي يُختار منها", "ئەو لیستەی لێی هەڵدەبژێردرێت", "the catalogue it is chosen from"),
    "law": Text("المادة القانونية", "ماددەی یاسایی", "article"),
    "must": Text("ما يجب أن يتحقق", "ئەوەی دەبێت ڕاست بێت", "what must hold"),
    "keep": Text("مدة الحفظ", "ماوەی پاراستن", "how long it is kept"),
    "valid": Text("مدة السريان", "ماوەی کارپێکردن", "validity"),
    "until": Text("حتى", "تا", "until"),
    "types": Text("أنواع الملفات", "جۆری فایلەکان", "types of file"),
    "max_kib": Text("أكبر حجم (كيلوبايت)", "گەورەترین قەبارە (کیلۆبایت)", "the largest size (KiB)"),
    "limits": Text("الحدود", "سنوورەکان", "limits"),
    "per_minute": Text("في الدقيقة", "لە خولەکێکدا", "per minute"),
    "per_day": Text("في اليوم", "لە ڕۆژێکدا", "per day"),
    "purpose": Text("الغرض", "مەبەست", "purpose"),
    "native_check": Text("مراجعة النص", "پێداچوونەوەی دەق", "review of the text"),
    "ar": TEXT_IN["ar"],
    "ckb": TEXT_IN["ckb"],
    "en": TEXT_IN["en"],
    "items": _SILENT,
}


def counted(count: int, unit: str) -> Text:
    """A length of time as people say it: `working_day`, `day`, `week`, `month`, `year`."""
    kurdish = local_digits(f"{count} {_KURDISH[unit]}", "ckb")
    return Text(_arabic(count, _ARABIC[unit]), kurdish, f"{count} {_ENGLISH[unit]}{'' if count == 1 else 's'}")


def _arabic(count: int, forms: tuple[str, str, str, str, str]) -> str:
    if count in (1, 2):
        return forms[count - 1]
    last = count % 100
    form = forms[2] if 3 <= last <= 10 else forms[3] if last >= 11 else forms[4]
    return local_digits(f"{count} {form}", "ar")
