"""What an officer is shown of a case is noted first, as an act that its applicant sees."""

from uruk.acts.api import Reading, record_read
from uruk.kernel.api import Actor, Text
from uruk.services.representing import person_of
from uruk.services.running.recording import Opened

_READ = Text(
    "اطّلع موظف في المؤسسة على طلبك لخدمة ({title})",
    "فەرمانبەرێکی دامەزراوەکە داواکارییەکەی تۆی بۆ خزمەتگوزاری ({title}) بینی",
    "An officer of the institution read your application for the service ({title})",
)


def note_case(actor: Actor, case: Opened) -> None:
    """Note that an officer is shown a case. Errors as `acts.record_read`: then nothing may be shown."""
    title = case.pinned.definition.title
    record_read(actor, Reading("case.read", _READ.filled(title=title), [person_of(case.row.subject)], [str(case.id)]))
