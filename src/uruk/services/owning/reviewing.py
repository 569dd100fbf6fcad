"""What this room says of a change of a service before two persons decide it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from uruk.definitions.api import Definition
from uruk.kernel.api import LANGUAGES, CodedError, Text, local_digits
from uruk.publishing.api import Line, Review, Told, difference_lines
from uruk.services.domain.drawing.change_words import SERVICE_WORDS
from uruk.services.owning.versions import open_version

_TRIED = Text("الأمثلة التي جُرّبت", "ئەو نموونانەی تاقی کرانەوە", "Examples that were tried")
_COME_OUT = Text("كلها تأتي كما يجب", "هەموویان وەک دەبێت دێنە دەر", "all come out as they must")
_CASES_STAY = Text(
    "المعاملات الجارية تبقى على الإصدار الذي قُدّمت في ظله، والمسودات تنتقل إلى الإصدار الجديد.",
    "مامەڵە بەردەوامەکان لەسەر ئەو وەشانە دەمێننەوە کە لەسەری پێشکەش کراون، ڕەشنووسەکان دەگوازرێنەوە بۆ وەشانی نوێ.",
    "Cases that run stay on the version they were submitted under; drafts move to the new one.",
)
_ENDS = Text(
    "بعد الأرشفة لا يُقبل طلب جديد، وتمضي المعاملات الجارية إلى نهايتها.",
    "دوای ئەرشیفکردن داواکاریی نوێ وەرناگیرێت، و مامەڵە بەردەوامەکان تا کۆتایی دەڕۆن.",
    "Once archived, nobody applies any more, and the cases that run go on to their end.",
)


def trial(now: Definition, then: Definition, since: datetime | None) -> Mapping[str, int]:
    """Try the version among what is in force beside it.

    Errors: ``services.version_unfit`` (it cannot run there), ``services.examples_differ``.
    """
    found = open_version(then)
    wrong = found.all_findings
    if wrong:
        code = "services.version_unfit" if found.service is None else "services.examples_differ"
        raise CodedError(code, count=len(wrong), first=str(wrong[0]))
    if found.service is None:
        raise CodedError("services.version_unfit", count=1, first=then.folder)
    return {"examples": len(found.examples)}


def tell(now: Definition, then: Definition, facts: Mapping[str, int]) -> Told:
    """The differences in words, how many examples were tried, and what becomes of cases that run."""
    return Told((*difference_lines(now, then, SERVICE_WORDS), *_tried(facts)), _CASES_STAY)


def _tried(facts: Mapping[str, int]) -> Iterator[Line]:
    if "examples" in facts:
        said = (f"{local_digits(str(facts['examples']), lang)}: {_COME_OUT.get(lang)}" for lang in LANGUAGES)
        yield Line(_TRIED, Text(*said))


SERVICE_REVIEW = Review(trial=trial, tell=tell, archivable=True, ends=_ENDS)
