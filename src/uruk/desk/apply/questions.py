"""Questions of the counter: whose card was compared, how they agreed; ten digits; a fee's receipt."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from uruk.definitions.api import Field
from uruk.kernel.api import CodedError, ascii_digits
from uruk.services.api import ApplicantChoice
from uruk.ui.api import Choice, Row, reader_language

DIGITS, YEAR = "ten-digits", "born-year"
COMPARED, WAY, PAPER, WITNESS, CONSENT = "compared", "way", "paper", "witness", "consent"
NUMBER, RECEIPT, CASE = "number", "receipt", "case"
WHOM = "for-whom"
# Where the door's errors stand.
CONSENT_AT = {
    "services.card_not_compared": COMPARED,
    "services.consent_name": "name",
    "services.consent_born": "born",
    "services.consent_way": WAY,
    "services.consent_witness": WITNESS,
    "services.consent_paper": PAPER,
    "services.consent_other": NUMBER,
    "definitions.field_not_number": NUMBER,
}
_DAY = Field("born", "date")
_PLAIN = (("dir", "auto"), ("autocomplete", "off"), ("spellcheck", "false"))


def consent_rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    """Whose card lies on the counter, and how they agreed."""
    ways = (
        Choice("signature", _("They signed it on paper")),
        Choice("spoken", _("They said it before a witness")),
    )
    paper = _("PDF, JPEG or PNG, when they signed. Print the sentence above for them, if you have no form.")
    number, compared = (*_PLAIN, ("class", "number")), _("I have compared the card with the person before me")
    return (
        Row(NUMBER, _("National number on the card"), value=typed.get(NUMBER, ""), attributes=number),
        Row("name", _("Name on the card"), value=typed.get("name", ""), attributes=_PLAIN),
        Row(
            "born",
            _("Date of birth on the card"),
            value=typed.get("born", ""),
            hint=_("Day/month/year."),
            attributes=(*_PLAIN, ("class", "short")),
        ),
        Row(COMPARED, compared, "checkbox", value=typed.get(COMPARED, "")),
        Row(WAY, _("How did they consent?"), "radios", value=typed.get(WAY, ""), choices=ways),
        Row(PAPER, _("The signed paper"), "file", hint=paper, required=False),
        Row(
            WITNESS,
            _("Name of the witness"),
            value=typed.get(WITNESS, ""),
            hint=_("When they said it: who else heard it."),
            required=False,
            attributes=_PLAIN,
        ),
    )


def day_of(typed: str) -> date | None:
    """A day as people write it; None for what is none."""
    try:
        return date.fromisoformat(str(_DAY.clean(typed)))
    except (CodedError, ValueError):
        return None


def whom_rows(choices: Sequence[ApplicantChoice], typed: Mapping[str, str]) -> tuple[Row, ...]:
    """For whom whoever consented applies: themselves, or whom a register says that they speak for."""
    options = tuple(Choice(whom_of(one), _called(one)) for one in choices)
    return (Row(WHOM, _("For whom do they apply?"), "radios", value=typed.get(WHOM, ""), choices=options),)


def whom_of(one: ApplicantChoice) -> str:
    """What a choice is sent as."""
    return f"{one.applicant.kind}:{one.applicant.number}"


def _called(one: ApplicantChoice) -> str:
    if one.text is None:
        return _("For themselves")
    return f"{one.called} · {one.applicant.number} ({one.text.get(reader_language())})"


def digits_rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    """The ten digits of a draft, and the year of birth."""
    attributes = (("inputmode", "numeric"), ("autocomplete", "off"), ("dir", "ltr"), ("class", "short"))
    hint = _("As the person reads them out, or has them on paper.")
    return (
        Row(DIGITS, _("The ten digits"), value=typed.get(DIGITS, "")[:20], hint=hint, attributes=attributes),
        Row(YEAR, _("Year of birth"), value=typed.get(YEAR, "")[:10], attributes=attributes),
    )


def year_of(typed: str) -> int:
    """A year in any digits; 0 for what is none."""
    digits = ascii_digits(typed.strip())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 4 else 0


def number_rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    """The number of the case whose fee was paid."""
    hint = _("As it stands on the applicant's pages and papers, such as 7F3A-91C2.")
    attributes = (("dir", "ltr"), ("autocomplete", "off"), ("spellcheck", "false"), ("class", "short"))
    return (Row(NUMBER, _("Number of the case"), value=typed.get(NUMBER, "")[:40], hint=hint, attributes=attributes),)


def receipt_rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    """The number of the receipt for the fee."""
    hint = _("As it is printed on the receipt that the cashier gave.")
    attributes = (*_PLAIN, ("maxlength", "100"))
    return (Row(RECEIPT, _("Number of the receipt"), value=typed.get(RECEIPT, ""), hint=hint, attributes=attributes),)
