"""The addresses of services below an office, for who may decide about them."""

from django.urls import path

from uruk.desk.owning import counting, examples, listing, publishing, reading

_SERVICE = "services/<slug:code>/"
_VERSION = f"{_SERVICE}<slug:version>/"

urlpatterns = [
    path("services/", listing.listing, name="services"),
    path(_SERVICE, listing.service, name="service"),
    path(f"{_SERVICE}publish/", publishing.publish, name="service-publish"),
    path(f"{_SERVICE}archive/", publishing.archive, name="service-archive"),
    path(f"{_SERVICE}check/", publishing.check, name="service-check"),
    path(f"{_SERVICE}numbers/", counting.numbers, name="service-numbers"),
    path(f"{_SERVICE}numbers/numbers.csv", counting.numbers_file, name="service-numbers-file"),
    path(f"{_SERVICE}changes/<slug:old>/<slug:new>/", publishing.changes, name="service-changes"),
    path(f"{_VERSION}steps/", reading.steps, name="service-steps"),
    path(f"{_VERSION}rules/", reading.rules, name="service-rules"),
    path(f"{_VERSION}flow/", reading.flow, name="service-flow"),
    path(f"{_VERSION}examples/", examples.examples, name="service-examples"),
]
