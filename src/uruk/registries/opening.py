"""A registry in force: its definition, its storage, and what follows from both."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from time import monotonic
from typing import cast
from uuid import UUID

from uruk.acts.api import node_settings
from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.publishing.api import by_digest, codes_in_force, get_publication
from uruk.registries.converting import reader_of
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.domain.showing import Sight, sight_of_role
from uruk.registries.store import Store
from uruk.registries.tables import format_digest, format_number, keys_follow, registry_number

KIND = "registry"
RECENT_S = 1.0
_RECENT: "dict[tuple[Path, str, str], tuple[float, Opened]]" = {}


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
    publication: UUID
    archived: bool
    """Whether two persons archived it: it is read, and takes no writes."""
    sights: dict[str, Sight] = field(default_factory=dict, compare=False)

    def sight(self, role: str) -> Sight:
        """What a role sees of this registry."""
        if role not in self.sights:
            self.sights[role] = sight_of_role(self.model, role)
        return self.sights[role]

    @property
    def address(self) -> str:
        """Institution and code, as keys and texts name a registry."""
        return f"{self.institution}/{self.code}"

    @cached_property
    def keys_known(self) -> bool:
        """Whether all keys are those of the definition in force: while they are laid out, two could take one."""
        return keys_follow(self.number, self.model)

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
        publication = get_publication(KIND, institution, code)
    except CodedError as error:
        if error.code != "publishing.not_in_force":
            raise
        raise CodedError("registries.registry_unknown", registry=f"{institution}/{code}"[:80]) from None
    definition, found = publication.definition, model_of(publication.definition)
    number, form = _numbers(node_settings().data, institution, code, definition.digest.hex())
    store = Store(number, found, reader_of(institution, code, publication.act, form))
    return Opened(institution, code, definition, found, number, form, store, publication.act, publication.archived)


def require_open(registry: Opened) -> None:
    """Refuse to write where nothing is written now.

    Errors: ``registries.archived``; ``registries.laying_out`` while keys of a newer definition are.
    """
    if registry.archived:
        raise CodedError("registries.archived", registry=registry.definition.title)
    if not registry.keys_known:
        raise CodedError("registries.laying_out", registry=registry.definition.title)


def open_to_read(institution: str, code: str) -> Opened:
    """The same for reading, as it was found within the last second: to ask costs more than to read a record."""
    key, now = (node_settings().data, institution, code), monotonic()
    until, known = _RECENT.get(key, (0.0, None))
    if known is None or until < now:
        known = open_registry(institution, code)
        _RECENT[key] = now + RECENT_S, known
    return known


def forget_recent() -> None:
    """A definition came into force in this process: nothing found before it counts."""
    _RECENT.clear()


@lru_cache(maxsize=1024)
def _numbers(_: Path, institution: str, code: str, digest: str) -> tuple[int, int]:
    """The small numbers of a registry and of a definition, which never change on a node."""
    number = registry_number(institution, code)
    return number, format_number(number, digest)


def model_of(definition: Definition) -> RegistryDefinition:
    """The room's own model of a definition."""
    return cast(RegistryDefinition, definition.model)
