"""What this room says of a change of a registry's definition before two persons decide it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from uruk.definitions.api import Definition
from uruk.kernel.api import Text, local_digits
from uruk.publishing.api import Line, Review, Told
from uruk.registries.domain.comparing import compare
from uruk.registries.domain.conversion import check_conversion
from uruk.registries.opening import model_of
from uruk.registries.trying import RecordsUnfitError, try_records

_TRIED = Text("القيود التي جُرّبت", "ئەو تۆمارانەی تاقی کرانەوە", "Records that were tried")
_FIT = Text("كلها مقبولة في التعريف الجديد", "هەموویان لەگەڵ پێناسە نوێیەکە دەگونجێن", "all fit the new definition")
_LOST = Text(
    "قيم الحقول المزالة تبقى في تاريخ القيود وحده.",
    "بەهای خانە لابراوەکان تەنها لە مێژووی تۆمارەکاندا دەمێنێتەوە.",
    "Values of the fields that are taken out stay in the records' history alone.",
)
_ALONE = Text(
    "بعد التغيير يكفي شخص واحد لكل كتابة.",
    "دوای گۆڕانکارییەکە بۆ هەر نووسینێک یەک کەس بەسە.",
    "After the change one person is enough for every write.",
)


def check(now: Definition, then: Definition) -> None:
    """Refuse a conversion that does not fit the definition in force; errors as `check_conversion` gives them."""
    old, new = model_of(now), model_of(then)
    if new.convert is not None:
        for _, error in check_conversion(new, old, now.digest):
            raise error


def trial(now: Definition, then: Definition, since: datetime | None) -> Mapping[str, int]:
    """Try the records; what does not fit: ``registries.records_unfit``."""
    found = try_records(now, then, since)
    if found.unfit:
        raise RecordsUnfitError(found)
    return {"records": found.tried}


def tell(now: Definition, then: Definition, facts: Mapping[str, int]) -> Told:
    """The differences, and how many records were tried."""
    old, new = model_of(now), model_of(then)
    lines = tuple(Line(one.label, one.value) for one in compare(now, then, old, new))
    lost = any(one.name not in new.fields for one in old.fields)
    warnings = [text for text, holds in ((_LOST, lost), (_ALONE, old.second_person > new.second_person)) if holds]
    return Told((*lines, *_tried(facts)), _joined(warnings) if warnings else None)


def _tried(facts: Mapping[str, int]) -> Iterator[Line]:
    if "records" in facts:
        count = str(facts["records"])
        yield Line(_TRIED, Text(*(f"{local_digits(count, lang)}: {_FIT.get(lang)}" for lang in ("ar", "ckb", "en"))))


def _joined(texts: list[Text]) -> Text:
    return Text(*(" ".join(text.get(lang) for text in texts) for lang in ("ar", "ckb", "en")))


REGISTRY_REVIEW = Review(check, trial, tell, archivable=True)
