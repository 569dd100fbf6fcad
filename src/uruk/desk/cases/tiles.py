"""What waits of cases, for the overview of an office: numbers, nobody's data."""

from django.utils.translation import gettext as _

from uruk.desk.cases.queueing import late_told, waiting_told
from uruk.desk.offices import Acting, Tile
from uruk.services.api import held_cases, may_supervise, queues, serves, troubles


def case_tiles(office: Acting) -> list[Tile]:
    """The piles of cases of an office that works on services, and of a supervisor."""
    found = []
    if serves(office.actor):
        found.append(Tile(office.url("cases"), _("Cases"), _waiting(office)))
    if may_supervise(office.actor):
        wrong = len(troubles(office.actor))
        told = _("Something failed in some cases.") if wrong else _("Workload, what is late, who has what.")
        found.append(Tile(office.url("supervision"), _("Supervision"), told))
    return found


def _waiting(office: Acting) -> str:
    waiting = queues(office.actor)
    count, more = sum(one.cases for one in waiting), any(one.more for one in waiting)
    said = [waiting_told(count, more=more), late_told(sum(one.late for one in waiting))]
    if held_cases(office.actor):
        said.append(_("One is before you."))
    return " · ".join(filter(None, said))
