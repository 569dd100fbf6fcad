"""What this room tells those below it, once, when Django is ready."""

from uruk.acts.api import on_receipt, subscribe
from uruk.documents.api import PREPARATION_CHANGED
from uruk.publishing.api import contribute_kind, contribute_review
from uruk.services.applying.consenting import GIVEN, forget_consents, index_consent
from uruk.services.applying.drafting import forget_drafts
from uruk.services.kind import SERVICE_KIND
from uruk.services.owning.reviewing import SERVICE_REVIEW
from uruk.services.running.advancing import deadline_passed, documents_changed
from uruk.services.running.projecting import DUE, project_act
from uruk.services.running.recording import TYPES

contribute_kind(SERVICE_KIND)
contribute_review(SERVICE_KIND.name, SERVICE_REVIEW)
for act_type, _ in TYPES.values():
    on_receipt(act_type, project_act)
subscribe(DUE, deadline_passed)
subscribe(PREPARATION_CHANGED, documents_changed)
subscribe("node.hourly", forget_drafts)
