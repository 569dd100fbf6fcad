"""The door of the ui room: rows of forms, and any definition's fields as form, facts and table."""

from uruk.ui.answers import blame, passkey_answer, require_answers
from uruk.ui.fields import Catalogues, field_label, form_rows
from uruk.ui.language import reader_language
from uruk.ui.papers import paper_choices, paper_label
from uruk.ui.permissions import Permission, gateway, held_offices, officer, permission_of, public, refuse, signed_in
from uruk.ui.rows import NO_PROBLEMS, Choice, Problem, Row, problems, with_error
from uruk.ui.shown import Fact, Table, TableRow, facts, shown
from uruk.ui.templatetags.ui import day, moment
from uruk.ui.typed import asks_for_rows, form_values
from uruk.ui.units import with_unit

__all__ = [
    "NO_PROBLEMS",
    "Catalogues",
    "Choice",
    "Fact",
    "Permission",
    "Problem",
    "Row",
    "Table",
    "TableRow",
    "asks_for_rows",
    "blame",
    "day",
    "facts",
    "field_label",
    "form_rows",
    "form_values",
    "gateway",
    "held_offices",
    "moment",
    "officer",
    "paper_choices",
    "paper_label",
    "passkey_answer",
    "permission_of",
    "problems",
    "public",
    "reader_language",
    "refuse",
    "require_answers",
    "shown",
    "signed_in",
    "with_error",
    "with_unit",
]
