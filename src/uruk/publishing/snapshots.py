"""What the gateway goes by, compiled from what is in force: written anew after each change and in the node's rounds."""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from msgspec import structs

from uruk.acts.api import (
    acknowledged,
    clock,
    gateway_generations,
    hosted_institutions,
    instance_code,
    node_settings,
    standing,
)
from uruk.definitions.api import Definition, Institution
from uruk.exchange import api as exchange
from uruk.exchange.api import (
    HostedMember,
    Snapshot,
    System,
    compile_offers,
    is_asking,
    is_offering,
    member_address,
    names_of,
)
from uruk.kernel.api import CodedError, alone
from uruk.publishing.agreements import agreements_in_force
from uruk.publishing.countries import find_country
from uruk.publishing.decisions import Decided
from uruk.publishing.models import Admission, Connection
from uruk.publishing.publication import get_publication, in_force, published_digests
from uruk.trust.api import Receipt

SUBSYSTEM = "subsystem"
# Where the pages are reached by this node's own processes, in the data folder (0600).
PAGES_SOCKET = "pages.sock"


def write_snapshot() -> bool:
    """Write DATA/gateway/snapshot.json where what is in force differs from it; True where it was written."""
    country = find_country()
    if country is None:
        return False
    folder = node_settings().data / "gateway"
    with alone(folder / ".snapshot.lock"):  # who compiled before another's decision must not write after it
        made = _compiled([one for one in country.institutions.values() if one.code in hosted_institutions()])
        if _same(folder, made):
            return False
        exchange.write_snapshot(folder, made)
    return True


def tell_gateway(decided: Decided, receipt: Receipt) -> None:
    """After two persons decided something that the gateway goes by."""
    write_snapshot()


def _compiled(institutions: Iterable[Institution]) -> Snapshot:
    hosted = sorted(institutions, key=lambda one: one.code)
    instance, reached = instance_code(), gateway_generations()
    members = tuple(
        HostedMember(
            one.code, member_address(instance, one), names_of(one.names.as_dict()), _systems(one.code),
            reached.get(one.code, 1), _persons(one),
        )
        for one in hosted
    )  # fmt: skip
    now = int(clock().now().timestamp())
    return Snapshot(instance, node_settings().node, now, members, agreements_in_force({one.code for one in hosted}))


def _systems(institution: str) -> tuple[System, ...]:
    """Its subsystems, and what of other kinds offers something (registries) or asks (services), by their codes;
    nothing archived.
    """
    country = find_country()
    known = [one for one in country.definitions if one.institution == institution] if country else []
    places = [(one.kind, institution, one.code) for one in sorted(known, key=lambda one: one.code)]
    found = [one for one in (in_force(*place) for place in places if _is_open(*place)) if _is_system(one)]
    # A service whose subsystem was described apart is that one in the exchange.
    apart = {one.code for one in found if one.kind == SUBSYSTEM}
    return tuple(
        _system(one) if one.kind == SUBSYSTEM else _own_system(one)
        for one in found
        if one.kind == SUBSYSTEM or one.code not in apart
    )


def _is_open(kind: str, institution: str, code: str) -> bool:
    return bool(published_digests(kind, institution, code)) and not get_publication(kind, institution, code).archived


def _is_system(definition: Definition) -> bool:
    offers = is_offering(definition.model) and bool(compile_offers(definition))
    return definition.kind == SUBSYSTEM or offers or is_asking(definition.model)


def _own_system(definition: Definition) -> System:
    """What this node answers and asks itself, by its own sockets: no certificate makes anybody it."""
    names = names_of(definition.title.as_dict())
    offers = compile_offers(definition) if is_offering(definition.model) else ()
    url = f"{_own_pages()}/exchange/{definition.institution}/{definition.code}"
    return System(code=definition.code, names=names, url=url, offers=offers)


def _persons(institution: Institution) -> str:
    """Where this node answers persons what the institution knows about them; nowhere where it keeps no such data."""
    return f"{_own_pages()}/persons/{institution.code}" if institution.personal else ""


def _own_pages() -> str:
    door = quote(str(node_settings().data.absolute() / PAGES_SOCKET), safe="")
    return f"http+unix://{door}"


def _system(definition: Definition) -> System:
    """A subsystem, with how its institution connected it."""
    institution, code = definition.institution, definition.code
    row = acknowledged(Connection.objects.filter(institution=institution, system=code)).first()
    facts = dict(row.facts) if row else {}
    admitted = list(standing(Admission.objects.filter(institution=institution, system=code)))
    notice = str(facts.get("notice", ""))
    return System(
        code=code,
        names=names_of(definition.title.as_dict()),
        protection=facts.get("protection", "mutual"),
        certificates=tuple(one.sha256 for one in admitted),
        trusted="\n".join(one.certificate for one in admitted),
        url=facts.get("url", ""),
        ca=facts.get("ca", ""),
        timeout_s=facts.get("timeout_s", 30),
        enabled=not notice,
        disabled_notice=notice,
        offers=compile_offers(definition),
    )


def _same(folder: Path, made: Snapshot) -> bool:
    """Whether the file says the same already: a new one makes the gateway load it."""
    with contextlib.suppress(CodedError):
        known = exchange.read_snapshot(folder)
        return bool(structs.replace(known, made_at=made.made_at) == made)
    return False
