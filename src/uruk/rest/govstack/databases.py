"""GovStack's Database interface: registries described, listed and archived, each with two persons' approval."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor, CodedError, rfc3339
from uruk.people.api import require_program_right
from uruk.publishing.api import (
    ProposalView,
    get_publication,
    institutions,
    propose_archive,
    published_versions,
)
from uruk.registries.api import RegistryDefinition
from uruk.rest.answers import answer
from uruk.rest.govstack.approving import approve_by_two
from uruk.rest.govstack.callers import client, trusting
from uruk.rest.govstack.describing import Description, describe
from uruk.rest.govstack.exchanging import endpoint, read
from uruk.rest.govstack.naming import KIND, Named, number_of, registries_of
from uruk.rest.govstack.numbers import plain
from uruk.rest.registries.schemas import schemas

RIGHT = "approve-definitions"


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@client
def modify(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`POST database/modify`: a registry that is new or changed: 202 with the proposal that two persons approve.

    In test mode two officers of the demonstration approve it at once: 200 with the schema.
    """
    _require_right(actor)
    given = _description(read(request))
    found, waiting = describe(_acting(actor), str(actor.institution), given)
    if waiting is not None and not _approved(waiting):
        return _waits(waiting)
    return answer({**given.schema, "id": found.number, "code": found.name, "version": found.version})


@endpoint("GET", "HEAD")
@client
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`GET databases`: the registries of the caller's institution, in one group."""
    code = str(actor.institution)
    known = institutions().get(code)
    databases = [_told(one) for one in registries_of(code)]
    return answer(
        {
            "id": number_of(code, ""),
            "name": known.names.get("en") if known else code,
            "code": code,
            "databases": databases,
            "group_id": number_of(code, ""),
            "order": 1,
            "data_index_increment": len(databases),
        }
    )


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("GET", "HEAD", "DELETE")
@client
def one(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """`GET database/<id>`: a registry with its schema. `DELETE`: archived, as `modify` is approved; again: the same."""
    found = next((each for each in registries_of(str(actor.institution)) if str(each.number) == number), None)
    if found is None:
        raise CodedError("rest.not_found")
    if request.method != "DELETE":
        return answer(_told(found))
    _require_right(actor)
    if not get_publication(KIND, *found.place).archived:
        waiting = propose_archive(_acting(actor), KIND, *found.place)
        if not _approved(waiting):
            return _waits(waiting)
    return answer("Success")


def _require_right(actor: Actor) -> None:
    """A program proposes what its role may decide; who approves are persons, always."""
    if not trusting():
        require_program_right(actor, RIGHT)


def _acting(actor: Actor) -> Actor:
    return Actor.system(actor.institution)


def _approved(waiting: ProposalView) -> bool:
    if not trusting():
        return False
    approve_by_two(waiting)
    return True


def _waits(waiting: ProposalView) -> HttpResponse:
    return answer({"proposal": str(waiting.id), "state": waiting.state, "digest": waiting.digest}, 202)


def _description(body: Mapping[str, Any]) -> Description:
    given = {name.replace("_", "").lower(): value for name, value in body.items()}
    code, schema = given.get("code") or given.get("name"), given.get("schema")
    title = given.get("catalogname") or given.get("name") or code
    if not isinstance(code, str) or not code.strip() or not isinstance(title, str):
        raise CodedError("rest.content_missing", name="code")
    if not isinstance(schema, Mapping):
        raise CodedError("rest.content_missing", name="schema")
    if "\\u0000" in json.dumps(plain(schema)) + json.dumps(title):
        raise CodedError("rest.schema_unsupported", at="\\u0000")
    return Description(code.strip()[:120], title[:150], plain(schema))


def _told(found: Named) -> dict[str, Any]:
    """A database as the interface has it, its schema as it is in force."""
    publication = get_publication(KIND, *found.place)
    definition = publication.definition
    model = definition.model
    assert isinstance(model, RegistryDefinition)
    known = institutions().get(found.institution)
    since = published_versions(KIND, *found.place)[0].since
    return {
        "id": found.number,
        "version": found.version,
        "name": found.name,
        "description": definition.title.get("en"),
        "institution": known.names.get("en") if known else found.institution,
        "number_format": "",
        "schema": found.schema(definition.digest) or schemas(definition, model)["Values"],
        "schema_tags": [{"name": "", "path": f"/{found.told(one)}", "is_fulltext": True} for one in model.searched],
        "schema_flags": [
            {"name": "mandatory", "path": f"/{found.told(one.name)}"} for one in model.fields if one.required
        ],
        "fields_uniques": [[found.told(name) for name in key] for key in model.keys],
        "is_draft": False,
        "is_disabled": False,
        "is_archived": publication.archived,
        "modified_at": rfc3339(since),
        "by_user_name": "",
        "by_user_auth_id": 0,
        "by_on_behalf_of_user_auth_id": 0,
        "by_on_behalf_of_user_name": "",
        "generic_services": [],
        "data_index_increment": 0,
        "has_logo": False,
    }
