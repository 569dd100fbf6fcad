"""A registry in force: its definition, its storage, and what follows from both."""

from dataclasses import dataclass
from typing import cast

from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.publishing.api import by_digest, codes_in_force, in_force
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.store import Store
from uruk.registries.tables import format_digest, format_number, registry_number

KIND = "registry"


@dataclass(frozen=True)
class Opened:
    """A registry with the definition in force; `format` is the small number of that definition's digest."""

    institution: str
    code: str
    definition: Definition
    model: RegistryDefinition
    number: int
    format: int
    store: Store

    @property
    def address(self) -> str:
        """Institution and code, as keys and texts name a registry."""
        return f"{self.institution}/{self.code}"

    def siblings(self) -> tuple[str, ...]:
        """The codes of the institution's registries, this one too."""
        return codes_in_force(KIND, self.institution)

    def definition_of(self, form: int) -> Definition:
        """The definition under which a version was written."""
        if form == self.format:
            return self.definition
        return by_digest(bytes.fromhex(format_digest(form)))


def open_registry(institution: str, code: str) -> Opened:
    """The registry with its definition in force; none: ``registries.registry_unknown``."""
    try:
        definition = in_force(KIND, institution, code)
    except CodedError as error:
        if error.code != "publishing.not_in_force":
            raise
        raise CodedError("registries.registry_unknown", registry=f"{institution}/{code}"[:80]) from None
    found = model_of(definition)
    number = registry_number(institution, code)
    form = format_number(number, definition.digest.hex())
    return Opened(institution, code, definition, found, number, form, Store(number, found))


def model_of(definition: Definition) -> RegistryDefinition:
    """The room's own model of a definition."""
    return cast(RegistryDefinition, definition.model)
