"""The door of the ui room: rows of forms, and any definition's fields as form, facts and table."""

from uruk.ui.answers import passkey_answer, require_answers
from uruk.ui.fields import Catalogues, form_rows, form_values
from uruk.ui.language import reader_language
from uruk.ui.rows import Choice, Problem, Row, problems, with_error
from uruk.ui.shown import Fact, Table, TableRow, facts

__all__ = [
    "Catalogues",
    "Choice",
    "Fact",
    "Problem",
    "Row",
    "Table",
    "TableRow",
    "facts",
    "form_rows",
    "form_values",
    "passkey_answer",
    "problems",
    "reader_language",
    "require_answers",
    "with_error",
]
