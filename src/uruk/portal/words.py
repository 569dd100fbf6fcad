"""The words that the verify page's programs speak with: they come with the page, so that no sentence stands twice."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from uruk.kernel.api import Dinars, error_sentence, format_date, local_digits
from uruk.ui.api import reader_language

# Every answer that judging a code in the browser can give.
OFFLINE_CODES = (
    "trust.clock_wrong",
    "trust.cose_critical",
    "trust.demonstration",
    "trust.document_expired",
    "trust.document_replaced",
    "trust.document_revoked",
    "trust.fields_shortened",
    "trust.issued",
    "trust.issued_original",
    "trust.issuer_unlisted",
    "trust.keys_older",
    "trust.keys_stale",
    "trust.qr_changed",
    "trust.qr_cut_short",
    "trust.qr_foreign_host",
    "trust.qr_newer",
    "trust.qr_not_ours",
    "trust.qr_other_key",
    "trust.qr_shape",
    "trust.seal_compromised",
    "trust.seal_not_yet",
    "trust.seal_retired",
    "trust.status_missing",
    "trust.status_stale",
    "trust.time_by_institution",
    "trust.type_unlisted",
    "portal.photo_without_code",
)
_SAMPLE_YEAR, _SAMPLE_DAY = 2222, 11  # digits that no month's name holds


class _Slots(dict[str, object]):
    """Values that are their own names in braces: the program puts the real ones in."""

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        return f"{{{key}}}"


def offline_words() -> dict[str, Any]:
    """Sentences by code, month patterns, labels and the shape of amounts, in the reader's language."""
    language = reader_language()
    sentences = {code: error_sentence(code, language, _Slots()) for code in OFFLINE_CODES}
    return {
        "sentences": sentences | {"unknown": error_sentence("kernel.error_unknown", language, _Slots())},
        "months": [_month(month, language) for month in range(1, 13)],
        "money": Dinars(0).format(language).replace(local_digits("0", language), "{amount}"),
        "yes": _("Yes"),
        "no": _("No"),
        "labels": _labels(),
    }


def _month(month: int, language: str) -> str:
    text = format_date(date(_SAMPLE_YEAR, month, _SAMPLE_DAY), language)
    year, day = local_digits(str(_SAMPLE_YEAR), language), local_digits(str(_SAMPLE_DAY), language)
    return text.replace(year, "{year}").replace(day, "{day}")


def _labels() -> dict[str, str]:
    return {
        "institution": _("Institution"),
        "type": _("Document"),
        "issued": _("Issued"),
        "expires": _("Good until"),
        "known": _("Revocations known up to"),
        "field": _("Field {number}"),
        "shortened": _("(shortened in the code)"),
        "film": _("Open the camera"),
        "stop": _("Close the camera"),
        "aim": _("Hold the code in front of the camera."),
        "reading": _("Reading the photo …"),
        "checking": _("Checking …"),
        "no_camera": _("The camera could not be opened. Allow it in the browser, or choose a photo."),
        "no_keys": _("Cannot tell: this device has no keys yet. Open this page once with a network."),
        "old": _("This browser cannot check codes. Update it, or upload the file below."),
    }
