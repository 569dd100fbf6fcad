"""The citizen's addresses, below the language of the page; those without a language stand in `uruk.portal.root`."""

from django.urls import include, path

from uruk.portal import documents, home, readings, verify

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("verify/", verify.verify, name="verify"),
    path("documents/", documents.listing, name="documents"),
    path("documents/<uuid:document>/", documents.document, name="document"),
    path("documents/<uuid:document>/document.pdf", documents.pdf_file, name="pdf"),
    path("documents/<uuid:document>/receipt.json", documents.receipt_file, name="receipt"),
    path("documents/<uuid:document>/qr.svg", documents.qr_image, name="qr"),
    path("readings/", readings.listing, name="readings"),
    path("readings/<slug:holder>/<uuid:reference>/", readings.reading, name="reading"),
    path("readings/<slug:holder>/<uuid:reference>/receipt.json", readings.receipt_file, name="reading-receipt"),
    path("", include("uruk.portal.services.urls")),
    path("records/", include("uruk.portal.records.urls")),
    path("registers/", include("uruk.portal.registers.urls")),
    path("cases/", include("uruk.portal.cases.urls")),
    path("notices/", include("uruk.portal.notices.urls")),
    path("account/", include("uruk.portal.account.urls")),
]
