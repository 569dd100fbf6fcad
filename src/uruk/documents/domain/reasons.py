"""Why a document may be revoked."""

from collections.abc import Mapping

from uruk.kernel.api import Text

REPLACED = "replaced"
REASONS: Mapping[str, Text] = {
    "error": Text("خطأ في البيانات", "هەڵە لە زانیارییەکاندا", "Error in the details"),
    "fraud": Text("صدرت بناءً على غش", "لەسەر بنەمای ساختەکاری دەرچووە", "Obtained by fraud"),
    "authority": Text("صدرت من غير صاحب الصلاحية", "لەلایەن کەسێکی بێ دەسەڵاتەوە دەرچووە", "Issued without authority"),
    "holder": Text("بطلب من صاحبها", "لەسەر داوای خاوەنەکەی", "At the holder's request"),
    "decision": Text("بقرار أو حكم", "بە بڕیار یان حوکم", "By a decision or judgment"),
    REPLACED: Text("حلّت محلها وثيقة أخرى", "بەڵگەنامەیەکی تر جێگەی گرتەوە", "Replaced by another document"),
}
