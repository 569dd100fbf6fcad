"""The public verify page: a code is judged in the browser; an uploaded PDF or a typed number here, without scripts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from uruk.documents import api as documents
from uruk.documents.api import CheckResult
from uruk.kernel.api import CodedError
from uruk.portal.home import remember_language
from uruk.portal.verdicts import verdict_card
from uruk.portal.words import offline_words
from uruk.ui.api import Problem, Row, problems, public, reader_language, with_error

_FORM_BYTES = 64 * 1024  # what a form weighs besides its file


@csrf_exempt  # whoever asks is nobody in particular, and the page must be the same for all so that it can be kept
@public
def verify(request: HttpRequest) -> HttpResponse:
    """The page, and the answer to an uploaded file or a typed number."""
    if request.method != "POST":
        page = _page(request)
        # The service worker asks for the same page at once: it comes over the wire once.
        patch_cache_control(page, private=True, max_age=60)
        return page
    try:
        _refuse_oversized(request)
        return _page(request, result=_check(request))
    except CodedError as error:
        return _page(request, error=error, status=422)


def _refuse_oversized(request: HttpRequest) -> None:
    # Before anything is read: a body that is too long is not even taken to the disk.
    limit = documents.largest_check()
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit + _FORM_BYTES:
        raise CodedError("portal.file_too_large", limit=limit // (1024 * 1024))


def _check(request: HttpRequest) -> CheckResult:
    if request.POST.get("way") == "file":
        if "file" not in request.FILES:
            raise CodedError("portal.file_missing")
        return documents.check_pdf(request.FILES["file"].read(), "upload")
    number, code = request.POST.get("number", ""), request.POST.get("code", "")
    if not number.strip():
        raise CodedError("portal.number_missing")
    if not code.strip():
        raise CodedError("portal.code_missing")
    return documents.check_number(number, code, "number")


def _page(
    request: HttpRequest, result: CheckResult | None = None, error: CodedError | None = None, status: int = 200
) -> HttpResponse:
    rows = _rows(request.POST if error and error.code != "portal.file_too_large" else {}, error)
    shown = problems((*rows["file"], *rows["number"]))
    context = {
        "card": verdict_card(result) if result else None,
        "rows": rows,
        "errors": shown or ((Problem(error.sentence(reader_language())),) if error else ()),
        "words": offline_words(),
    }
    return remember_language(request, render(request, "portal/verify.html", context, status=status))


# At which question an error is told; any other stands at the file.
_PLACES = {"portal.number_missing": "number", "portal.code_missing": "code"}


def _rows(typed: dict[str, str], error: CodedError | None) -> dict[str, tuple[Row, ...]]:
    number, code = typed.get("number", ""), typed.get("code", "")
    file_rows = (Row("file", _("The document's file (PDF)"), "file", attributes=(("accept", "application/pdf,.pdf"),)),)
    number_rows = (
        Row("number", _("Number"), value=number, hint=_("12 digits, printed on the document"), attributes=_NUMBER),
        Row(
            "code",
            _("Check code"),
            value=code,
            hint=_("10 letters and digits, printed beside the number"),
            attributes=_CODE,
        ),
    )
    if error is None:
        return {"file": file_rows, "number": number_rows}
    place = _PLACES.get(error.code, "number" if typed.get("way") == "number" else "file")
    sentence = error.sentence(reader_language())
    return {"file": with_error(file_rows, place, sentence), "number": with_error(number_rows, place, sentence)}


_NUMBER = (("inputmode", "numeric"), ("autocomplete", "off"), ("dir", "ltr"), ("class", "number"), ("maxlength", "40"))
_CODE = (
    ("autocomplete", "off"),
    ("autocapitalize", "characters"),
    ("spellcheck", "false"),
    ("dir", "ltr"),
    ("class", "short"),
    ("maxlength", "30"),
)
