"""Addresses below `registers/`, in the portal's namespace."""

from django.urls import path

from uruk.portal.registers import files, listing, record

_REGISTER = "<slug:institution>/<slug:registry>/"

urlpatterns = [
    path("", listing.registers, name="registers"),
    path(_REGISTER, listing.register, name="register"),
    path(f"{_REGISTER}data.csv", files.data, {"file_format": "csv"}, name="register-csv"),
    path(f"{_REGISTER}data.jsonl", files.data, {"file_format": "jsonl"}, name="register-jsonl"),
    path(f"{_REGISTER}<uuid:record>/", record.record, name="public-record"),
    path(f"{_REGISTER}<uuid:record>/receipts/<int:number>.json", record.receipt_file, name="public-receipt"),
]
