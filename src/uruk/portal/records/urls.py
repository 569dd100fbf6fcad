"""Addresses below `records/`, in the portal's namespace."""

from django.urls import path

from uruk.portal.records import asking, listing, record, requests

_RECORD = "<slug:institution>/<slug:registry>/<uuid:record>/"
_REQUEST = "requests/<uuid:request_id>/"

urlpatterns = [
    path("", listing.listing, name="records"),
    path("requests/", requests.listing, name="record-requests"),
    path(_REQUEST, requests.page, name="record-request"),
    path(f"{_REQUEST}take-back/", requests.take_back, name="record-take-back"),
    path(f"{_REQUEST}files/<str:sha256>/", requests.file, name="record-request-file"),
    path(_RECORD, record.record, name="record"),
    path(f"{_RECORD}correct/", asking.ask, name="record-ask"),
    path(f"{_RECORD}receipts/<int:number>.json", record.receipt_file, name="record-receipt"),
    path(f"{_RECORD}files/<str:sha256>/", record.file, name="record-file"),
]
