"""The addresses of registries below an office."""

from django.urls import path

from uruk.desk.registries import (
    changing,
    columns,
    counting,
    duplicates,
    ending,
    exporting,
    grid,
    history,
    imported,
    importing,
    overview,
    record,
    requests,
)

_REGISTRY = "registries/<slug:code>/"
_RECORD = f"{_REGISTRY}<uuid:record>/"
_REQUEST = f"{_REGISTRY}requests/<uuid:request_id>/"
_IMPORT = f"{_REGISTRY}imports/<uuid:import_id>/"
_PAIR = f"{_REGISTRY}duplicates/<int:pair>/"

urlpatterns = [
    path("registries/", overview.listing, name="registries"),
    path(_REGISTRY, grid.listing, name="registry"),
    path(f"{_REGISTRY}new/", changing.new, name="registry-new"),
    path(f"{_REGISTRY}requests/", requests.listing, name="registry-requests"),
    path(_REQUEST, requests.request_page, name="registry-request"),
    path(f"{_REQUEST}accept/", requests.accept, name="registry-accept"),
    path(f"{_REQUEST}refuse/", requests.refuse, name="registry-refuse"),
    path(f"{_REQUEST}take-back/", requests.take_back, name="registry-take-back"),
    path(f"{_REQUEST}files/<str:sha256>/", requests.file, name="registry-request-file"),
    path(f"{_REGISTRY}duplicates/", duplicates.listing, name="registry-duplicates"),
    path(_PAIR, duplicates.pair, name="registry-duplicate"),
    path(f"{_PAIR}apart/", duplicates.apart, name="registry-apart"),
    path(f"{_REGISTRY}imports/", importing.listing, name="registry-imports"),
    path(f"{_REGISTRY}imports/new/", importing.new, name="registry-import-new"),
    path(_IMPORT, imported.imported, name="registry-import"),
    path(f"{_IMPORT}run/", imported.run, name="registry-import-run"),
    path(f"{_IMPORT}cancel/", imported.cancel, name="registry-import-cancel"),
    path(f"{_IMPORT}again/", imported.again, name="registry-import-again"),
    path(f"{_IMPORT}columns/", columns.columns, name="registry-import-columns"),
    path(f"{_IMPORT}rows.csv", imported.errors_file, name="registry-import-errors"),
    path(f"{_IMPORT}files/<str:sha256>/", imported.evidence_file, name="registry-import-file"),
    path(f"{_IMPORT}receipts/<uuid:act>.json", imported.receipt_file, name="registry-import-receipt"),
    path(f"{_REGISTRY}export/", exporting.exporting, name="registry-export"),
    path(f"{_REGISTRY}numbers/", counting.counting, name="registry-counting"),
    path(_RECORD, record.record, name="registry-record"),
    path(f"{_RECORD}change/", changing.amend, name="registry-change"),
    path(f"{_RECORD}correct/<int:number>/", changing.correct, name="registry-correct"),
    path(f"{_RECORD}end/<str:deed>/", ending.end, name="registry-end"),
    path(f"{_RECORD}then/", record.then, name="registry-then"),
    path(f"{_RECORD}to/<str:field>/", record.follow, name="registry-follow"),
    path(f"{_RECORD}receipts/<int:number>.json", history.receipt_file, name="registry-receipt"),
    path(f"{_RECORD}files/<str:sha256>/", history.file, name="registry-file"),
]
