"""Addresses for programs; none carries a language, which follows from the request's headers."""

from django.urls import path

from uruk.rest import public_files, verifying

app_name = "rest"

urlpatterns = [
    path("api/verify", verifying.verify, name="verify"),
    path("api/openapi.json", verifying.openapi, name="openapi"),
    path("api/<path:path>", verifying.nothing, name="nothing"),
    path("keys.json", public_files.keys, name="keys"),
    path("status/<path:path>", public_files.status, name="status"),
    path("log/<path:path>", public_files.log, name="log"),
]
