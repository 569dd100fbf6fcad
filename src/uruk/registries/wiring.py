"""What this room tells those below it, once, when Django is ready."""

from uruk.acts.api import on_receipt, subscribe
from uruk.publishing.api import contribute_kind, contribute_review
from uruk.registries.duplicates import APART
from uruk.registries.following import follow_withdrawals
from uruk.registries.forgetting import FORGOTTEN, destroy, forget_expired, purge
from uruk.registries.importing.work import forget_imports, forget_with_record
from uruk.registries.kind import REGISTRY_KIND
from uruk.registries.likeness import close_proposal, forget_likeness, look_for_duplicates
from uruk.registries.projecting import (
    DUE,
    FOLLOW,
    LIKENESS,
    archived,
    lay_out_published,
    project_act,
    published,
    version_due,
)
from uruk.registries.reservations import CHANGED, HOLD_ENDED, give_back, hold_ended
from uruk.registries.reviewing import REGISTRY_REVIEW
from uruk.trust.api import RECORD_CHANGED

contribute_kind(REGISTRY_KIND)
contribute_review(REGISTRY_KIND.name, REGISTRY_REVIEW)
on_receipt("definition.published", published)
on_receipt("definition.archived", archived)
on_receipt(RECORD_CHANGED, project_act)
on_receipt(FORGOTTEN, destroy)
on_receipt(APART, close_proposal)
on_receipt(CHANGED, give_back)
subscribe("definition.published", lay_out_published)
subscribe(FORGOTTEN, purge)
subscribe(FORGOTTEN, forget_likeness)
subscribe(LIKENESS, look_for_duplicates)
subscribe(DUE, version_due)
subscribe(HOLD_ENDED, hold_ended)
subscribe(FOLLOW, follow_withdrawals)
subscribe(FORGOTTEN, forget_with_record)
subscribe("node.hourly", forget_expired)
subscribe("node.hourly", forget_imports)
