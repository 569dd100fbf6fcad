"""How operations, their bodies, answers and refusals are described (OpenAPI 3.1), for registries and services alike."""

from uruk.rest.answers import codes_of
from uruk.rest.registries.schemas import UUID, Schema, ref

MEANINGS = {
    "400": "The request is not of the form described here",
    "401": "No token, or one that is not good",
    "403": "The token's role may not do this here",
    "404": "There is nothing of the kind, or it is not for this role to see",
    "405": "Another method is asked for",
    "409": "It stands against what is recorded: a key that another record has, a state that does not allow it",
    "410": "The content was destroyed; that it existed stays proved",
    "412": "Another version came first: read it again",
    "413": "Too large",
    "415": "JSON is asked for",
    "422": "The values may not be recorded, or the idempotency key stands for something else",
    "428": "`If-Match` must name the version on which the change was written",
}
# Rooms whose errors may come wherever a program asks.
_EVERYWHERE = {"rest", "people", "acts"}


def operation(summary: str, responses: Schema, *parameters: Schema) -> Schema:
    """An operation with its answers by status."""
    return {"summary": summary, "parameters": list(parameters), "responses": responses}


def body_of(name: str) -> Schema:
    """The body that is asked for, by the name of its schema."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": ref(name)}}}}


def response(meaning: str, schema: Schema) -> Schema:
    """An answer in JSON."""
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def refusals(room: str, *statuses: str) -> dict[str, Schema]:
    """The answers that tell errors, each status with the codes of a room that are answered so."""
    return {status: response(_refused(room, status), ref("Error")) for status in statuses}


def _refused(room: str, status: str) -> str:
    codes = [one for one in codes_of(int(status)) if one.partition(".")[0] in {room, *_EVERYWHERE}]
    return f"{MEANINGS[status]}: {', '.join(codes)}" if codes else MEANINGS[status]


def in_path(name: str, schema: Schema) -> Schema:
    """A part of the address."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def query(name: str, schema: Schema) -> Schema:
    """What may stand behind the question mark."""
    return {"name": name, "in": "query", "required": False, "schema": schema}


def header(name: str, schema: Schema, *, needed: bool) -> Schema:
    """A header of the request."""
    return {"name": name, "in": "header", "required": needed, "schema": schema}


def base() -> Schema:
    """The version on which something was written."""
    return header("If-Match", {"type": "string", "pattern": '^"[0-9]{1,9}(-[0-9a-f]{1,64})?"$'}, needed=True)


def once() -> tuple[Schema, ...]:
    """That the same call is done once."""
    return (header("Idempotency-Key", UUID, needed=False),)
