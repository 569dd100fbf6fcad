"""What is said with an action of a case, as a form: its fields, and files that the form carries until it is right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.http import HttpRequest

from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.publishing.api import country
from uruk.services.api import ActionView
from uruk.ui.applying.questions import REMOVE, KeepFile, file_hint
from uruk.ui.attached import CARRIED, Kept, about_files, kept_files
from uruk.ui.fields import form_rows
from uruk.ui.rows import Row
from uruk.ui.typed import form_values

_NO_PROBLEMS: Mapping[str, CodedError] = {}


@dataclass(frozen=True)
class Said:
    """What was typed with an action: a file as its digest. `files`: those that were kept, by field; `problems`: why one
    was not.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Kept] = field(default_factory=dict)
    problems: Mapping[str, CodedError] = field(default_factory=dict)

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """What the form's next showing brings again of its files: names and values of hidden boxes."""
        return tuple((f"{CARRIED}{name}", one.token) for name, one in self.files.items())


def said_with(request: HttpRequest, action: ActionView, keep: KeepFile, seal: str) -> Said:
    """What a form of an action sent. `keep`: stores a file for a field; `seal`: names who says it, where."""
    files: dict[str, Kept] = {}
    problems: dict[str, CodedError] = {}
    for name in (one.field.name for one in action.files):
        try:
            found = _files(request, name, partial(keep, name), seal)
        except CodedError as error:
            if not about_files(error):
                raise
            problems[name] = error
        else:
            if found:
                files[name] = found[-1]  # one that came now takes the place of the one before
    digests = {name: one.sha256 for name, one in files.items()}
    values = form_values(action.fields, request.POST, file_of=digests.get)
    return Said(values, files, problems)


def said_rows(
    definition: Definition, action: ActionView, said: Said, wrong: Mapping[str, CodedError] = _NO_PROBLEMS
) -> tuple[Row, ...]:
    """The fields of an action as rows of a form, filled with what was said; each file with what it takes."""
    problems = {**wrong, **said.problems}
    rows = form_rows(action.fields, definition.texts, country().shared.catalogues, said.values, problems)
    asked = {one.field.name: one for one in action.files}
    return tuple(replace(row, hint=file_hint(row, asked[row.name])) if row.name in asked else row for row in rows)


def _files(request: HttpRequest, name: str, keep: Callable[[bytes], str], seal: str) -> tuple[Kept, ...]:
    if f"{REMOVE}{name}" in request.POST and name not in request.FILES:
        return ()
    return kept_files(request, name, keep, seal)
