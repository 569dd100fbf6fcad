"""The kind ``service``: what ``service.yaml`` may say, and what is wrong with it."""

from collections.abc import Iterable
from typing import cast

from uruk.definitions.api import Context, Cursor, Findings, Parsed, Parsings
from uruk.services.domain.checking.service import check_service
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.domain.parsing.service import EXAMPLES, parse_service


class ServiceKind:
    """Reads ``institutions/<code>/services/<code>/service.yaml`` and checks it."""

    name = "service"
    version = 1
    folder = "services"
    files = frozenset({EXAMPLES})
    single = False

    def parse(self, cursor: Cursor, context: Context) -> ServiceDefinition:
        """The service, with what was understood of it; all that is wrong within it is reported."""
        return parse_service(cursor, context)

    def check(self, definitions: Iterable[Parsed], findings: Findings) -> None:
        """Services of one institution have nothing to agree about but what effects name, which is of several kinds."""

    def check_across(self, found: Parsings, findings: Findings) -> None:
        """Names of other definitions, types, states, tables, examples and mutants."""
        for _, parsed in found.of_kind(self.name):
            check_service(cast(ServiceDefinition, parsed.model), parsed.cursor, found)


SERVICE_KIND = ServiceKind()
