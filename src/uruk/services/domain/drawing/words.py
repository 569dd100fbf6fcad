"""The words of a drawn flow that no service has to say itself."""

from collections.abc import Mapping

from uruk.kernel.api import Text

WAYS: Mapping[str, Text] = {
    "accept": Text("قبول", "پەسەندکردن", "Accept"),
    "refuse": Text("رفض", "ڕەتکردنەوە", "Refuse"),
    "send_back": Text("إعادة للتصحيح", "گەڕاندنەوە بۆ ڕاستکردنەوە", "Send back"),
    "resubmit": Text("تقديم من جديد", "دووبارە پێشکەشکردن", "Submit again"),
    "withdraw": Text("سحب الطلب", "کشاندنەوە", "Withdraw"),
    "appeal": Text("اعتراض", "تانە", "Appeal"),
    "late": Text("انقضاء المهلة", "تەواوبوونی ماوە", "Deadline passed"),
    "done": Text("تم", "کرا", "Done"),
    "short": Text("لا يكفي", "بەش ناکات", "Not enough"),
    "paid": Text("دُفع", "پارە درا", "Paid"),
    "signed": Text("وُقّع", "واژوو کرا", "Signed"),
    "declined": Text("لم يوقع", "واژووی نەکرد", "Declined"),
    "agreed": Text("وافقوا", "ڕازی بوون", "Agreed"),
    "objected": Text("لم يوافقوا", "ڕازی نەبوون", "Objected"),
    "placed": Text("نال مقعداً", "جێگەی وەرگرت", "Placed"),
    "waiting": Text("في الانتظار", "لە چاوەڕوانیدا", "On the waiting list"),
    "unplaced": Text("لم ينل مقعداً", "جێگەی وەرنەگرت", "Not placed"),
    "failed": Text("شرط لا يتحقق", "مەرجێک نەهاتووەتە دی", "A condition does not hold"),
    "otherwise": Text("في غير ذلك", "ئەگەرنا", "Otherwise"),
}
PARTIES: Mapping[str, Text] = {
    "applicant": Text("مقدم الطلب", "داواکار", "The applicant"),
    "cosigner": Text("الموقع الثاني", "واژووکاری دووەم", "The second signatory"),
    "fee": Text("دفع الرسم", "دانی ڕسووم", "Payment of the fee"),
    "round": Text("نهاية الجولة", "کۆتایی خول", "The end of the round"),
    "reviews": Text("آراء عدة جهات", "ڕای چەند لایەنێک", "Several reviews"),
}
CLOSED: Mapping[str, Text] = {
    "granted": Text("مُنح", "بەخشرا", "Granted"),
    "refused": Text("رُفض", "ڕەت کرایەوە", "Refused"),
    "lapsed": Text("سقط", "کەوت", "Lapsed"),
    "withdrawn": Text("سُحب", "کشێندرایەوە", "Withdrawn"),
}
KINDS: Mapping[str, Text] = {
    "next": Text("تقرر القواعد", "یاساکان بڕیار دەدەن", "Rules decide"),
    "task": Text("مهمة: {who}", "کاری: {who}", "Task of: {who}"),
    "waits": Text("بانتظار: {who}", "چاوەڕێی: {who}", "Waits for: {who}"),
    "closed": Text("مغلق", "داخراو", "Closed"),
}
SECOND = Text("ومعه {who}", "لەگەڵ {who}", "with {who}")
START = Text("قُدّم الطلب", "داواکاری پێشکەش کرا", "Submitted")
FLOW_OF = Text("مسار: {title}", "ڕێڕەوی: {title}", "The flow of: {title}")
UNITS: Mapping[str, Text] = {
    "day": Text("خلال {count} يوم", "لە ماوەی {count} ڕۆژدا", "within {count} day(s)"),
    "working_day": Text("خلال {count} يوم عمل", "لە ماوەی {count} ڕۆژی کاردا", "within {count} working day(s)"),
    "week": Text("خلال {count} أسبوع", "لە ماوەی {count} هەفتەدا", "within {count} week(s)"),
    "month": Text("خلال {count} شهر", "لە ماوەی {count} مانگدا", "within {count} month(s)"),
    "year": Text("خلال {count} سنة", "لە ماوەی {count} ساڵدا", "within {count} year(s)"),
}


def closing_told(how: str) -> Text:
    """How a case ends, in words."""
    return CLOSED[how]
