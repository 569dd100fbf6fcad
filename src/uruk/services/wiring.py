"""What this room tells those below it, once, when Django is ready."""

from uruk.acts.api import on_receipt, subscribe
from uruk.documents.api import PREPARATION_CHANGED
from uruk.publishing.api import contribute_kind
from uruk.services.applying.drafting import forget_drafts
from uruk.services.kind import SERVICE_KIND
from uruk.services.running.advancing import deadline_passed, documents_changed
from uruk.services.running.projecting import DUE, project_act
from uruk.services.running.recording import TYPES

contribute_kind(SERVICE_KIND)
for act_type, _ in TYPES.values():
    on_receipt(act_type, project_act)
subscribe(DUE, deadline_passed)
subscribe(PREPARATION_CHANGED, documents_changed)
subscribe("node.hourly", forget_drafts)
