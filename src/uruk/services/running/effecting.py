"""What a state does, once: each effect has an id of its own, under which doing it again changes nothing."""

import http.client
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast
from uuid import UUID, uuid5

from django.core.exceptions import ObjectDoesNotExist

from uruk.acts.api import finish
from uruk.documents.api import InvalidFieldsError
from uruk.kernel.api import CodedError
from uruk.registries.api import (
    Change,
    InvalidChangesError,
    change,
    changed_records,
    confirm_reservation,
    files_in,
    get_record,
    get_registry,
    keep_file,
    release_reservation,
    reserve,
)
from uruk.services.applying.keeping import has_file, load_file
from uruk.services.applying.submitting import submit_opened
from uruk.services.domain.cases.folding import FAILED
from uruk.services.domain.cases.stepping import DONE, SHORT, Do
from uruk.services.representing import person_of
from uruk.services.running.asking import Question, UnansweredError, client_address, exchange, offer_address
from uruk.services.running.issuing import Came, Place, effect_id, issue, revoke
from uruk.services.running.notifying import notify
from uruk.services.running.recording import Opened
from uruk.services.running.reminding import remind

# Then it is said to have failed, and somebody has to look at it.
MAX_TRIES = 20
MAX_HOLDER = 255
_SHORT = "registries.capacity_short"
# What will be no different the next time.
_FINAL = frozenset({
    "registries.record_unknown", "registries.registry_unknown", "registries.archived", "registries.different_set",
    "registries.reservation_differs", "registries.amount_refused", "registries.no_capacity", "registries.key_shape",
    "registries.reservation_ended", "documents.type_unknown", "documents.type_archived", "documents.way_not_allowed",
    "services.answers_invalid", "services.facts_missing", "services.service_not_open", "services.kind_refused",
})  # fmt: skip


def do_effect(case: Opened, step: Do, tries: int) -> Came:
    """Do an effect, or find it done. Errors: `UnansweredError`, after which it is tried again."""
    try:
        return _KINDS[step.effect.effect.kind](Place(case, step, tries))
    except InvalidChangesError as error:
        return Came(FAILED, error=error.problems[0].error.code)
    except InvalidFieldsError as error:
        return Came(FAILED, error=next(iter(error.problems.values())).code)
    except CodedError as error:
        return _came(error.code, tries, error)
    except _RefusedElsewhereError as error:
        return _came(error.code, tries, error)


class _RefusedElsewhereError(Exception):
    """Another institution's registry said no, with the code of its error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _came(code: str, tries: int, error: Exception) -> Came:
    if code == _SHORT:
        return Came(SHORT, error=code)
    if code in _FINAL or tries >= MAX_TRIES:
        return Came(FAILED, error=code)
    raise UnansweredError(code) from error


# -- records -----------------------------------------------------------------------------------------------------------


def _record(place: Place) -> Came:
    """A new record; where the registry has one under the same main key, what is said now is laid upon it."""
    registry = place.step.effect.effect.target
    known = _recorded(place.id)
    if known is None:
        reason = f"{place.case.row.service} {place.case.id}"
        wanted = _change(place, registry)
        _hand_over(place, registry)
        change(place.actor, place.institution, registry, [wanted], reason, act_id=place.id)
        known = _recorded(place.id)
    return Came(DONE, {"act": str(place.id), "records": [str(one) for one in known or ()]})


def _hand_over(place: Place, registry: str) -> None:
    """The registry keeps what a record names of the files that came with the case: it outlives the case."""
    fields = get_registry(place.actor, place.institution, registry).model.fields
    for _, sha256 in files_in(fields, place.values()):
        if has_file(place.case.id, sha256):
            keep_file(place.actor, place.institution, registry, load_file(place.case.id, sha256))


def _recorded(act: UUID) -> tuple[UUID, ...] | None:
    try:
        finish(act)
    except ObjectDoesNotExist:
        return None
    found = changed_records(act)
    return None if found is None else found[2]


def _change(place: Place, registry: str) -> Change:
    values, actor = place.values(), place.actor
    keys = get_registry(actor, place.institution, registry).model.keys
    if keys and all(name in values for name in keys[0]):
        try:
            found = get_record(actor, place.institution, registry, key={name: values[name] for name in keys[0]})
        except CodedError as error:
            if error.code != "registries.record_unknown":
                raise
        else:
            return Change("change", found.record, found.latest, dict(place.step.values))
    return Change("create", values=values)


# -- capacity ----------------------------------------------------------------------------------------------------------


def _reserve(place: Place) -> Came:
    """A part of a record's capacity, kept for good: it was decided that the applicant gets it."""
    # No amount is none that can be reserved, and is refused as such.
    amount = cast(int, place.step.amount)
    institution, _, registry = place.step.effect.effect.target.rpartition("/")
    if institution in {"", place.institution}:
        holder = _holder(place)
        found = reserve(
            place.actor, place.institution, registry, place.values(), amount,
            holder=holder, reservation=place.id,
        )  # fmt: skip
        confirm_reservation(place.actor, place.institution, registry, holder=holder, reservation=place.id)
        return Came(DONE, {"reservation": str(found.reservation), "record": str(found.record)})
    body = {**place.values(), "reservation": str(place.id), "amount": amount}
    _ask(place, "POST", "/", body)
    _ask(place, "PUT", f"/{place.id}")
    return Came(DONE, {"reservation": str(place.id)})


def _release(place: Place) -> Came:
    """Everything that the case has reserved there, or may have: what came of it is not always known."""
    given = [str(number) for number in _reserved(place) if _give_back(place, number)]
    return Came(DONE, {"reservations": given})


def _reserved(place: Place) -> Iterator[UUID]:
    target, standing = place.step.effect.effect.target, place.case.standing
    for entry in standing.entries:
        for position, linked in enumerate(place.case.pinned.service.effects.get(entry.state, ())):
            came = standing.effects.get((entry.seq, position, 0))
            is_meant = (linked.effect.kind, linked.effect.target) == ("reserve", target)
            if is_meant and (came is None or came.outcome != SHORT):
                yield effect_id(place.case, entry.seq, position, 0)


def _give_back(place: Place, number: UUID) -> bool:
    """Whether there was anything under this number; it is given back then."""
    institution, _, registry = place.step.effect.effect.target.rpartition("/")
    try:
        if institution in {"", place.institution}:
            release_reservation(place.actor, place.institution, registry, holder=_holder(place), reservation=number)
        else:
            _ask(place, "DELETE", f"/{number}")
    except (CodedError, _RefusedElsewhereError) as error:
        if error.code not in {"registries.reservation_unknown", "registries.reservation_ended"}:
            raise
        return False
    return True


def _holder(place: Place) -> str:
    return f"{place.institution}/{place.case.row.service}"[:MAX_HOLDER]


def _ask(place: Place, method: str, path: str, body: Any = None) -> None:
    """One step of a reservation at another institution."""
    target = place.step.effect.effect.target
    offer = place.case.pinned.reserves.get(target)
    if offer is None:
        raise UnansweredError("services.no_offer_agreed")
    institution, _, registry = target.partition("/")
    question = Question(
        client_address(place.case.pinned),
        offer_address(institution, f"{registry}/{offer}"),
        str(uuid5(place.id, f"{method}{path}/{place.tries}")),
        method,
        path,
        body,
        purpose=place.case.row.service,
        subject=person_of(place.case.row.subject),
    )
    status, answer = exchange(question)
    # A redirect is no answer either: nothing was done there.
    if status >= http.client.MULTIPLE_CHOICES:
        _refused(status, answer)


def _refused(status: int, answer: Any) -> None:
    code = str(answer.get("code", "")) if isinstance(answer, Mapping) else ""
    if code.startswith("registries."):
        raise _RefusedElsewhereError(code)
    raise UnansweredError("services.holder_refused", str(status))


# -- other cases -------------------------------------------------------------------------------------------------------


def _open(place: Place) -> Came:
    """Another case of the institution, for the same applicant or for whom the effect names."""
    step = place.step
    opened = submit_opened(place.case, step.effect.effect.target, place.values(), place.id, step.whose)
    return Came(DONE, {"case": str(opened)})


_KINDS: Mapping[str, Callable[[Place], Came]] = {
    "record": _record,
    "reserve": _reserve,
    "release": _release,
    "notify": notify,
    "remind": remind,
    "open": _open,
    "issue": issue,
    "revoke": revoke,
}
