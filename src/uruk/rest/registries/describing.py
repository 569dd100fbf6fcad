"""Where the description of a registry is found, of the definition in force and of every one before."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override

from uruk.acts.api import hosted_institutions
from uruk.publishing.api import codes_in_force, in_force
from uruk.registries.api import REGISTRY_KIND, RegistryDefinition
from uruk.rest.answers import answer, caller_language, endpoint
from uruk.rest.definitions import described
from uruk.rest.registries.conditional import conditional
from uruk.rest.registries.description import description
from uruk.rest.registries.queries import plain
from uruk.ui.api import public

KIND = REGISTRY_KIND.name


@endpoint("GET", "HEAD")
@public
def openapi(request: HttpRequest, institution: str, registry: str) -> HttpResponse:
    """The description of a registry (OpenAPI 3.1); `?digest=`: under the definition that was in force before."""
    found = described(KIND, institution, registry, plain(request.GET, ("digest",)).get("digest"))
    language = caller_language(request)
    with override(language):
        told = description(settings.URUK.public_url, found, cast(RegistryDefinition, found.model), language)
    response = conditional(request, answer(told), personal=False)
    response["Vary"] = "Accept-Language"
    return response


def listed(language: str) -> list[dict[str, Any]]:
    """The registries of this node's institutions, each with the address of its description."""
    return [
        {
            "institution": institution,
            "registry": code,
            "title": in_force(KIND, institution, code).title.get(language),
            "openapi": reverse("rest:registry-openapi", args=[institution, code]),
        }
        for institution in sorted(hosted_institutions())
        for code in codes_in_force(KIND, institution)
    ]
