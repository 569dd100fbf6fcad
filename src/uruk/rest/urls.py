"""Addresses for programs; none carries a language, which follows from the request's headers."""

from django.urls import include, path, re_path

from uruk.rest import directory, offers, persons, public_files, verifying, witness
from uruk.rest.services import describing as services

app_name = "rest"

# Whatever stands below these, even a line break, is answered here and in JSON: `<path:…>` would let that one through.
_BELOW = r"(?P<path>(?s:.*))\Z"

urlpatterns = [
    path("api/verify", verifying.verify, name="verify"),
    path("api/openapi.json", verifying.openapi, name="openapi"),
    path("api/registries/<slug:institution>/<slug:registry>/", include("uruk.rest.registries.urls")),
    path("api/services/<slug:institution>", services.directory, name="services"),
    path("api/services/<slug:institution>/<slug:service>/", include("uruk.rest.services.urls")),
    path("govstack/", include("uruk.rest.govstack.urls")),
    re_path(rf"^govstack/{_BELOW}", verifying.nothing, name="nothing-of-govstack"),
    re_path(rf"^api/{_BELOW}", verifying.nothing, name="nothing"),
    path("keys.json", public_files.keys, name="keys"),
    path("directory/parts", directory.parts, name="directory-parts"),
    path("directory/requests", directory.requests, name="directory-requests"),
    re_path(rf"^directory/{_BELOW}", directory.part, name="directory"),
    path("witness/add-checkpoint", witness.add_checkpoint, name="add-checkpoint"),
    re_path(r"^witness/(?P<origin>[^?]{1,400})/checkpoint\Z", witness.checkpoint, name="witnessed"),
    re_path(rf"^status/{_BELOW}", public_files.status, name="status"),
    re_path(
        rf"^exchange/(?P<institution>[a-z0-9_-]+)/(?P<registry>[a-z0-9_-]+)/(?P<code>[a-z0-9_-]+)/{_BELOW}",
        offers.offer,
        name="offer",
    ),
    re_path(r"^persons/(?P<institution>[a-z0-9_-]+)/records\Z", persons.records, name="records"),
    re_path(rf"^agreements/{_BELOW}", public_files.agreement, name="agreement"),
    re_path(rf"^rounds/{_BELOW}", public_files.decided_round, name="round"),
    re_path(rf"^log/{_BELOW}", public_files.log, name="log"),
]
