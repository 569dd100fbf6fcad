"""What an officer or a program is shown of a case is noted first, as an act that its applicant sees."""

from uuid import UUID

from uruk.acts.api import Reading, record_read
from uruk.kernel.api import Actor, Text
from uruk.people.api import find_program
from uruk.services.representing import person_of
from uruk.services.running.recording import Opened

_READ = Text(
    "اطّلع موظف في المؤسسة على طلبك لخدمة ({title})",
    "فەرمانبەرێکی دامەزراوەکە داواکارییەکەی تۆی بۆ خزمەتگوزاری ({title}) بینی",
    "An officer of the institution read your application for the service ({title})",
)
_READ_BY_PROGRAM = Text(
    "اطّلع البرنامج «{program}» في المؤسسة على طلبك لخدمة ({title})",
    "بەرنامەی «{program}»ی دامەزراوەکە داواکارییەکەی تۆی بۆ خزمەتگوزاری ({title}) بینی",
    "The program “{program}” of the institution read your application for the service ({title})",
)


def note_case(actor: Actor, case: Opened) -> None:
    """Note that an officer or a program is shown a case. Errors as `acts.record_read`: then nothing may be shown."""
    record_read(
        actor,
        Reading("case.read", _told(actor, case.pinned.definition.title), [person_of(case.row.subject)], [str(case.id)]),
    )


def _told(actor: Actor, title: Text) -> Text:
    if actor.program is None:
        return _READ.filled(title=title)
    return _READ_BY_PROGRAM.filled(title=title, program=program_names(actor.program))


def program_names(program: UUID) -> Text:
    """What a program is called; its id, where nothing is known of it any more."""
    found = find_program(program)
    return Text(str(program), str(program)) if found is None else found.names
