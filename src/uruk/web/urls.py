"""All pages of the node: each face brings its own; this module only puts them together."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from uruk.web.observe import metrics

FACES = ("portal", "desk", "rest")

urlpatterns: list[URLPattern | URLResolver] = [
    path("metrics", metrics, name="metrics"),
    *(path("", include(f"uruk.{face}.urls")) for face in FACES if find_spec(f"uruk.{face}.urls")),
]
