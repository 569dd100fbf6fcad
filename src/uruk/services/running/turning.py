"""Whoever applied is told by itself that their case waits for them: it was sent back, or an officer asked something."""

from collections.abc import Iterator
from uuid import UUID, uuid5

from uruk.acts.api import clock
from uruk.kernel.api import Text, today
from uruk.notices.api import NewNotice, tell
from uruk.services.domain.cases.stepping import turn_of
from uruk.services.domain.definition import APPLICANT
from uruk.services.running.notifying import case_notice, seen_by_applicant, to_applicant
from uruk.services.running.recording import Opened
from uruk.services.telling import state_told

TOPIC = "case.your-turn"
_NOTICES = UUID("5d0b8c1e-7a43-5f52-9b0e-3f6e2c9d7a18")
_ASKED = Text(
    "لدى المؤسسة سؤال عن طلبك. يستمر طلبك عندما تجيب.",
    "دامەزراوەکە پرسیارێکی دەربارەی داواکارییەکەت هەیە. کاتێک وەڵام بدەیتەوە داواکارییەکەت بەردەوام دەبێت.",
    "The institution has a question about your application. It goes on when you answer.",
)


def tell_turn(case: Opened) -> None:
    """Tell the applicant of a case that rests that it is their turn; once for each question and each stay in a state.

    Not where they have just applied, and not where the state itself tells them something.
    """
    for notice in _notices(case):
        tell(notice)


def _notices(case: Opened) -> Iterator[NewNotice]:
    question, entry = case.standing.question, case.standing.entry
    if question is not None:
        yield from _told(case, question.seq, _ASKED)
    elif _came_back(case):
        state = case.pinned.model.states[entry.state]
        yield from _told(case, entry.seq, state_told(case, state, seen_by_applicant(case)))


def _came_back(case: Opened) -> bool:
    """Whether a case waits for the applicant in a state that an act brought it to after it was submitted."""
    turn = turn_of(case.pinned.service, case.standing, today(clock()))
    if len(case.standing.entries) == 1 or not turn.is_applicants:
        return False
    effects = case.pinned.service.effects.get(case.standing.entry.state, ())
    return not any(one.effect.kind == "notify" and one.effect.to == APPLICANT for one in effects)


def _told(case: Opened, seq: int, text: Text) -> Iterator[NewNotice]:
    """`seq`: of the act that asks."""
    for one in to_applicant(case, uuid5(_NOTICES, f"{case.id}/{seq}"), f"cases/{case.id}/"):
        yield case_notice(case, TOPIC, text, **one)
