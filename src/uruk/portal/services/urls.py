"""Addresses of services and of applications, in the portal's namespace."""

from django.urls import path

from uruk.portal.services import beginning, directory, files, guide, resuming, service, steps, summary

_SERVICE = "services/<slug:institution>/<slug:service>/"
_DRAFT = "applications/<uuid:draft>/"

urlpatterns = [
    path("services/", directory.directory, name="services"),
    path(_SERVICE, service.service, name="service"),
    path(f"{_SERVICE}entitled/", guide.entitled, name="entitled"),
    path(f"{_SERVICE}begin/", beginning.begin, name="begin"),
    path("resume/", resuming.resume, name="resume"),
    path(_DRAFT, summary.summary, name="application"),
    path(f"{_DRAFT}submitted/", summary.submitted, name="submitted"),
    path(f"{_DRAFT}discard/", summary.discard, name="discard"),
    path(f"{_DRAFT}files/<str:sha256>/", files.file, name="application-file"),
    path(f"{_DRAFT}<slug:step>/", steps.step, name="step"),
    path(f"{_DRAFT}<slug:step>/<int:row>/", steps.step, name="step"),
]
