"""Addresses of one registry, below `/api/registries/<institution>/<registry>/`."""

from django.urls import path

from uruk.rest.registries import describing, reading, writing

DEEDS = ("correct", "withdraw", "restore", "merge", "unmerge")

urlpatterns = [
    path("openapi.json", describing.openapi, name="registry-openapi"),
    path("records", writing.records, name="registry-records"),
    path("search", reading.search, name="registry-search"),
    path("statistics", reading.statistics, name="registry-statistics"),
    path("changes", writing.changes, name="registry-changes"),
    path("records/by-key", reading.by_key, name="registry-by-key"),
    path("records/<uuid:record>", writing.record, name="registry-record"),
    path("records/<uuid:record>/versions", reading.versions, name="registry-versions"),
    path("records/<uuid:record>/versions/<int:number>/receipt", reading.receipt, name="registry-receipt"),
    *(path(f"records/<uuid:record>/{kind}", writing.deed, {"kind": kind}, name=f"registry-{kind}") for kind in DEEDS),
    path("requests/<uuid:request_id>", reading.asked, name="registry-request"),
    path("requests/<uuid:request_id>/withdraw", writing.withdraw_request, name="registry-request-withdraw"),
]
