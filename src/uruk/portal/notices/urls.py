"""Addresses below `notices/`, in the portal's namespace."""

from django.urls import path

from uruk.portal.notices import listing, reach

urlpatterns = [
    path("", listing.listing, name="notices"),
    path("reach/", reach.reach, name="reach"),
    path("reach/language/", reach.language, name="reach-language"),
    path("reach/<slug:channel>/", reach.address, name="reach-address"),
    path("reach/<slug:channel>/code/", reach.code, name="reach-code"),
    path("reach/<slug:channel>/wanted/", reach.wanted, name="reach-wanted"),
    path("reach/<slug:channel>/remove/", reach.remove, name="reach-remove"),
]
