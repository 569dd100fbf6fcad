"""What the papers that persons are known by are called."""

from django.utils.translation import gettext as _

from uruk.people.api import PAPER_KINDS
from uruk.ui.rows import Choice


def paper_label(kind: str) -> str:
    """What a kind of paper is called."""
    return {
        "national": _("National card"),
        "passport": _("Passport"),
        "civil-status": _("Civil status identity card"),
        "residence-permit": _("Residence permit"),
        "refugee-card": _("Refugee card of the United Nations"),
    }.get(kind, kind)


def paper_choices() -> tuple[Choice, ...]:
    """All kinds of papers, for a question."""
    return tuple(Choice(kind, paper_label(kind)) for kind in PAPER_KINDS)
