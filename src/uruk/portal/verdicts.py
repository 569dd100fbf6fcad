"""A verdict as the page shows it; never more than the paper shows."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from uruk.documents.api import CheckResult, group_number
from uruk.kernel.api import BAGHDAD, format_date
from uruk.trust.api import Verdict
from uruk.ui.api import Fact, reader_language

_TONES = {0: "good", 1: "bad", 2: "wait"}


@dataclass(frozen=True)
class VerdictCard:
    """What `portal/verdict.html` shows; `receipt` is a data URL of the check's receipt, "" where there is none."""

    tone: str
    sentence: str
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    receipt: str = ""


def verdict_card(result: CheckResult) -> VerdictCard:
    """The card of a check, in the reader's language."""
    verdict, language = result.verdict, reader_language()
    return VerdictCard(
        tone=_tone(verdict),
        sentence=verdict.sentence(language),
        facts=tuple(_facts(verdict, result.number, language)),
        warnings=tuple(remark.sentence(language) for remark in verdict.warnings),
        receipt=_download(result.receipt.to_json()) if result.receipt else "",
    )


def _tone(verdict: Verdict) -> str:
    # A sealed letter's text is not checked by its code or number: no green before the file is uploaded.
    return "wait" if verdict.code == "trust.issued_original" else _TONES[verdict.exit]


def _facts(verdict: Verdict, number: str | None, language: str) -> Iterator[Fact]:
    if verdict.institution:
        yield Fact(_("Institution"), verdict.institution.get(language))
    if verdict.type:
        yield Fact(_("Document"), verdict.type.get(language))
    if number:
        yield Fact(_("Number"), group_number(number))
    for field in verdict.fields:
        note = " " + _("(shortened in the code)") if field.shortened else ""
        yield Fact(field.label.get(language), field.text(language) + note)
    if verdict.issued:
        yield Fact(_("Issued"), format_date(verdict.issued, language))
    if verdict.expires:
        yield Fact(_("Good until"), format_date(verdict.expires, language))
    if verdict.status_until:
        yield Fact(_("Revocations known up to"), format_date(verdict.status_until.astimezone(BAGHDAD).date(), language))
    yield from _proofs(verdict)


def _proofs(verdict: Verdict) -> Iterator[Fact]:
    grades = {
        "signed": _("the institution's log"),
        "timestamped": _("an independent timestamp"),
        "witnessed": _("independent witnesses"),
    }
    if verdict.grade in grades:
        yield Fact(_("Time proved by"), grades[verdict.grade])
    if verdict.two_persons is not None:
        shown = (
            _("by two officers, each with their passkey")
            if verdict.two_persons
            else _("by the node, not by two persons")
        )
        yield Fact(_("Approved"), shown)


def _download(text: str) -> str:
    return "data:application/json;base64," + base64.b64encode(text.encode()).decode("ascii")
