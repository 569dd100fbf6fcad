"""Addresses of one service, below `/api/services/<institution>/<service>/`."""

from django.urls import path

from uruk.rest.services import acting, describing, reading

urlpatterns = [
    path("openapi.json", describing.openapi, name="service-openapi"),
    path("description", describing.description, name="service-description"),
    path("check", acting.check, name="service-check"),
    path("consents/<uuid:consent>/files/<slug:question>", acting.keep_file, name="service-file"),
    path("cases", acting.cases, name="service-cases"),
    path("cases/batch", acting.batch, name="service-batch"),
    path("cases/<uuid:case>/status", reading.status, name="service-case-status"),
    path("cases/<uuid:case>/documents", reading.documents, name="service-case-documents"),
    path("cases/<uuid:case>/acts", reading.acts, name="service-case-acts"),
    path("cases/<uuid:case>/acts/<int:seq>/receipt", reading.receipt, name="service-case-receipt"),
    path("cases/<uuid:case>/read", acting.read, name="service-case-read"),
    path("cases/<uuid:case>/files/<slug:sha256>", acting.read_file, name="service-case-file"),
    path("cases/<uuid:case>/actions/<slug:action>", acting.act, name="service-case-act"),
]
