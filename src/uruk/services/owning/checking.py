"""What `uruk check` says of a service in the country's folder, as the folder is at this moment."""

from dataclasses import dataclass

from uruk.acts.api import node_settings
from uruk.definitions.api import Finding, check_country
from uruk.kernel.api import Actor, country_folder
from uruk.publishing.api import kinds, require_owner
from uruk.services.kind import SERVICE_KIND


@dataclass(frozen=True)
class CheckedFolder:
    """What was found: of the service itself, and how much of everything else."""

    findings: tuple[Finding, ...]
    elsewhere: int


def check_folder(actor: Actor, code: str) -> CheckedFolder:
    """Check the country's folder; a service whose examples have not changed is not tried again.

    Errors: ``kernel.country_not_found``, ``people.right_missing``, ``people.role_not_held``.
    """
    require_owner(actor)
    own = f"institutions/{actor.institution}/{SERVICE_KIND.folder}/{code}/"
    found = check_country(country_folder(node_settings().country), kinds())
    mine = tuple(one for one in found if one.file.startswith(own))
    return CheckedFolder(mine, len(found) - len(mine))
