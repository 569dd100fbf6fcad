"""Forgetting cases whose service keeps them no longer: all that was said is destroyed, that it was done stays proved.

The statements of a case's acts name what they say by salted digests. Their salts and contents go, and every row that
hangs on the case with them; the log's tree, and every receipt of anybody else, stay as they are.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid5

import structlog
from django.db import models, transaction
from django.db.models.deletion import SET_NULL

from uruk.acts.api import Deed, clock, forgotten, hosted_institutions, note_forgotten, perform
from uruk.definitions.api import Duration
from uruk.kernel.api import Actor, CodedError, midnight, today
from uruk.notices.api import forget_notices
from uruk.people.api import require_right
from uruk.publishing.api import published_digests
from uruk.services.applying.keeping import forget_files
from uruk.services.domain.cases.contents import Kept, LetGo
from uruk.services.models import CLOSED, Case, CaseAct, CaseForgetting, CaseStanding, PinnedService
from uruk.services.pins import KIND, open_pinned
from uruk.services.reading import AUDIT, appeal_until
from uruk.services.rights import office_case
from uruk.services.running.recording import open_case, record
from uruk.services.working.queueing import check_reason
from uruk.trust.api import Receipt

FORGOTTEN = "case.forgotten"
MAX_AT_ONCE = 1_000
_NOTED = "case"
_FORGETTINGS = UUID("2f7a1f1e-93d4-5b7b-8f6b-6f1d3f0b8a52")
# No length of time that a definition can name is longer.
_LONGEST_DAYS = 366 * 1_000
_LOG = structlog.get_logger("uruk.services")


def keep_case(actor: Actor, case: UUID, reason: str) -> Receipt:
    """Have a case kept beyond its time, because it is evidence of something; until `let_case_go`.

    For an office with the right ``read-cases``; shows nothing. Errors: ``services.case_unknown``,
    ``services.reason_missing``, ``services.case_moved``, ``people.right_missing``, ``people.role_not_held``.
    """
    require_right(actor, AUDIT)
    found = office_case(actor, case)
    return record(actor, found.row, found.standing.seq + 1, Kept(check_reason(reason)))


def let_case_go(actor: Actor, case: UUID, reason: str) -> Receipt:
    """Have a case forgotten again when its time is over. Errors: as `keep_case`; ``services.case_not_kept``."""
    require_right(actor, AUDIT)
    found, said = office_case(actor, case), check_reason(reason)
    if not found.standing.kept:
        raise CodedError("services.case_not_kept")
    return record(actor, found.row, found.standing.seq + 1, LetGo(said))


def forget_expired(_: object) -> None:
    """Forget the cases that ended longer ago than their service keeps them (`keep:`); done every hour.

    What somebody has kept, what has effects that are not done, and what may still be appealed stays.
    """
    day, left = today(clock()), MAX_AT_ONCE
    for pin in PinnedService.objects.filter(institution__in=hosted_institutions()).order_by("digest"):
        keep = _keep(pin)
        if keep is not None:
            for case in _expired(pin, keep, day)[:left]:
                left -= _forget(case)
    _drop_pins()


def destroy(act: UUID) -> None:
    """In the transaction of the receipt: what was kept of the case is destroyed, wherever it lies in this room."""
    row = CaseForgetting.objects.get(pk=act)
    note_forgotten(_NOTED, f"{row.institution}/{row.service}", str(row.case))
    _destroy(row.case)


def forget_cases_again() -> int:
    """At a start: destroy what was forgotten and is here again, as it is after a backup was put back; how many."""
    return sum(_forget_again(UUID(one.id)) for one in forgotten(_NOTED))


def act_of_forgetting(case: UUID) -> UUID:
    """The id of the act that forgets a case."""
    return uuid5(_FORGETTINGS, str(case))


# -- which -------------------------------------------------------------------------------------------------------------


def _keep(pin: PinnedService) -> Duration | None:
    try:
        return open_pinned(pin.digest).model.keep
    except CodedError as error:
        _LOG.error("a pinned service cannot be opened", service=f"{pin.institution}/{pin.service}", error=error.code)
        return None


def _expired(pin: PinnedService, keep: Duration, day: date) -> "models.QuerySet[Case]":
    ended = CaseStanding.objects.filter(
        institution=pin.institution,
        service=pin.service,
        turn__in=CLOSED,
        kept=False,
        outstanding=0,
        since__lt=midnight(_first_kept(keep, day)),
    )
    return Case.objects.filter(pin=pin, pk__in=ended.values("case")).order_by("made_at", "pk")


def _first_kept(keep: Duration, day: date) -> date:
    """The first day such that what ended then is still kept today."""
    low, high = max(day.toordinal() - _LONGEST_DAYS, 1), day.toordinal()
    while low < high:
        middle = (low + high) // 2
        if keep.after(date.fromordinal(middle)) < day:
            low = middle + 1
        else:
            high = middle
    return date.fromordinal(low)


# -- doing it ----------------------------------------------------------------------------------------------------------


def _forget(case: Case) -> bool:
    """Forget a case; whether it was."""
    try:
        found = open_case(case.pk)
        if appeal_until(found, found.pinned.model.states[found.standing.entry.state]) is not None:
            return False
        _perform(case, len(found.acts))
    except CodedError as error:
        _LOG.error("a case is not forgotten yet", service=f"{case.institution}/{case.service}", error=error.code)
        return False
    return True


def _perform(case: Case, acts: int) -> None:
    act = act_of_forgetting(case.pk)

    def rows(_: UUID) -> None:
        CaseForgetting.objects.create(
            act_id=act,
            case=case.pk,
            institution=case.institution,
            service=case.service,
            acts=acts,
            forgotten_at=clock().now(),
        )

    body = {"case": case.pk.bytes, "service": case.service, "acts": acts}
    perform(Actor.system(case.institution), Deed(FORGOTTEN, "decided", case.institution, body, rows, act_id=act))


def _forget_again(number: UUID) -> bool:
    case = Case.objects.filter(pk=number).first()
    if case is None:
        return False
    acts = CaseAct.objects.filter(case=case).count()
    with transaction.atomic():
        _destroy(number)
    try:
        _perform(case, acts)
    except CodedError as error:
        _LOG.error("what was forgotten again is not logged yet", service=case.service, error=error.code)
    return True


def _destroy(number: UUID) -> None:
    forget_files(number)
    forget_notices(str(number))
    for relation in _hanging():
        rows = relation.related_model._default_manager.filter(**{relation.field.name: number})
        if relation.on_delete is SET_NULL:
            rows.update(**{relation.field.name: None})
        else:
            rows.delete()
    Case.objects.filter(pk=number).delete()


def _hanging() -> "Iterator[models.ForeignObjectRel]":
    """Every table whose rows hang on a case: one that comes later is among them by itself."""
    yield from (one for one in Case._meta.related_objects if not one.many_to_many)


def _drop_pins() -> None:
    """What no case and no round runs on any more is not needed, unless somebody may submit one to it just now."""
    unused = PinnedService.objects.filter(cases=None, rounds=None, pinned_at__lt=clock().now() - timedelta(days=1))
    for pin in unused:
        if pin.definition not in _in_force(pin):
            pin.delete()


def _in_force(pin: PinnedService) -> frozenset[str]:
    """The digest under which a service is in force, if it is."""
    found = published_digests(KIND, pin.institution, pin.service)
    return frozenset(one.hex() for one in found[:1])
