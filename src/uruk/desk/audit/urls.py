"""The addresses of the auditor below an office. No address holds anything of anybody but a case's id."""

from django.urls import path

from uruk.desk.audit import finding, keeping, papers, replaying, rules

_CASE = "audit/<uuid:case_id>/"

urlpatterns = [
    path("audit/", finding.find, name="audit"),
    path("audit/cases/", finding.listing, name="audit-cases"),
    path(_CASE, replaying.page, name="audit-case"),
    path(f"{_CASE}keep/", keeping.keep, name="audit-keep"),
    path(f"{_CASE}let-go/", keeping.let_go, name="audit-let-go"),
    path(f"{_CASE}rules/", rules.page, name="audit-rules"),
    path(f"{_CASE}receipts/<int:seq>.json", papers.receipt_file, name="audit-receipt"),
    path(f"{_CASE}files/<str:sha256>/", papers.file, name="audit-file"),
    path(f"{_CASE}consent/receipt.json", papers.consent_receipt, name="audit-consent-receipt"),
    path(f"{_CASE}consent/paper/", papers.consent_paper, name="audit-consent-paper"),
]
