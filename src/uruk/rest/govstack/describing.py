"""A registry that a caller described: checked, proposed, and known from then on by the names that they gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uruk.kernel.api import Actor, CodedError
from uruk.publishing.api import (
    ProposalView,
    arrived,
    codes_in_force,
    find_name,
    in_force,
    institutions,
    propose_arrived,
)
from uruk.registries.api import RegistryDefinition
from uruk.rest.govstack.naming import (
    KIND,
    SYSTEM,
    Given,
    Named,
    described_registries,
    named,
    number_of,
    registries_of,
)
from uruk.rest.govstack.schema import code_of, described

# What programs do with such a registry by this interface. Nobody approves its records: callers want them at once.
_RIGHTS = ["read", "propose", "import", "export"]
_SEEN = ["read"]


@dataclass(frozen=True)
class Description:
    """A registry as callers describe it; `version`, `number` and `acronym` where they say them."""

    name: str
    title: str
    schema: Mapping[str, Any]
    version: str = ""
    number: int | None = None
    acronym: str = ""


def describe(actor: Actor, institution: str, given: Description) -> tuple[Named, ProposalView | None]:
    """Check it, keep its names, and propose it to two persons; without a proposal where it is in force already.

    Errors: ``rest.schema_unsupported``, ``rest.not_found`` (the name is another institution's), those of
    `publishing.arrived` and `propose_arrived`.
    """
    code = _code(institution, given.name)
    named_so = given.name, given.title, given.schema
    files = described(*named_so, _roles(institution), _databases(institution))
    definition = arrived(KIND, institution, code, files.files)
    proposal = propose_arrived(actor, definition)
    row = _keep(institution, code, given, files.names, definition.digest)
    return Named(institution, code, row), proposal


def _keep(institution: str, code: str, given: Description, names: Mapping[str, str], digest: bytes) -> Given:
    """The names, those of earlier versions too: a field keeps the name under which it was known."""
    before = named(institution, code).row
    number = given.number if given.number is not None else number_of(institution, code)
    kept = Given(
        name=given.name,
        number=before.number if before else number,
        acronym=given.acronym or (before.acronym if before else ""),
        fields={**(before.fields if before else {}), **names},
        versions={**(before.versions if before else {}), **({given.version: digest.hex()} if given.version else {})},
        schemas={**(before.schemas if before else {}), digest.hex(): given.schema},
    )
    kept.keep(institution, code)
    return kept


def _code(institution: str, name: str) -> str:
    """Our code of the registry that they call so; another one where a different name has the first."""
    kept = find_name(SYSTEM, KIND, name)
    if kept is not None and kept.target.partition("/")[0] != institution:
        raise CodedError("rest.not_found")
    if kept is not None:
        return kept.target.partition("/")[2]
    base = code_of(name).replace("_", "-")[:36]
    taken = {*codes_in_force(KIND, institution), *(one.code for one in described_registries())}
    return next(one for one in (base, *(f"{base}-{n}" for n in range(2, 999))) if one not in taken)


def _databases(institution: str) -> Sequence[tuple[Named, RegistryDefinition]]:
    """The registries of an institution to which fields may lead, with their models."""
    known = ((one, in_force(KIND, *one.place).model) for one in registries_of(institution))
    return tuple((one, model) for one, model in known if isinstance(model, RegistryDefinition))


def _roles(institution: str) -> Mapping[str, list[str]]:
    """Every role of the institution reads; writing is the first's that may approve definitions, else the first's."""
    known = institutions()[institution].roles
    owner = next((role for role, one in known.items() if "approve-definitions" in one.may), next(iter(known)))
    return {role: _RIGHTS if role == owner else _SEEN for role in known}
