"""What this room tells those below it, once, when Django is ready."""

from uruk.documents import jobs, publication
from uruk.documents.kind import DOCUMENT_KIND
from uruk.publishing.api import Review, contribute_kind, contribute_review

contribute_kind(DOCUMENT_KIND)
# What was issued stays readable and verifiable; nothing new is begun, signed or released (`require_open_type`).
contribute_review(DOCUMENT_KIND.name, Review(archivable=True))
publication.register()
jobs.register()
