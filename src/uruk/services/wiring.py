"""What this room tells those below it, once, when Django is ready."""

from uruk.acts.api import job_of_many, on_receipt, subscribe
from uruk.documents.api import PREPARATION_CHANGED
from uruk.publishing.api import contribute_kind, contribute_review
from uruk.services.applying.consenting import GIVEN, forget_consents, index_consent
from uruk.services.applying.drafting import forget_drafts
from uruk.services.forgetting import FORGOTTEN, destroy, forget_expired
from uruk.services.kind import SERVICE_KIND
from uruk.services.owning.reviewing import SERVICE_REVIEW
from uruk.services.rounds.closing import CLOSED, begin_gathering
from uruk.services.rounds.deciding import DECIDED, begin_moving
from uruk.services.rounds.passing import PASSED, follow_passing
from uruk.services.rounds.publishing import publish_round
from uruk.services.running.advancing import deadline_passed, documents_changed
from uruk.services.running.projecting import ADVANCE, DUE, project_act, project_acts
from uruk.services.running.recording import TYPES
from uruk.services.running.reminding import REMINDER, reminder_due
from uruk.services.running.together import advance_together
from uruk.services.webhooks.sending import forget_deliveries
from uruk.services.webhooks.telling import TOLD_OF, tell_act, tell_acts

contribute_kind(SERVICE_KIND)
contribute_review(SERVICE_KIND.name, SERVICE_REVIEW)
for act_type, _ in TYPES.values():
    on_receipt(act_type, project_act, project_acts)
for act_type in TOLD_OF:
    on_receipt(act_type, tell_act, tell_acts)
job_of_many(ADVANCE)(advance_together)
on_receipt(FORGOTTEN, destroy)
on_receipt(CLOSED, begin_gathering)
on_receipt(DECIDED, begin_moving)
on_receipt(PASSED, follow_passing)
subscribe(DECIDED, publish_round)
subscribe(PASSED, publish_round)
subscribe(DUE, deadline_passed)
subscribe(REMINDER, reminder_due)
subscribe(PREPARATION_CHANGED, documents_changed)
subscribe("node.hourly", forget_drafts)
subscribe("node.hourly", forget_expired)
subscribe("node.hourly", forget_consents)
subscribe("node.hourly", forget_deliveries)
subscribe(GIVEN, index_consent)
