"""The door of the ui room: rows of forms, and any definition's fields as form, facts and table."""

from uruk.ui.rows import Choice, Problem, Row, problems

__all__ = ["Choice", "Problem", "Row", "problems"]
