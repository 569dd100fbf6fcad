"""Addresses of GovStack's interfaces, in both spellings where the published ones differ."""

from django.urls import include, path, re_path

from uruk.rest.govstack import data, databases, listing, usage

_RECORD = "registries/data/<str:registry>/<str:version>"
_BOTH = {
    "create": (data.create, ("create",)),
    "create-entries": (data.create_entries, ("create-entries", "createEntries")),
    "read": (data.read_one, ("read",)),
    "exists": (data.exists, ("exists",)),
    "update": (data.update, ("update",)),
    "update-entries": (data.update_entries, ("update-entries", "updateEntries")),
    "update-or-create": (data.update_or_create, ("update-or-create", "updateOrCreate")),
}

urlpatterns = [
    path("registration/", include("uruk.rest.govstack.registration.urls")),
    re_path(r"^registries/data/MyPersonalDataUsage(?:/1\.0)?/?\Z", usage.my_usage, name="govstack-usage"),
    re_path(
        r"^registries/data/mypersonalDataUsage(?:/1\.0)?/?\Z",
        usage.my_usage,
        {"small": True},
        name="govstack-usage-small",
    ),
    path("registries/database/modify", databases.modify, name="govstack-modify"),
    path("registries/databases", databases.listed, name="govstack-databases"),
    path("registries/database/<str:number>", databases.one, name="govstack-database"),
    path("registries/data/<str:registry>/createEntries", data.create_entries, name="govstack-entries"),
    path(_RECORD, listing.records, name="govstack-records"),
    *(
        path(f"{_RECORD}/{word}", view, name=f"govstack-{name}")
        for name, (view, words) in _BOTH.items()
        for word in words
    ),
    path(f"{_RECORD}/<str:record>/delete", data.delete, name="govstack-delete"),
    *(
        re_path(
            rf"^registries/data/(?P<registry>[^/]+)/(?P<version>[^/]+)/(?P<record>[^/]+)/{word}"
            r"/(?P<field>[^/]+)\.(?P<ext>[A-Za-z0-9]{1,10})\Z",
            data.read_value,
            name="govstack-value",
        )
        for word in ("read-value", "readValue")
    ),
]
