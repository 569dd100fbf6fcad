"""What of a record's values a reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uruk.registries.domain.definition import RegistryDefinition

MASK = "•••"


@dataclass(frozen=True)
class Sight:
    """What a reader sees: `shown` fields, of these the `masked` secrets, and the names of those that are withheld."""

    shown: frozenset[str]
    masked: frozenset[str]
    withheld: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether everything is seen as it is."""
        return not self.masked and not self.withheld

    def of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as this reader sees them; secrets must have been opened before where they are to be seen."""
        return {name: MASK if name in self.masked else value for name, value in values.items() if name in self.shown}


def sight_of_role(model: RegistryDefinition, role: str) -> Sight:
    """What an officer in a role sees: a secret only where its field names the role among its readers."""
    shown = frozenset(one.name for one in model.fields if model.may_read(role, one.name))
    masked = frozenset(one.name for one in model.fields if one.secret and role not in one.read)
    # That there is a secret is seen by whoever may read the registry.
    seen = shown | (masked if model.may(role, "read") else frozenset())
    return Sight(seen, masked & seen, tuple(one.name for one in model.fields if one.name not in seen))


def sight_of_subject(model: RegistryDefinition) -> Sight:
    """What a person sees of their own records: all but what only some roles may read, and secrets masked."""
    shown = frozenset(one.name for one in model.fields if one.secret or not one.read)
    return Sight(shown, model.secrets, tuple(one.name for one in model.fields if one.name not in shown))


def sight_of_public(model: RegistryDefinition) -> Sight:
    """What everybody sees: the fields that are public, and of those no secret."""
    shown = frozenset(one.name for one in model.fields if one.public and not one.secret and not one.read)
    return Sight(shown, frozenset(), tuple(one.name for one in model.fields if one.name not in shown))


def sight_of_all(model: RegistryDefinition) -> Sight:
    """What the institution's own machinery sees."""
    return Sight(frozenset(one.name for one in model.fields), frozenset(), ())
