"""What the parts of a service are called where its changes are told."""

from uruk.definitions.api import Words
from uruk.kernel.api import Text
from uruk.services.domain.drawing.words import CLOSED, PARTIES, WAYS

_STATE = Text("الحالة", "دۆخی", "state")
_TASK = Text("لمن المهمة", "کارەکە هی کێیە", "whose task it is")
_TO = Text("إلى أين", "بۆ کوێ", "where it leads")
_WITH = Text("بأي قيم", "بە چ بەهایەک", "with which values")
_WHEN = Text("متى", "کەی", "when")
_HOW = Text("كيف يُحسب", "چۆن دەژمێردرێت", "how it is reckoned")
_SILENT = Text("", "", "")

SERVICE_WORDS = Words(
    groups={
        "states": _STATE,
        "steps": Text("الخطوة", "هەنگاوی", "step"),
        "facts": Text("الواقعة", "زانیاریی", "fact"),
        "tables": Text("الجدول", "خشتەی", "table"),
        "rows": Text("الصف", "ڕیزی", "row"),
        "values": Text("القيمة", "بەهای", "value"),
        "conditions": Text("الشرط", "مەرجی", "condition"),
        "actions": Text("الإجراء", "کرداری", "action"),
        "outcomes": Text("النتيجة", "ئەنجامی", "outcome"),
        "next": Text("القاعدة", "ڕێسای", "rule"),
        "do": Text("الأثر", "کاریگەریی", "effect"),
        "quotas": Text("الحصة", "پشکی", "quota"),
    },
    keys={
        "about": Text("التعريف بها", "ناساندنی", "what it is"),
        "event": Text("حدث الحياة", "ڕووداوی ژیان", "life event"),
        "for": Text("لمن الخدمة", "خزمەتگوزارییەکە بۆ کێیە", "whom the service is for"),
        "assurance": Text("مدى التحقق من الشخص", "چەند دڵنیابوون لە کەسەکە", "how surely a person is known"),
        "channels": Text("أين يُقدَّم الطلب", "لە کوێ پێشکەش دەکرێت", "where one applies"),
        "e_signature": Text("التوقيع الإلكتروني", "واژووی ئەلیکترۆنی", "electronic signature"),
        "fee": Text("الرسم", "ڕسووم", "fee"),
        "amount_iqd": Text("المبلغ", "بڕ", "amount"),
        "queue": Text("ترتيب الدور", "ڕیزبەندیی نۆرە", "order of the queue"),
        "guide": Text("ما يُجرَّب قبل التقديم", "ئەوەی پێش داواکردن تاقی دەکرێتەوە", "what is tried before applying"),
        "round": Text("الجولة", "خول", "round"),
        "call": Text("الدعوة", "بانگەواز", "call"),
        "ends": Text("نهايتها", "کۆتایییەکەی", "its end"),
        "places": Text("المقاعد", "جێگەکان", "places"),
        "order": Text("الترتيب", "ڕیزبەندی", "order"),
        "ties": Text("عند التساوي", "لە یەکسانیدا", "where equal"),
        "waiting": Text("قائمة الانتظار", "لیستی چاوەڕوانی", "waiting list"),
        "read": Text("تُقرأ من", "دەخوێنرێتەوە لە", "read from"),
        "ask": Text("تُسأل عنها", "دەپرسرێت لە", "asked of"),
        "with": _WITH,
        "many": Text("قيود عدة", "چەند تۆمارێک", "several records"),
        "newest": Text("الأحدث بحسب", "نوێترین بەپێی", "the newest by"),
        "repeat": Text("التكرار", "دووبارەبوونەوە", "repetition"),
        "over": Text("لكل صف من", "بۆ هەر ڕیزێکی", "for each row of"),
        "as": Text("يُسمى", "ناوی", "called"),
        "cosign": Text("الموقع الثاني", "واژووکاری دووەم", "second signatory"),
        "when": _WHEN,
        "each": Text("لكل", "بۆ هەر", "for each"),
        "hit": Text("الصفوف المنطبقة", "ڕیزە گونجاوەکان", "rows that apply"),
        "in": Text("أعمدة الجدول", "ستوونەکانی خشتە", "columns of the table"),
        "out": Text("ناتج الجدول", "ئەنجامی خشتە", "what comes out of the table"),
        "is": _HOW,
        "task": _TASK,
        "waits": Text("من ينتظر", "چاوەڕێی کێیە", "for whom it waits"),
        "sees": Text("ما يراه الموظف", "ئەوەی فەرمانبەر دەیبینێت", "what the officer sees"),
        "visit": Text("زيارة ميدانية", "سەردانی مەیدانی", "visit"),
        "deadline": Text("المهلة", "ماوە", "deadline"),
        "within": _SILENT,
        "then": Text("بعد انقضائها", "دوای تەواوبوونی", "after it has passed"),
        "to": _TO,
        "second": Text("الشخص الثاني", "کەسی دووەم", "second person"),
        "reviews": Text("آراء عدة جهات", "ڕای چەند لایەنێک", "reviews"),
        "by": Text("ممن", "لە کێ", "by whom"),
        "join": Text("كم يجب أن يوافقوا", "چەند دەبێت ڕازی بن", "how many must agree"),
        "closed": Text("الإغلاق", "داخستن", "closed as"),
        "appeal": Text("الاعتراض", "تانە", "appeal"),
        "record": Text("يُسجَّل في", "تۆمار دەکرێت لە", "recorded in"),
        "reserve": Text("يُحجز من", "دەگیرێت لە", "reserved of"),
        "release": Text("يُعاد إلى", "دەگەڕێنرێتەوە بۆ", "given back to"),
        "issue": Text("تصدر وثيقة", "بەڵگەنامە دەردەچێت", "document issued"),
        "revoke": Text("تُلغى وثيقة", "بەڵگەنامە هەڵدەوەشێتەوە", "document revoked"),
        "notify": Text("إشعار", "ئاگادارکردنەوە", "notice"),
        "open": Text("تُفتح معاملة", "مامەڵە دەکرێتەوە", "case opened"),
        "amount": Text("الكمية", "بڕ", "amount"),
    },
    refers={"to": "states", "outcomes": "states", "issue": "documents", "guide": "conditions", "notify": "notices"},
    names={**WAYS, **PARTIES, **CLOSED},
)
