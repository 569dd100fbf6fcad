"""The kind ``registry``: what ``registry.yaml`` may say, and what is wrong with it."""

from collections.abc import Iterable

from uruk.definitions.api import Context, Cursor, Findings, Parsed, Parsings
from uruk.registries.domain.across import check_across
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.domain.parsing import parse_registry


class RegistryKind:
    """Reads ``institutions/<code>/registries/<code>/registry.yaml`` and checks it."""

    name = "registry"
    version = 1
    folder = "registries"
    files: frozenset[str] = frozenset()
    single = False

    def parse(self, cursor: Cursor, context: Context) -> RegistryDefinition:
        """The registry, with what was understood of it; all that is wrong is reported."""
        return parse_registry(cursor, context)

    def check(self, definitions: Iterable[Parsed], findings: Findings) -> None:
        """What is between registries stands in their links, which other kinds have too."""

    def check_across(self, found: Parsings, findings: Findings) -> None:
        """Links lead to a registry with a key, subjects to persons, and no code is a subsystem's as well."""
        check_across(found)


REGISTRY_KIND = RegistryKind()
