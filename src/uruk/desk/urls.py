"""The officers' addresses. Those below an office name its institution and role."""

from django.urls import include, path

from uruk.desk import counter, documents, drafts, overview, proposals, release, revocation

app_name = "desk"

_IN_OFFICE = [
    path("", overview.overview, name="overview"),
    path("persons/", counter.compare, name="compare"),
    path("new/<str:type_code>/", drafts.new, name="new"),
    path("drafts/", drafts.listing, name="drafts"),
    path("drafts/<uuid:draft>/", drafts.draft, name="draft"),
    path("drafts/<uuid:draft>/edit/", drafts.edit, name="edit"),
    path("drafts/<uuid:draft>/discard/", drafts.discard, name="discard"),
    path("drafts/<uuid:draft>/original.pdf", drafts.original_pdf, name="original"),
    path("release/", release.listing, name="to-release"),
    path("release/<uuid:draft>/", release.draft, name="release"),
    path("release/<uuid:draft>/return/", release.send_back, name="return"),
    path("proposals/", proposals.listing, name="proposals"),
    path("proposals/<uuid:proposal>/", proposals.proposal, name="proposal"),
    path("proposals/<uuid:proposal>/refuse/", proposals.refuse, name="refuse"),
    path("", include("uruk.desk.cases.urls")),
    path("", include("uruk.desk.supervision.urls")),
    path("", include("uruk.desk.owning.urls")),
    path("", include("uruk.desk.apply.urls")),
    path("", include("uruk.desk.audit.urls")),
    path("", include("uruk.desk.rounds.urls")),
    path("", include("uruk.desk.registries.urls")),
    path("documents/", documents.listing, name="documents"),
    path("documents/<uuid:document>/", documents.document, name="document"),
    path("documents/<uuid:document>/document.pdf", documents.pdf_file, name="pdf"),
    path("documents/<uuid:document>/receipt.json", documents.receipt_file, name="receipt"),
    path("documents/<uuid:document>/qr.svg", documents.qr_image, name="qr"),
    path("documents/<uuid:document>/code/", documents.hand_over, name="hand-over"),
    path("documents/<uuid:document>/replace/", revocation.replace, name="replace"),
    path("documents/<uuid:document>/revoke/", revocation.revoke, name="revoke"),
]

urlpatterns = [
    path("desk/", overview.offices, name="offices"),
    path("desk/<str:institution>/<str:role>/", include(_IN_OFFICE)),
]
