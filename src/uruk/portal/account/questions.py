"""The questions of the account pages, and which question an error belongs to."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from uruk.kernel.api import CodedError
from uruk.people.api import PAPER_KINDS
from uruk.ui.api import Problem, Row, blame, paper_choices

# The question at fault, by error; an error that stands here nowhere belongs to the form as a whole.
_AT = {
    "people.national_number_digits": "number",
    "people.paper_number_malformed": "number",
    "people.paper_kind_unknown": "kind",
    "people.password_weak": "password",
    "people.code_refused": "code",
    "people.hand_over_refused": "code",
}
_PLAIN = (("autocapitalize", "none"), ("spellcheck", "false"), ("dir", "auto"))
NAME_MAX = 200


def sign_in_rows(identifier: str = "") -> tuple[Row, ...]:
    """Number or officer name, and password."""
    hint = _("Twelve digits, in any of the three ways of writing digits; or the number of your other paper.")
    return (
        Row(
            "identifier",
            _("National number or officer name"),
            value=identifier,
            hint=hint,
            attributes=(*_PLAIN, ("autocomplete", "username")),
        ),
        Row("password", _("Password"), "password", attributes=(("autocomplete", "current-password"), ("dir", "ltr"))),
    )


def register_rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    """Name, paper, number and a password of one's own; each is asked once."""
    return (
        Row(
            "name",
            _("Full name"),
            value=typed.get("name", ""),
            hint=_("As on your card."),
            attributes=(("autocomplete", "name"), ("dir", "auto")),
        ),
        Row(
            "kind",
            _("Which paper do you have?"),
            "radios",
            value=typed.get("kind", PAPER_KINDS[0]),
            choices=paper_choices(),
        ),
        Row(
            "number",
            _("Its number"),
            value=typed.get("number", ""),
            hint=_("The national number has twelve digits."),
            attributes=(*_PLAIN, ("autocomplete", "username")),
        ),
        Row(
            "password",
            _("A password"),
            "password",
            hint=_strength(),
            attributes=(("autocomplete", "new-password"), ("dir", "ltr")),
        ),
    )


def password_rows() -> tuple[Row, ...]:
    """The password as it is, and as it is to be."""
    old, new = (
        (("autocomplete", "current-password"), ("dir", "ltr")),
        (("autocomplete", "new-password"), ("dir", "ltr")),
    )
    return (
        Row("old", _("Your password until now"), "password", attributes=old),
        Row("password", _("The new password"), "password", hint=_strength(), attributes=new),
    )


def code_rows() -> tuple[Row, ...]:
    """The six digits of an authenticator app."""
    attributes = (("inputmode", "numeric"), ("autocomplete", "one-time-code"), ("class", "short"), ("dir", "ltr"))
    return (Row("code", _("Six digits from the app"), attributes=attributes),)


def hand_over_rows() -> tuple[Row, ...]:
    """The code that was handed over with a document."""
    attributes = (("autocomplete", "off"), ("class", "number"), ("dir", "ltr"), ("spellcheck", "false"))
    return (Row("code", _("Code handed to you with a document"), attributes=attributes),)


def passkey_rows(name: str = "") -> tuple[Row, ...]:
    """A name for a passkey, to know it by."""
    return (
        Row(
            "name",
            _("What do you call it?"),
            value=name,
            required=False,
            hint=_("For example: my phone. It helps you to know it again."),
            attributes=(("dir", "auto"), ("maxlength", "60"), ("autocomplete", "off")),
        ),
    )


def refused(rows: tuple[Row, ...], error: CodedError) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """The rows with an error at its question, and the summary of errors."""
    return blame(rows, error, _AT)


def _strength() -> str:
    return _("At least 10 characters, not only digits. A few words in a row are good.")
