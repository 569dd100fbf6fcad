"""The addresses of the counter below an office. None holds a name, a number or ten digits."""

from django.urls import path

from uruk.desk.apply import beginning, paper, paying, steps, summary

_DRAFT = "apply/drafts/<uuid:draft>/"
_CASE = "apply/cases/<uuid:case_id>/"

urlpatterns = [
    path("apply/", beginning.counter, name="apply"),
    path("apply/payment/", paying.payment, name="apply-payment"),
    path("apply/services/<slug:service>/", beginning.consent, name="apply-consent"),
    path("apply/consents/<uuid:consent>/", beginning.whom, name="apply-whom"),
    path(_DRAFT, summary.summary, name="apply-draft"),
    path(f"{_DRAFT}consent/", beginning.resumed, name="apply-resumed"),
    path(f"{_DRAFT}discard/", summary.discard, name="apply-discard"),
    path(f"{_DRAFT}files/<str:sha256>/", steps.file, name="apply-file"),
    path(f"{_DRAFT}steps/<slug:step>/", steps.step, name="apply-step"),
    path(f"{_DRAFT}steps/<slug:step>/<int:row>/", steps.step, name="apply-step"),
    path(_CASE, paper.submitted, name="apply-submitted"),
    path(f"{_CASE}receipt.json", paper.receipt_file, name="apply-receipt"),
    path(f"{_CASE}qr.svg", paper.qr_image, name="apply-qr"),
]
