"""The addresses of cases below an office."""

from django.urls import path

from uruk.desk.cases import acting, case, papers, queueing, seconding

_CASE = "cases/<uuid:case_id>/"

urlpatterns = [
    path("cases/", queueing.listing, name="cases"),
    path("cases/next/", queueing.take_next, name="next-case"),
    path("cases/revocations/", queueing.to_revoke, name="revocations"),
    path(_CASE, case.page, name="case"),
    path(f"{_CASE}give-back/", queueing.put_back, name="case-give-back"),
    path(f"{_CASE}do/<str:action>/", acting.action, name="case-action"),
    path(f"{_CASE}ask/", acting.ask, name="case-ask"),
    path(f"{_CASE}review/", acting.give_review, name="case-review"),
    path(f"{_CASE}settle/", acting.settle, name="case-settle"),
    path(f"{_CASE}approve/", seconding.approve, name="case-approve"),
    path(f"{_CASE}decline/", seconding.decline, name="case-decline"),
    path(f"{_CASE}receipts/<int:seq>.json", papers.receipt_file, name="case-receipt"),
    path(f"{_CASE}files/<str:sha256>/", papers.file, name="case-file"),
]
