"""What people tells the rooms below: who may approve, and the jobs of this room."""

from uruk.acts.api import contribute, subscribe
from uruk.people.jobs import forget_what_is_over
from uruk.people.offices import approvers
from uruk.people.sightings import SEEN, index_sighting

contribute("approvers", approvers)
subscribe("node.hourly", forget_what_is_over)
subscribe(SEEN, index_sighting)
