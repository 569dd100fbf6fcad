"""Services, applications and tasks of a suite's data: definitions that two persons approve, and cases of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uruk.kernel.api import Actor, CodedError
from uruk.publishing.api import (
    NameElsewhere,
    arrived,
    codes_in_force,
    find_name,
    institutions,
    keep_name,
    propose_arrived,
)
from uruk.rest.govstack.approving import approve_by_two
from uruk.rest.govstack.naming import SYSTEM
from uruk.rest.govstack.registration.applications import answers_of
from uruk.rest.govstack.registration.callers import SUPERVISE, applicant
from uruk.rest.govstack.registration.definition import service_files
from uruk.rest.govstack.registration.naming import FORM, KIND, SERVICE, TASK, keep_file, place_of
from uruk.rest.govstack.schema import code_of
from uruk.services.api import Applicant, Asked, submit

Row = Mapping[str, Any]


@dataclass
class LoadedServices:
    """What was made: services and cases."""

    services: int = 0
    cases: int = 0


def load_services(institution: str, data: Row, officers: Sequence[str], more: Sequence[str]) -> LoadedServices:
    """Make the services that the data names, and `more` by their names; a case for each application and task.

    Repeating it makes nothing twice. Errors: those of definitions and of `services.submit`.
    """
    done = LoadedServices()
    for row in (*_rows(data, "services"), *({"id": name, "name": name} for name in more)):
        _service(institution, row, officers, done)
    for row in (*_rows(data, "applications"), *_rows(data, "tasks")):
        _service(
            institution, {"id": row.get("serviceId"), "name": row.get("serviceName"), **_form(row)}, officers, done
        )
        _case(row, done)
    return done


def _service(institution: str, row: Row, officers: Sequence[str], done: LoadedServices) -> None:
    name, title = _text(row, "id"), _text(row, "name")
    if not name or find_name(SYSTEM, SERVICE, name) is not None:
        return
    code = _free_code(institution, title or name)
    definition = arrived(KIND, institution, code, service_files(title or name, _role(institution)))
    proposal = propose_arrived(Actor.system(institution), definition)
    if proposal is not None:
        approve_by_two(proposal, officers)
        done.services += 1
    keep_name(SYSTEM, NameElsewhere(SERVICE, name, f"{institution}/{code}"))
    for form in _rows(row, "eForms"):
        called = _text(form, "eFormId")
        # The published data gives one form to several services: it stays the first one's.
        if called and find_name(SYSTEM, FORM, called) is None:
            keep_name(SYSTEM, NameElsewhere(FORM, called, f"{institution}/{code}"))


def _case(row: Row, done: LoadedServices) -> None:
    """A case for an application; for a task alone one as well, since a task is a case that waits for somebody."""
    task, file = _text(row, "taskId"), _text(row, "fileId") or _text(row, "taskId")
    kept = find_name(SYSTEM, "file", file)
    if kept is None and _text(row, "serviceId"):
        place, whom = place_of(_text(row, "serviceId")), _text(row, "applicantId") or file
        person, number = applicant(whom)
        asked = Asked(place.institution, place.code, Applicant(number), answers_of(place, _said(row)))
        case = submit(person, asked).case
        keep_file(
            file,
            case,
            {
                "applicantId": whom,
                "serviceId": place.service_id,
                "documentUrls": list(row.get("documentUrls") or []),
            },
        )
        done.cases += 1
    found = find_name(SYSTEM, "file", file)
    for name in (task, _text(row, "mainTaskId")):
        if found is not None and name and find_name(SYSTEM, TASK, name) is None:
            keep_name(SYSTEM, NameElsewhere(TASK, name, str(UUID(found.target))))


def _said(row: Row) -> Row:
    return {"applicationName": _text(row, "taskTitle") or _text(row, "taskName"), "data": row.get("data") or {}}


def _form(row: Row) -> Row:
    called = _text(row, "eformId") or _text(row, "eFormId")
    return {"eForms": [{"eFormId": called}]} if called else {}


def _role(institution: str) -> str:
    """The role that decides: the first, unless it is the one that supervises."""
    roles = institutions()[institution].roles
    return next((role for role, one in roles.items() if SUPERVISE not in one.may), next(iter(roles)))


def _free_code(institution: str, title: str) -> str:
    base = code_of(title).replace("_", "-")[:36]
    taken = set(codes_in_force(KIND, institution))
    return next(one for one in (base, *(f"{base}-{n}" for n in range(2, 999))) if one not in taken)


def _rows(data: Row, name: str) -> Iterator[Row]:
    found = data.get(name)
    for one in found if isinstance(found, list) else ():
        if not isinstance(one, Mapping):
            raise CodedError("rest.test_data", at=name)
        yield one


def _text(row: Row, name: str) -> str:
    found = row.get(name)
    return str(found)[:120] if isinstance(found, str | int) else ""
