"""What a message says. A subject names nobody and nothing: it is read by whoever carries it."""

from uruk.kernel.api import Text

SITE = Text("أوروك", "ئورووک", "Uruk")
SUBJECT = Text("{site}: إشعار لك", "{site}: ئاگادارییەک بۆ تۆ", "{site}: a notice for you")
CODE_SUBJECT = Text("{site}: رمز التأكيد", "{site}: کۆدی دڵنیاکردنەوە", "{site}: your code")
CODE_BODY = Text(
    "رمزك في {site}: {code}\nاكتبه في الصفحة التي طلبته منها خلال {minutes} دقيقة. إن لم تطلبه فلا تفعل شيئاً.",
    "کۆدەکەت لە {site}: {code}\nلە ماوەی {minutes} خولەکدا لەو پەڕەیە بینووسە کە داوات کرد. "
    "ئەگەر داوات نەکردووە هیچ مەکە.",
    "Your code at {site}: {code}\nType it within {minutes} minutes on the page where you asked for it. "
    "If you did not, do nothing.",
)
MORE = Text("التفاصيل في طلبك:", "وردەکارییەکان لە داواکارییەکەتدایە:", "The details stand here:")


def subject(language: str) -> str:
    """The subject of a notice: that there is one, and no more."""
    return SUBJECT.filled(site=SITE).get(language)


def body(about: Text, text: Text, address: str, language: str) -> str:
    """The notice itself: of which service, what it says, and where the rest stands."""
    return f"{about.get(language)}\n{text.get(language)}\n\n{MORE.get(language)}\n{address}"


def code_subject(language: str) -> str:
    """The subject of a code."""
    return CODE_SUBJECT.filled(site=SITE).get(language)


def code_body(code: str, minutes: int, language: str) -> str:
    """A code, and what it is for."""
    said = CODE_BODY.filled(site=SITE).get(language)
    return said.replace("{code}", code).replace("{minutes}", str(minutes))
