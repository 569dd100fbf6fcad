"""The addresses of supervision below an office."""

from django.urls import path

from uruk.desk.supervision import overseeing, supervised

_CASE = "supervision/cases/<uuid:case_id>/"

urlpatterns = [
    path("supervision/", overseeing.workload_page, name="supervision"),
    path("supervision/troubles/", overseeing.troubles_page, name="troubles"),
    path("supervision/lists/<str:kind>/", overseeing.listing, name="overseen"),
    path(_CASE, supervised.page, name="supervised"),
    path(f"{_CASE}reassign/", supervised.give, name="reassign"),
    path(f"{_CASE}retry/", supervised.retry, name="retry"),
]
