"""What a scenario of a building block's interface is: a call over real HTTP, its status, and what its answer says.

The scenarios are told in our own words after the published specifications; the data is made up anew from a number, so
that no value of anybody's suite is what makes them pass.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

TIMELY_S = 15.0
Says = Callable[[Any], bool]


@dataclass(frozen=True)
class Scenario:
    """One call and what is to come of it; `says` looks at the JSON of the answer, None where it has no content."""

    what: str
    method: str
    path: str
    body: Any = None
    status: int = 200
    says: Says | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    header: str | None = ""
    kind: str = "application/json"


def made_up(seed: int) -> Iterator[str]:
    """Words that are nowhere else, the same for the same number."""
    random = Random(seed)
    while True:
        yield "".join(random.choices("abcdefghijkmnpqrstuvwxyz", k=9)).capitalize() + str(random.randrange(100, 999))


def has(**kinds: Any) -> Says:
    """An object with these names; under each a value of the kind, or just the value."""
    return lambda found: (
        isinstance(found, dict)
        and all(
            isinstance(found.get(name), kind) if isinstance(kind, type) else found.get(name) == kind
            for name, kind in kinds.items()
        )
    )


def lists(*, length: int | None = None, **kinds: Any) -> Says:
    """A list of such objects, so many where it is said."""
    return lambda found: (
        isinstance(found, list) and length in (None, len(found)) and all(has(**kinds)(one) for one in found)
    )


def play(base: str, client: str, scenarios: Sequence[Scenario]) -> list[str]:
    """Make the calls one after the other; a line for each that went otherwise than it says."""
    return [wrong for one in scenarios for wrong in _wrong(base, client, one)]


def _wrong(base: str, client: str, one: Scenario) -> Iterator[str]:
    begun = monotonic()
    status, kind, content = _call(base, client, one)
    if status != one.status:
        yield f"{one.what}: {status} instead of {one.status}: {content[:300]!r}"
    elif one.says is not None and not (kind.startswith("application/json") and one.says(json.loads(content))):
        yield f"{one.what}: {kind}: {content[:300]!r}"
    if monotonic() - begun > TIMELY_S:
        yield f"{one.what}: after {monotonic() - begun:.0f} s"


def _call(base: str, client: str, one: Scenario) -> tuple[int, str, bytes]:
    data = one.body if isinstance(one.body, bytes | None) else json.dumps(one.body).encode()
    query = f"?{urlencode(one.query)}" if one.query else ""
    request = Request(f"{base}/{quote(one.path)}{query}", data, method=one.method)
    if data is not None:
        request.add_header("Content-Type", one.kind)
    if one.header is not None:
        request.add_header("Information-Mediator-Client", one.header or client)
    try:
        with urlopen(request, timeout=4 * TIMELY_S) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.headers.get("Content-Type", ""), refused.read()
