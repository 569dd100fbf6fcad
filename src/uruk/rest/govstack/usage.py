"""`GET data/MyPersonalDataUsage`: who read a person's data in a registry, for that person and nobody else."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from uruk.acts.api import clock, find_statement, hosted_institutions, usage_index
from uruk.exchange.api import Usage, normalised
from uruk.kernel.api import CodedError, rfc3339
from uruk.people.api import ProgramView, find_program, seen_papers, signed_in_person
from uruk.publishing.api import institutions
from uruk.rest.answers import answer
from uruk.rest.govstack.callers import client_name, trusting
from uruk.rest.govstack.exchanging import endpoint
from uruk.rest.govstack.naming import Named, described_registries, find_registry
from uruk.ui.api import public

MAX_SHOWN = 500
_SMALL = {
    "ID": "id", "ReaderID": "readerId", "ReaderInitials": "readerInitials", "ReaderInstitutionID":
    "readerInstitutionId", "ReaderInstitutionName": "readerInstitutionName", "ReaderApplicationName":
    "readerApplicationName", "SearchDateTime": "searchDateTime", "Refrences": "refrences",
}  # fmt: skip


@endpoint("GET", "HEAD")
@public
def my_usage(request: HttpRequest, small: bool = False) -> HttpResponse:
    """The readings of the person whom `userID` names in the database `DatabaseID`, newest first, at most 500.

    A program's token is nobody's own: who asks is the person who is signed in, by a number that was seen to be
    theirs. In test mode the header is believed. Errors: ``rest.query_value``, ``rest.not_yours``.
    """
    user, database = _asked(request, "userID"), _asked(request, "DatabaseID")
    _require_owner(request, user)
    found = [one for each in _databases(database) for one in _readings(each, user)]
    told = [_told(one) for one in sorted(found, key=lambda one: -one.time)]
    return answer([{_SMALL[name]: value for name, value in one.items()} for one in told] if small else told)


def _asked(request: HttpRequest, name: str) -> str:
    given = {key.lower(): str(value) for key, value in request.GET.items()}
    value = given.get(name.lower(), "").strip()
    if not any(letter.isalnum() for letter in value) or len(value) > 64 or not value.isprintable():
        raise CodedError("rest.query_value", name=name)
    return value


def _require_owner(request: HttpRequest, number: str) -> None:
    if trusting():
        client_name(request)
        return
    person = signed_in_person(request)
    if person is None or number not in {one.number for one in seen_papers(person)}:
        raise CodedError("rest.not_yours")


def _databases(name: str) -> tuple[Named, ...]:
    """The registries of that acronym, or the one of that name or id: ``rest.query_value``."""
    known = described_registries()
    found = tuple(one for one in known if one.row and name in (one.row.acronym, one.row.name, str(one.row.number)))
    if found:
        return found
    try:
        return (find_registry(name, None),)
    except CodedError:
        raise CodedError("rest.query_value", name="DatabaseID") from None


def _readings(found: Named, number: str) -> tuple[Usage, ...]:
    """What the index of this node's institutions has of that person and this registry."""
    if found.institution not in hosted_institutions():
        return ()
    end = clock().now() + timedelta(seconds=1)
    part = usage_index().find(found.institution, normalised(number), datetime.fromtimestamp(0, UTC), end, 0, MAX_SHOWN)
    return tuple(one for one in part.usages if _is_of(one, found))


def _is_of(one: Usage, found: Named) -> bool:
    """Whether it was this registry that was read: by the act's own word, or by the offer that was asked."""
    return _body(one).get("of") == found.code or f"/{found.code}/" in f"{one.service}/"


def _told(one: Usage) -> dict[str, Any]:
    """A reading as the interface has it. `ReaderID`: the program that read; of officers no name is told."""
    program = _program(one)
    names = institutions().get(one.consumer) or institutions().get(one.holder)
    return {
        "ID": str(UUID(bytes=one.reference)),
        "ReaderID": str(program.id) if program else one.consumer,
        "ReaderInitials": "",
        "ReaderInstitutionID": one.consumer,
        "ReaderInstitutionName": names.names.get("en") if names else one.consumer,
        "ReaderApplicationName": program.names.get("en") if program else one.source,
        "SearchDateTime": rfc3339(datetime.fromtimestamp(one.time, UTC)),
        "Refrences": [{"ReferenceID": str(UUID(bytes=one.reference))}],
    }


def _program(one: Usage) -> ProgramView | None:
    body = _body(one)
    return find_program(UUID(bytes=body["program"])) if "program" in body else None


def _body(one: Usage) -> Mapping[str, Any]:
    statement = find_statement(UUID(bytes=one.reference))
    return {} if statement is None else statement.body
