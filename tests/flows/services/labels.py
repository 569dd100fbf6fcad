"""Fills in a service's pages by what stands beside each box, as a reader does: no names, no ids, no order of ours."""

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import FilePayload, Locator

from tests.flows.browser import Reader
from tests.flows.desk.test_letters import small_pdf
from uruk.definitions.api import Definition, Field
from uruk.services.api import Step
from uruk.ui.api import service_model, service_texts
from uruk.ui.fields import field_label

MAX_PAGES = 40
# What is told of a page that waits for what an institution knows.
WAITS = "waits"


def _chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PICTURE = b"".join((
    b"\x89PNG\r\n\x1a\n",
    _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
    _chunk(b"IDAT", zlib.compress(b"\0\0")),
    _chunk(b"IEND"),
))  # fmt: skip
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 40 + b"\xff\xd9"
_DATA = {"png": PICTURE, "jpeg": JPEG}
_MIME = {"png": "image/png", "jpeg": "image/jpeg", "pdf": "application/pdf"}


@dataclass
class Applying:
    """One applicant at the pages of one service, with the answers that they want to give.

    `catalogues`: names of choices by catalogue and code. `represents`: it is for another, whom a register names.
    """

    reader: Reader
    definition: Definition
    catalogues: Mapping[str, Any]
    answers: Mapping[str, Any]
    represents: bool = False
    done: dict[str, int] = field(default_factory=dict)

    def say(self, sentence: str) -> str:
        """A sentence of the pages in the reader's language."""
        with translation.override(self.reader.language):
            return gettext(sentence)

    def told(self, path: str) -> str:
        """A text of the service in the reader's language."""
        return service_texts(self.definition).get(path).get(self.reader.language)

    def begin(self) -> None:
        """From the directory to the first page."""
        self.reader.open("services/")
        self._press(self.reader.page.get_by_role("link", name=re.compile(re.escape(self.told("title")))).first)
        whom = self.reader.page.get_by_role("group", name=self.say("For whom do you apply?"))
        if self.represents and whom.count():
            whom.get_by_role("radio").last.check()
        self._press(self.reader.page.get_by_role("button", name=self.say("Apply"), exact=True))

    def run(self) -> list[str]:
        """Answer page after page until all is asked, or a page says what is wrong; its sentences then."""
        for _ in range(MAX_PAGES):
            step = self._step()
            if step is None:
                return []
            if self._main().get_by_role("button", name=self.say("Ask again"), exact=True).count():
                return [WAITS]
            wrong = self._answer(step)
            if wrong:
                return wrong
        raise AssertionError("the pages do not end")

    def submit(self) -> None:
        """Submit on the page of all answers."""
        self._press(self.reader.page.get_by_role("button", name=self.say("Submit the application"), exact=True))

    # -- a page ----------------------------------------------------------------------------------------------------

    def _step(self) -> Step | None:
        """The step whose page this is, by its heading; None on the page of all answers."""
        heading = self.reader.page.get_by_role("heading", level=1).inner_text()
        for step in service_model(self.definition).steps:
            said = self.told(f"steps.{step.name}.title")
            open_title = "[^\n]*".join(re.escape(part) for part in re.split(r"\{[^}]*\}", said))
            if re.fullmatch(rf"{open_title}( \([^)]*\))?", _plain(heading)):
                return step
        assert heading == self.say("Check your answers"), heading
        return None

    def _answer(self, step: Step) -> list[str]:
        """Fill in a page, and what it leads to; press the button that the answers want."""
        given, last = self._row(step)
        filled: set[str] = set()
        while True:
            here = self.reader.page.url
            for one in self._asked(step):
                if one.name not in filled:
                    self.fill(one, given.get(one.name), self._main())
                    filled.add(one.name)
            self._press(self._main().get_by_role("button", name=self._button(step, last), exact=True))
            wrong = [_plain(one) for one in self.reader.page.locator(".errors li").all_inner_texts()]
            again = self.reader.page.url == here and any(one.name not in filled for one in self._asked(step))
            if wrong or not again:
                self.done[step.name] = self.done.get(step.name, 0) + 1
                return wrong

    def _row(self, step: Step) -> tuple[Mapping[str, Any], bool]:
        """What is to be answered on this page; whether it is the last row of its step."""
        if step.repeat is None:
            return self.answers, True
        rows, at = self.answers.get(step.name) or [], self.done.get(step.name, 0)
        return (rows[at] if at < len(rows) else {}), at + 1 >= len(rows)

    def _button(self, step: Step, last: bool) -> str:
        free = step.repeat is not None and step.repeat.over is None
        more = self.say("Save and add another")
        if free and not last and self._main().get_by_role("button", name=more, exact=True).count():
            return more
        return self.say("Save and go on")

    def _asked(self, step: Step) -> list[Field]:
        """The questions of the step that stand on the page."""
        return [one.field for one in step.questions if self._find(one.field).count()]

    # -- a question ------------------------------------------------------------------------------------------------

    def fill(self, asked: Field, value: Any, within: Locator) -> None:
        """Give one answer by what stands beside its box."""
        if value is None:
            return
        box = self._find(asked, within)
        if asked.type == "choice":
            box.select_option(label=self._choice(asked, str(value)))
        elif asked.type == "yes_no":
            box.get_by_label(self.say("Yes") if value in (True, "yes") else self.say("No"), exact=True).check()
        elif asked.type == "declaration":
            box.set_checked(value in (True, "yes"))
        elif asked.type == "file":
            box.set_input_files(self._file(asked))
        elif asked.type == "list":
            self._fill_rows(asked, value, box)
        elif asked.type == "location":
            for part in ("Latitude", "Longitude"):
                degrees = value[f"{part.lower()}_udeg"] / 1_000_000
                box.get_by_label(self.say(part), exact=True).fill(f"{degrees:.6f}")
        elif asked.is_parts:
            for part in asked.members:
                self.fill(part, value.get(part.name), box)
        else:
            box.fill(_typed(asked, value))

    def _file(self, asked: Field) -> FilePayload:
        """A file of the first type that the question takes."""
        model = service_model(self.definition)
        asked_of_officers = (one for state in model.states.values() for action in state.actions for one in action.files)
        questions = (*(one for step in model.steps for one in step.questions), *asked_of_officers)
        media = next((one.media[0] for one in questions if one.field.name == asked.name), "png")
        return {
            "name": f"file.{media}",
            "mimeType": _MIME[media],
            "buffer": small_pdf() if media == "pdf" else _DATA[media],
        }

    def _fill_rows(self, asked: Field, rows: list[Any], box: Locator) -> None:
        for at, row in enumerate(rows):
            groups = box.locator("> fieldset")
            if groups.count() <= at:
                box.get_by_role("button", name=re.compile(re.escape(self.say("Add a row")))).click()
            for part in asked.members:
                self.fill(part, row.get(part.name), groups.nth(at))

    def _find(self, asked: Field, within: Locator | None = None) -> Locator:
        """The box, or the group of boxes, that a label belongs to."""
        label = re.compile(rf"^\s*{re.escape(self._label(asked))}\s*(\([^)]*\))?\s*$")
        place = within if within is not None else self._main()
        if asked.type in {"yes_no", "list", "location"} or asked.is_parts:
            return place.get_by_role("group", name=label)
        return place.get_by_label(label)

    def _label(self, asked: Field) -> str:
        with translation.override(self.reader.language):
            return field_label(asked, service_texts(self.definition), asked.name)

    def _choice(self, asked: Field, code: str) -> str:
        if asked.catalogue is not None:
            return str(self.catalogues[asked.catalogue].name(code).get(self.reader.language))
        return self.told(f"choices.{asked.name}.{code}")

    def _main(self) -> Locator:
        return self.reader.page.get_by_role("main")

    def _press(self, button: Locator) -> None:
        with self.reader.page.expect_navigation(wait_until="load"):
            button.click()
        self.reader.look()


def _typed(asked: Field, value: Any) -> str:
    """What is typed for an answer: a number in the unit that stands beside its box."""
    return asked.entry.typed(value) if asked.entry and isinstance(value, int) else str(value)


def _plain(text: str) -> str:
    """What is read, without the marks that only turn directions."""
    return re.sub("[\u2066-\u2069\u200e\u200f]", "", text).strip()
