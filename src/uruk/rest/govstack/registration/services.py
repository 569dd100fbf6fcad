"""Services and their forms, as anybody sees them who may apply."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from uruk.definitions.api import Definition, Field, Fields, json_schema
from uruk.kernel.api import CodedError
from uruk.rest.answers import answer
from uruk.rest.govstack.exchanging import endpoint
from uruk.rest.govstack.registration.naming import FORM, Place, place_of, place_of_definition
from uruk.services.api import ServiceDefinition, get_service, list_services
from uruk.ui.api import public


@endpoint("GET", "HEAD")
@public
def listed(request: HttpRequest) -> HttpResponse:
    """`GET services`: those that may be begun here; `name`: of that name."""
    name = request.GET.get("name", "").strip()
    told = [service_told(one) for one in list_services()]
    return answer([one for one in told if name in ("", one["name"])])


@endpoint("GET", "HEAD")
@public
def one(request: HttpRequest, service: str) -> HttpResponse:
    """`GET services/<id>`: one of them, an object as the specification has it."""
    return answer(service_told(definition_of(place_of(service))))


@endpoint("GET", "HEAD")
@public
def forms(request: HttpRequest, service: str) -> HttpResponse:
    """`GET services/<id>/eForms`: what a service asks, which is one form."""
    return answer([_form(definition_of(place_of(service)))])


@endpoint("GET", "HEAD")
@public
def form(request: HttpRequest, form: str) -> HttpResponse:
    """`GET eForms/<id>`: a form with its schema."""
    definition = definition_of(place_of(form, FORM))
    model = cast(ServiceDefinition, definition.model)
    return answer({**_form(definition), "schema": _schema(model)})


def form_fields(place: Place) -> Fields:
    """What all steps of a service ask; a repeated step is a list."""
    found: list[Field] = []
    for step in cast(ServiceDefinition, definition_of(place).model).steps:
        asked = tuple(one.field for one in step.questions)
        found += asked if step.repeat is None else [Field(step.name, "list", members=Fields(asked))]
    return Fields(tuple(found))


def _schema(model: ServiceDefinition) -> dict[str, Any]:
    """What all steps ask; a repeated step is a list. What is asked only sometimes is required of nobody."""
    found: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for step in model.steps:
        schema: Any = json_schema(Fields(tuple(one.field for one in step.questions)))
        always = {one.field.name for one in step.questions if one.when is None and step.when is None}
        if step.repeat is not None:
            found["properties"][step.name] = {"type": "array", "items": schema}
            continue
        found["properties"] |= schema["properties"]
        found["required"] += [name for name in schema["required"] if name in always]
    return found


def definition_of(place: Place) -> Definition:
    """A service that may be begun now; none: ``rest.not_found``."""
    try:
        return get_service(place.institution, place.code)
    except CodedError as error:
        if error.code != "services.service_not_open":
            raise
        raise CodedError("rest.not_found") from None


def service_told(definition: Definition) -> dict[str, Any]:
    """A service as the interface has it. Whoever may apply sees it, so its type is public."""
    place = place_of_definition(definition)
    return {
        "id": place.service_id,
        "name": name_of_service(definition),
        "version": place.version,
        "type": "Public",
        "isExecutable": True,
        "isClosed": False,
        "description": definition.title.get("en"),
    }


def name_of_service(definition: Definition) -> str:
    """What it is called, in English where there is any."""
    return definition.title.get("en")


def _form(definition: Definition) -> dict[str, Any]:
    place = place_of_definition(definition)
    return {
        "eFormId": place.form_id,
        "name": name_of_service(definition),
        "description": definition.title.get("en"),
        "version": place.version,
        "latest": True,
    }
