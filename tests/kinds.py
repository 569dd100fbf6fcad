"""Every kind of definition that there is, for tests that read a whole country without Django."""

from uruk.definitions.api import Kind
from uruk.documents.kind import DOCUMENT_KIND
from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND
from uruk.registries.kind import REGISTRY_KIND
from uruk.services.kind import SERVICE_KIND

KINDS: list[Kind] = [AGREEMENT_KIND, DOCUMENT_KIND, REGISTRY_KIND, SERVICE_KIND, SUBSYSTEM_KIND]
