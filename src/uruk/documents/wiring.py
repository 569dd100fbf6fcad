"""What this room tells those below it, once, when Django is ready."""

from uruk.documents import jobs, publication
from uruk.documents.kind import DOCUMENT_KIND
from uruk.publishing.api import contribute_kind

contribute_kind(DOCUMENT_KIND)
publication.register()
jobs.register()
