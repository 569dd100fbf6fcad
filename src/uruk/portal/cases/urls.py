"""Addresses below `cases/`, in the portal's namespace."""

from django.urls import path

from uruk.portal.cases import case, doing, listing, mending, placing, proof, signing, timeline

_CASE = "<uuid:case>/"

urlpatterns = [
    path("", listing.listing, name="cases"),
    path("timeline/events/<slug:event>/", timeline.of_event, name="timeline-event"),
    path("timeline/institutions/<slug:institution>/", timeline.of_institution, name="timeline-institution"),
    path("signatures/<uuid:case>/", signing.signature, name="signature"),
    path(_CASE, case.page, name="case"),
    path(f"{_CASE}answer/", doing.answer, name="case-answer"),
    path(f"{_CASE}appeal/", doing.object_to, name="case-appeal"),
    path(f"{_CASE}facts/<slug:fact>/dispute/", doing.dispute, name="case-dispute"),
    path(f"{_CASE}do/<slug:action>/", doing.do, name="case-do"),
    path(f"{_CASE}again/<slug:action>/", mending.mend, name="case-again"),
    path(f"{_CASE}again/<slug:action>/files/<str:sha256>/", mending.file, name="case-again-file"),
    path(f"{_CASE}files/<str:sha256>/", case.file, name="case-file"),
    path(f"{_CASE}place.json", placing.place_file, name="case-place"),
    path(f"{_CASE}acts/<int:seq>/", proof.act, name="case-act"),
    path(f"{_CASE}acts/<int:seq>/receipt.json", proof.receipt_file, name="case-receipt"),
    path(f"{_CASE}acts/<int:seq>/content.json", proof.content_file, name="case-content"),
]
