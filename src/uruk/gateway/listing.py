"""What the gateway itself shows of the country's directory, as X-Road's clients ask for it: listClients (JSON or XML)
and verificationconf (a ZIP).
"""

import io
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import msgspec

from uruk.exchange.api import CountryDirectory, MemberEntry, NodeEntry, headers
from uruk.gateway.listening import Answer, Incoming
from uruk.kernel.api import LANGUAGES, CodedError, Language, Text

CLIENTS, CONFIGURATION = "/listClients", "/verificationconf"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES = 'xmlns:ns1="http://x-road.eu/xsd/identifiers" xmlns:ns2="http://x-road.eu/xsd/xroad.xsd"'
_MADE = (2020, 1, 1, 0, 0, 0)  # a ZIP needs a time; the same directory gives the same bytes
_FIELDS = (("xroad_instance", "xRoadInstance"), ("member_class", "memberClass"), ("member_code", "memberCode"))

Client = dict[str, Any]


class Node(Protocol):
    """What is listed (`gateway.state.State`)."""

    @property
    def directory(self) -> CountryDirectory:
        """The country directory in force."""
        ...


class Listing:
    """The pages that list what the directory holds."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def clients(self, incoming: Incoming, query: str) -> Answer:
        """GET /listClients: all members and subsystems; JSON where Accept says so, else XML."""
        directory = self._node.directory
        asked = dict(parse_qsl(query)).get("xRoadInstance") or directory.instance
        if asked != directory.instance:
            raise CodedError("exchange.instance_unknown", instance=asked[:64])
        language = _language(headers.find_header(incoming.headers, b"accept-language") or b"")
        found = list(_clients(directory, language))
        accept = headers.find_header(incoming.headers, b"accept") or b""
        if b"application/json" in accept.lower():
            return Answer(200, ((b"content-type", b"application/json;charset=utf-8"),), _json(found))
        return Answer(200, ((b"content-type", b"text/xml;charset=utf-8"),), _clients_xml(found))

    def configuration(self, incoming: Incoming, query: str) -> Answer:
        """GET /verificationconf: what a program that checks X-Road's signatures wants to know of the instance."""
        kept = (
            (b"content-type", b"application/zip"),
            (b"content-disposition", b'attachment; filename="verificationconf.zip"'),
        )
        return Answer(200, kept, _zip(self._node.directory))


def _clients(directory: CountryDirectory, language: Language) -> Iterator[Client]:
    """Every member, each followed by its subsystems."""
    for entry in _members(directory):
        name = _said(entry.names, language)
        yield {"id": _id(str(entry.member)), "name": name}
        for address, names in _subsystems(directory, entry):
            yield {"id": _id(address), "name": name, "subsystem_name": _said(names, language)}


def _members(directory: CountryDirectory) -> list[MemberEntry]:
    return [directory.members[one] for one in sorted(directory.members) if directory.members[one].left_at is None]


def _subsystems(directory: CountryDirectory, entry: MemberEntry) -> list[tuple[str, Text]]:
    node = directory.nodes.get(entry.node)
    found = node.subsystems.items() if node is not None and node.left_at is None else ()
    return sorted(((address, names) for address, names in found if address.startswith(f"{entry.member}/")), key=_first)


def _first(pair: tuple[str, Text]) -> str:
    return pair[0]


def _id(address: str) -> dict[str, str]:
    parts = address.split("/")
    found = {field: part for (field, _), part in zip(_FIELDS, parts, strict=False)}
    if len(parts) == 4:
        return {"object_type": "SUBSYSTEM", **found, "subsystem_code": parts[3]}
    return {"object_type": "MEMBER", **found}


def _said(names: Text, language: Language) -> str:
    return names.get(language)


def _language(accepted: bytes) -> Language:
    """The first of our languages that the caller names; Arabic where it names none."""
    for one in accepted.decode("latin-1").split(","):
        code = one.partition(";")[0].strip().lower().partition("-")[0]
        for language in LANGUAGES:
            if code == language:
                return language
    return "ar"


def _json(found: list[Client]) -> bytes:
    return msgspec.json.encode({"member": found})


def _clients_xml(found: list[Client]) -> bytes:
    members = "".join(_client_xml(client) for client in found)
    return f"{_XML}<ns2:clientList {_NAMESPACES}>{members}</ns2:clientList>".encode()


def _client_xml(client: Client) -> str:
    place = client["id"]
    parts = "".join(_element(f"ns1:{name}", place[field]) for field, name in _FIELDS)
    if "subsystem_code" in place:
        parts += _element("ns1:subsystemCode", place["subsystem_code"])
    names = _element("ns2:name", client["name"])
    if "subsystem_name" in client:
        names += _element("ns2:subsystemName", client["subsystem_name"])
    return f'<ns2:member><ns2:id ns1:objectType="{place["object_type"]}">{parts}</ns2:id>{names}</ns2:member>'


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _zip(directory: CountryDirectory) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in (
            ("verificationconf/instance-identifier", directory.instance.encode()),
            (f"verificationconf/{directory.instance}/shared-params.xml", _shared_params(directory).encode()),
        ):
            archive.writestr(zipfile.ZipInfo(name, _MADE), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _shared_params(directory: CountryDirectory) -> str:
    """The directory as X-Road's shared parameters: members, subsystems, and each node as a security server."""
    ids: dict[str, str] = {}
    members = "".join(_member_xml(directory, entry, ids) for entry in _members(directory))
    servers = "".join(_server_xml(directory, node, ids) for _, node in sorted(directory.nodes.items()))
    classes = sorted({entry.member.member_class for entry in _members(directory)})
    kinds = "".join(
        f"<memberClass>{_element('code', one)}{_element('description', one)}</memberClass>" for one in classes
    )
    source = f"<source>{_element('address', _authority_url(directory))}</source>"
    return (
        f'{_XML}<ns3:conf xmlns:ns2="http://x-road.eu/xsd/identifiers" xmlns:ns3="http://x-road.eu/xsd/xroad.xsd">'
        f"{_element('instanceIdentifier', directory.instance)}{source}{members}{servers}"
        f"<globalSettings>{kinds}<ocspFreshnessSeconds>3600</ocspFreshnessSeconds></globalSettings></ns3:conf>"
    )


def _authority_url(directory: CountryDirectory) -> str:
    entry = directory.members.get(directory.authority)
    node = directory.nodes.get(entry.node) if entry is not None else None
    return node.url if node is not None else ""


def _member_xml(directory: CountryDirectory, entry: MemberEntry, ids: dict[str, str]) -> str:
    """A member with its subsystems; `ids` learns the numbers that servers refer to."""
    place = ids[str(entry.member)] = f"id{len(ids)}"
    kind = entry.member.member_class
    systems = ""
    for address, _ in _subsystems(directory, entry):
        ids[address] = f"id{len(ids)}"
        systems += f'<subsystem id="{ids[address]}">{_element("subsystemCode", address.split("/")[3])}</subsystem>'
    described = f"<memberClass>{_element('code', kind)}{_element('description', kind)}</memberClass>"
    names = _element("memberCode", entry.member.code) + _element("name", _said(entry.names, "ar"))
    return f'<member id="{place}">{described}{names}{systems}</member>'


def _server_xml(directory: CountryDirectory, node: NodeEntry, ids: dict[str, str]) -> str:
    hosted = [str(entry.member) for entry in _members(directory) if entry.node == node.code]
    if not hosted or node.left_at is not None:
        return ""
    address = node.gateways[0].rpartition(":")[0] if node.gateways else ""
    hashes = "".join(_element("authCertHash", b64encode(bytes.fromhex(one)).decode()) for one in node.certificates)
    clients = "".join(_element("client", ids[one]) for one in sorted(node.subsystems) if one in ids)
    named = _element("owner", ids[hosted[0]]) + _element("serverCode", node.code) + _element("address", address)
    return f"<securityServer>{named}{hashes}{clients}</securityServer>"
