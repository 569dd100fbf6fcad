"""What this room tells those below it."""

from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND
from uruk.people.api import tell_rights
from uruk.publishing.countries import rights
from uruk.publishing.kinds import contribute_kind

tell_rights(rights)
contribute_kind(SUBSYSTEM_KIND)
contribute_kind(AGREEMENT_KIND)
