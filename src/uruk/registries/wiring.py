"""What this room tells those below it, once, when Django is ready."""

from uruk.publishing.api import contribute_kind
from uruk.registries.kind import REGISTRY_KIND

contribute_kind(REGISTRY_KIND)
