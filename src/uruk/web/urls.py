"""All pages of the node: each face brings its own; this module only puts them together."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from uruk.ui.api import public
from uruk.web.observe import metrics

# Pages carry their language in the address; what programs and browsers look up by a fixed address does not.
urlpatterns: list[URLPattern | URLResolver] = [
    path("metrics", public(metrics), name="metrics"),
    path("", include("uruk.portal.root")),
    path("", include("uruk.rest.urls")),
    *i18n_patterns(path("", include("uruk.portal.urls")), path("", include("uruk.desk.urls"))),
]
