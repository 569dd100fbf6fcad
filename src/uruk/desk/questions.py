"""Questions of the desk's own forms: reasons and notes."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from uruk.documents.api import REASONS
from uruk.kernel.api import CodedError
from uruk.people.api import PAPER_KINDS
from uruk.ui.api import Choice, Row, paper_choices, reader_language

NOTE_MAX = 500
REPLACED = "replaced"


def reason_rows(typed: str = "") -> tuple[Row, ...]:
    """Why a draft goes back."""
    hint = _("Whoever prepared it reads this. Say what is wrong and what to do.")
    return (Row("reason", _("What is wrong?"), "textarea", value=typed, hint=hint, attributes=(("dir", "auto"),)),)


def plain_rows(name: str, label: str, typed: str, hint: str, *, required: bool = True) -> tuple[Row, ...]:
    """One question that is answered in words of one's own."""
    return (Row(name, label, "textarea", value=typed, hint=hint, required=required, attributes=(("dir", "auto"),)),)


def revocation_rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    """Why a document is revoked, and a note for the file."""
    hint = _("Kept with the document for your institution.")
    note = typed.get("note", "")
    return (
        Row("reason", _("Why is it revoked?"), "radios", value=typed.get("reason", ""), choices=reason_choices()),
        Row("note", _("Note"), "textarea", value=note, hint=hint, required=False, attributes=(("dir", "auto"),)),
    )


def claim_rows(typed: Mapping[str, str]) -> tuple[Row, ...]:
    """Which paper lies on the counter, and the code by which the claim is found."""
    plain = (("dir", "auto"), ("autocomplete", "off"), ("spellcheck", "false"))
    kind = typed.get("kind", PAPER_KINDS[0])
    return (
        Row("kind", _("Which paper lies before you?"), "radios", value=kind, choices=paper_choices()),
        Row("number", _("Its number"), value=typed.get("number", ""), attributes=(*plain, ("class", "number"))),
        Row("code", _("Code of the account"), value=typed.get("code", ""), attributes=(*plain, ("class", "short"))),
    )


def reason_choices() -> tuple[Choice, ...]:
    """The reasons that an officer may choose; that another took its place follows from that one's release."""
    return tuple(Choice(code, told.get(reader_language())) for code, told in REASONS.items() if code != REPLACED)


def reason_told(code: str) -> str:
    """A reason of revocation in the reader's words."""
    return REASONS[code].get(reader_language()) if code in REASONS else code


def note_of(typed: Mapping[str, str], name: str, *, required: bool = True) -> str:
    """A typed note; errors ``desk.reason_missing``, ``desk.reason_too_long``."""
    text = typed.get(name, "").strip()
    if required and not text:
        raise CodedError("desk.reason_missing")
    if len(text) > NOTE_MAX:
        raise CodedError("desk.reason_too_long", max=NOTE_MAX)
    return text
