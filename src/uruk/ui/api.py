"""The door of the ui room: rows of forms, and any definition's fields as form, facts and table."""

from uruk.ui.answers import blame, passkey_answer, require_answers
from uruk.ui.attached import CARRIED, Kept, about_files, digests, kept_file, kept_files
from uruk.ui.downloads import download, download_stream
from uruk.ui.fields import Catalogues, field_label, form_rows
from uruk.ui.language import reader_language
from uruk.ui.papers import paper_choices, paper_label
from uruk.ui.permissions import (
    Permission,
    gateway,
    held_offices,
    officer,
    permission_of,
    program,
    public,
    refuse,
    signed_in,
)
from uruk.ui.records import (
    Withheld,
    asked_told,
    changes_table,
    institution_name,
    kind_told,
    office_name,
    period_told,
    record_field,
    record_label,
    record_title,
    record_value,
    registry_model,
    status_told,
    withheld,
)
from uruk.ui.rows import NO_PROBLEMS, Choice, Problem, Row, problems, with_error
from uruk.ui.shown import Fact, Table, TableRow, facts, shown
from uruk.ui.templatetags.ui import day, moment
from uruk.ui.typed import FIND, PICKED, asks_for_rows, differing_values, form_values
from uruk.ui.units import amount_told, with_unit

__all__ = [
    "CARRIED",
    "FIND",
    "NO_PROBLEMS",
    "PICKED",
    "Catalogues",
    "Choice",
    "Fact",
    "Kept",
    "Permission",
    "Problem",
    "Row",
    "Table",
    "TableRow",
    "Withheld",
    "about_files",
    "amount_told",
    "asked_told",
    "asks_for_rows",
    "blame",
    "changes_table",
    "day",
    "differing_values",
    "digests",
    "download",
    "download_stream",
    "facts",
    "field_label",
    "form_rows",
    "form_values",
    "gateway",
    "held_offices",
    "institution_name",
    "kept_file",
    "kept_files",
    "kind_told",
    "moment",
    "office_name",
    "officer",
    "paper_choices",
    "paper_label",
    "passkey_answer",
    "period_told",
    "permission_of",
    "problems",
    "program",
    "public",
    "reader_language",
    "record_field",
    "record_label",
    "record_title",
    "record_value",
    "refuse",
    "registry_model",
    "require_answers",
    "shown",
    "signed_in",
    "status_told",
    "with_error",
    "with_unit",
    "withheld",
]
