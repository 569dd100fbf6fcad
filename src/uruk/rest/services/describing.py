"""Which services there are and what they ask, for everybody; of the version in force and of every one before."""

from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override

from uruk.acts.api import hosted_institutions
from uruk.definitions.api import Definition
from uruk.kernel.api import CodedError
from uruk.rest.answers import answer, caller_language, endpoint
from uruk.rest.definitions import described
from uruk.rest.registries.conditional import conditional
from uruk.rest.registries.queries import plain
from uruk.rest.services.interface import interface
from uruk.rest.services.schemas import description_of
from uruk.rest.services.telling import service_told
from uruk.services.api import SERVICE_KIND, ServiceDefinition, list_services
from uruk.ui.api import public

KIND = SERVICE_KIND.name


@endpoint("GET", "HEAD")
@public
def directory(request: HttpRequest, institution: str) -> HttpResponse:
    """`GET /api/services/<institution>`: the services of an institution that anybody may begin now."""
    plain(request.GET, ())
    if institution not in hosted_institutions():
        raise CodedError("rest.not_found")
    language = caller_language(request)
    found = [_listed(one, language) for one in list_services() if one.institution == institution]
    return _said(request, {"services": found})


@endpoint("GET", "HEAD")
@public
def description(request: HttpRequest, institution: str, service: str) -> HttpResponse:
    """`GET …/description`: steps with their JSON Schema, states, conditions; `?digest=`: of an older version."""
    found, language = _definition(request, institution, service), caller_language(request)
    with override(language):
        told = description_of(found, cast(ServiceDefinition, found.model), language)
    return _said(request, _listed(found, language) | told)


@endpoint("GET", "HEAD")
@public
def openapi(request: HttpRequest, institution: str, service: str) -> HttpResponse:
    """`GET …/openapi.json`: the interface of a service (OpenAPI 3.1); `?digest=`: of an older version."""
    found, language = _definition(request, institution, service), caller_language(request)
    with override(language):
        told = interface(settings.URUK.public_url, found, cast(ServiceDefinition, found.model), language)
    return _said(request, told)


def listed(language: str) -> Iterator[dict[str, Any]]:
    """The services of this node's institutions, each with the address of its description."""
    for one in list_services():
        yield {
            "institution": one.institution,
            "service": one.code,
            "title": one.title.get(language),
            "openapi": _openapi(one),
        }


def _definition(request: HttpRequest, institution: str, service: str) -> Definition:
    return described(KIND, institution, service, plain(request.GET, ("digest",)).get("digest"))


def _listed(found: Definition, language: str) -> dict[str, Any]:
    return service_told(found, cast(ServiceDefinition, found.model), language, _openapi(found))


def _openapi(found: Definition) -> str:
    return reverse("rest:service-openapi", args=[found.institution, found.code])


def _said(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    response = conditional(request, answer(told), personal=False)
    response["Vary"] = "Accept-Language"
    return response
