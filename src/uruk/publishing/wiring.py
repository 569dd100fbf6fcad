"""What this room tells those below it."""

from uruk.people.api import tell_rights
from uruk.publishing.countries import rights

tell_rights(rights)
