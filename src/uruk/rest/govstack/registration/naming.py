"""Which service, form and case a caller means, and how they are told of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from uruk.acts.api import hosted_institutions
from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.publishing.api import NameElsewhere, codes_in_force, find_name, keep_name, name_of, published_digests
from uruk.rest.govstack.naming import SYSTEM
from uruk.services.api import SERVICE_KIND

KIND = SERVICE_KIND.name
SERVICE, FORM, FILE, TASK = "service", "eform", "file", "task"


@dataclass(frozen=True)
class Place:
    """A service of an institution."""

    institution: str
    code: str

    @property
    def target(self) -> str:
        """As names are kept."""
        return f"{self.institution}/{self.code}"

    @property
    def service_id(self) -> str:
        """What callers call it."""
        return self._called(SERVICE)

    @property
    def form_id(self) -> str:
        """What callers call its form."""
        return self._called(FORM)

    @property
    def version(self) -> str:
        """How many definitions of it there were."""
        return str(len(published_digests(KIND, self.institution, self.code)))

    def _called(self, kind: str) -> str:
        kept = name_of(SYSTEM, kind, self.target)
        return kept.name if kept else f"{self.institution}.{self.code}"


@dataclass(frozen=True)
class File:
    """What a caller said of a case beside its answers: `name`: their id of it."""

    name: str
    case: UUID
    said: Mapping[str, Any] = field(default_factory=dict)


def place_of(name: str, kind: str = SERVICE) -> Place:
    """The service, or the service of the form, of that name; none: ``rest.not_found``."""
    kept = find_name(SYSTEM, kind, name)
    institution, _, code = kept.target.partition("/") if kept else name.partition(".")
    if institution in hosted_institutions() and code in codes_in_force(KIND, institution):
        return Place(institution, code)
    raise CodedError("rest.not_found")


def place_of_definition(definition: Definition) -> Place:
    """Where a definition is."""
    return Place(definition.institution, definition.code)


def case_of(name: str, kind: str = FILE) -> UUID:
    """The case of that name, a file's or a task's; none that could be one: ``rest.not_found``."""
    kept = find_name(SYSTEM, kind, name)
    try:
        return UUID(kept.target if kept else name)
    except ValueError:
        raise CodedError("rest.not_found") from None


def file_of(case: UUID) -> File:
    """What is known of a case by its caller's words."""
    kept = name_of(SYSTEM, FILE, str(case))
    return File(str(case), case) if kept is None else File(kept.name, case, kept.details)


def keep_file(name: str, case: UUID, said: Mapping[str, Any]) -> None:
    """Keep what a caller said of a case beside its answers."""
    keep_name(SYSTEM, NameElsewhere(FILE, name, str(case), said))


def task_id(case: UUID) -> str:
    """What callers call the task of a case: there is at most one at a time."""
    kept = name_of(SYSTEM, TASK, str(case))
    return kept.name if kept else str(case)
