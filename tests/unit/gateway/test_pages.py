"""What the gateway itself answers: X-Road's meta-services, lists of the directory, health, metrics."""

import asyncio
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import uvloop

from tests.unit.gateway.served import CLIENT, NAMES, NOW, PATH, directory, echo, served
from uruk.exchange.api import Agreement, Endpoint, HostedMember, Offer, Snapshot, System, read_target
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Asked, Call, Reply
from uruk.gateway.credentials import Credential
from uruk.gateway.health import Check, Health, raised
from uruk.gateway.listing import CLIENTS, CONFIGURATION, Listing
from uruk.gateway.meta import MetaServices
from uruk.gateway.metrics import MAX_SERIES, Metrics
from uruk.gateway.state import State
from uruk.kernel.api import CodedError, FixedClock

ME, OTHER = "xx/GOV/agriculture/season-plan", "xx/GOV/agriculture/other"
PERSONS = "xx/GOV/interior/persons"
OPENAPI = json.dumps(
    {
        "openapi": "3.0.0",
        "servers": [{"url": "http://hidden.example/"}],
        "paths": {"/a": {"servers": [{"url": "http://hidden.example/a"}], "get": {"servers": [], "summary": "s"}}},
    }
)


def state() -> State:
    """Interior with two offers, of which Agriculture may call a part of one."""
    one, two = Endpoint("GET", "/*"), Endpoint("POST", "/**")
    offers = (Offer("by-number", NAMES, (one, two)), Offer("letters", NAMES, (two,), OPENAPI))
    at = int(NOW.timestamp())
    agreement = Agreement("11" * 32, "plan", ME, f"{PERSONS}/by-number", (one,), NAMES, "law", at - 1, at + 9)
    member = HostedMember("interior", "xx/GOV/interior", NAMES, (System("persons", NAMES, offers=offers),))
    shown = Snapshot("xx", "towers", 0, (member,), (agreement,))
    return State(shown, directory(), FixedClock(NOW), timedelta(days=7))


def asked(code: str, client: str = ME, raw: str = "", method: str = "GET") -> Any:
    """What a meta-service answers, read."""
    meta = MetaServices(state())
    assert meta.knows(f"{PERSONS}/{code}")
    reply = asyncio.run(meta.answer(Asked(client, f"{PERSONS}/{code}", method, read_target(raw), b"")))
    assert reply.status == 200 and list(reply.headers) == [(b"content-type", b"application/json")]
    return json.loads(reply.body.data or b"")


def test_list_methods_gives_all_that_is_offered() -> None:
    by_number, letters = asked("listMethods", OTHER)["service"]
    assert by_number == {
        "member_class": "GOV",
        "member_code": "interior",
        "object_type": "SERVICE",
        "service_code": "by-number",
        "service_type": "REST",
        "subsystem_code": "persons",
        "xroad_instance": "xx",
        "endpoint_list": [{"method": "GET", "path": "/*"}, {"method": "POST", "path": "/**"}],
    }
    assert (letters["service_code"], letters["service_type"]) == ("letters", "OPENAPI")


def test_allowed_methods_gives_what_the_caller_may_call() -> None:
    (by_number,) = asked("allowedMethods")["service"]
    assert by_number["service_code"] == "by-number"
    assert by_number["endpoint_list"] == [{"method": "GET", "path": "/*"}]
    assert asked("allowedMethods", OTHER) == {"service": []}


def test_a_description_hides_where_it_is_served() -> None:
    found = asked("getOpenAPI", raw="?serviceCode=letters")
    assert found["servers"] == [{"url": "/r1/xx/GOV/interior/persons/letters"}]
    assert found["paths"] == {"/a": {"get": {"summary": "s"}}} and "hidden" not in json.dumps(found)


@pytest.mark.parametrize(
    ("code", "raw", "method", "error", "message"),
    [
        ("getOpenAPI", "?serviceCode=by-number", "GET", "exchange.description_missing", "Invalid service type: REST"),
        ("getOpenAPI", "", "GET", "exchange.description_unasked", "Missing serviceCode in message body"),
        ("getOpenAPI", "?serviceCode=none", "GET", "exchange.service_unknown", None),
        ("listMethods", "", "POST", "exchange.service_unknown", None),
    ],
)
def test_what_a_meta_service_cannot_answer_is_said_as_x_road_says_it(
    code: str, raw: str, method: str, error: str, message: str | None
) -> None:
    with pytest.raises(CodedError) as told:
        asked(code, raw=raw, method=method)
    assert told.value.code == error and message in (None, told.value.sentence("en"))


def test_meta_services_are_known_by_their_address() -> None:
    meta = MetaServices(state())
    assert not meta.knows(f"{PERSONS}/by-number") and not meta.knows("xx/GOV/interior/nothing/listMethods")


def pages(found: State) -> dict[str, Any]:
    """The pages that list the directory."""
    listing = Listing(found)
    return {CLIENTS: listing.clients, CONFIGURATION: listing.configuration}


def test_list_clients_speaks_json_and_xml(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path, pages=pages) as port:
            status, headers, body = await port.get(CLIENTS, "Accept: application/json", "Accept-Language: en")
            assert status == 200 and headers["content-type"] == "application/json;charset=utf-8"
            member = {"xroad_instance": "xx", "member_class": "GOV", "member_code": "interior"}
            assert json.loads(body)["member"][1:] == [
                {"id": {"object_type": "MEMBER", **member}, "name": "Ministry"},
                {
                    "id": {"object_type": "SUBSYSTEM", **member, "subsystem_code": "persons"},
                    "name": "Ministry",
                    "subsystem_name": "Ministry",
                },
            ]
            status, headers, body = await port.get(f"{CLIENTS}?xRoadInstance=xx")
            assert status == 200 and headers["content-type"] == "text/xml;charset=utf-8"
            names = {"x": "http://x-road.eu/xsd/xroad.xsd", "i": "http://x-road.eu/xsd/identifiers"}
            root = ElementTree.fromstring(body)
            assert root.tag == f"{{{names['x']}}}clientList" and len(root.findall("x:member", names)) == 3
            last = root.findall("x:member", names)[2]
            assert last.findtext("x:id/i:subsystemCode", None, names) == "persons"
            assert last.findtext("x:subsystemName", None, names) == "وزارة"

    uvloop.run(work())


def test_another_instance_is_not_known_here(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path, pages=pages) as port:
            status, headers, _ = await port.get(f"{CLIENTS}?xRoadInstance=AA")
            assert (status, headers["x-road-error"]) == (400, "Client.UnknownMember")
            assert "exchange.instance_unknown" in port.metrics.text()

    uvloop.run(work())


def test_verificationconf_is_the_directory_as_shared_parameters(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path, pages=pages) as port:
            status, headers, body = await port.get(CONFIGURATION)
            assert status == 200 and headers["content-type"] == "application/zip"
            archive = zipfile.ZipFile(io.BytesIO(body))
            assert archive.read("verificationconf/instance-identifier") == b"xx"
            root = ElementTree.fromstring(archive.read("verificationconf/xx/shared-params.xml"))
            assert root.findtext("instanceIdentifier") == "xx"
            assert root.findtext("source/address") == "https://towers/"
            assert [one.text for one in root.findall("member/memberCode")] == ["agriculture", "interior"]
            servers = {one.findtext("serverCode"): one for one in root.findall("securityServer")}
            interior = next(one for one in root.findall("member") if one.findtext("memberCode") == "interior")
            assert servers["towers"].findtext("owner") == interior.get("id")
            assert servers["towers"].findtext("address") == "towers" and servers["towers"].findtext("authCertHash")
            system = interior.find("subsystem")
            assert system is not None and servers["towers"].findtext("client") == system.get("id")

    uvloop.run(work())


def test_health_says_what_is_wrong_and_whether_messages_pass(tmp_path: Path) -> None:
    wrong: list[CodedError] = []

    def refuse() -> None:
        raise CodedError("exchange.gateway_busy")

    checks = (Check("disk", True, lambda: wrong), Check("peers", False, lambda: raised(refuse)))

    async def work() -> None:
        def found(state: State) -> dict[str, Any]:
            return {"/health": Health(checks, lambda: {"node": "fields"}).page}

        async with served(tmp_path, pages=found) as port:
            status, _, body = await port.get("/health")
            told = json.loads(body)
            assert (status, told["status"], told["node"]) == (200, "degraded", "fields")
            (problem,) = told["problems"]
            assert problem["code"] == "exchange.gateway_busy" and set(problem["message"]) == {"ar", "ckb", "en"}
            wrong.append(CodedError("exchange.instance_unknown", instance="x"))
            status, _, body = await port.get("/health")
            assert status == 503 and json.loads(body)["status"] == "failed"

    uvloop.run(work())


def test_health_and_metrics_are_for_this_machine(tmp_path: Path) -> None:
    async def work() -> None:
        def found(state: State) -> dict[str, Any]:
            return {"/health": Health((), dict).page}

        far = {"pages": found, "closed": frozenset({"/health"}), "credential": lambda _: Credential("tls", False)}
        async with served(tmp_path, **far) as port:  # type: ignore[arg-type]
            assert (await port.get("/health"))[0] == 404
        async with served(tmp_path, pages=found, closed=frozenset({"/health"})) as port:
            assert (await port.get("/health"))[0] == 200

    uvloop.run(work())


def test_metrics_have_the_fields_of_operational_monitoring(tmp_path: Path) -> None:
    async def timed(call: Call) -> Reply:
        call.sent_at, call.answered_at = 10.0, 10.5
        if call.target.raw == "/no":
            error = CodedError("exchange.access_denied", client=call.client, service=call.service)
            return Reply(0, [], None, call.request, error, "far")
        return await echo(call)

    async def work() -> None:
        async with served(tmp_path, answering=timed) as port:
            await port.get(PATH, CLIENT)
            await port.get(PATH, CLIENT)
            await port.get(PATH.replace("/123", "/no"), CLIENT)
            labels = (
                'security_server_type="Client",client_xroad_instance="xx",client_member_class="GOV",'
                'client_member_code="agriculture",client_subsystem_code="season-plan",service_xroad_instance="xx",'
                'service_member_class="GOV",service_member_code="interior",service_subsystem_code="persons",'
                'service_code="by-number",rest_method="GET",status_code="{}",succeeded="{}",fault_code="{}"'
            )
            text = port.metrics.text()
            assert f"uruk_exchange_messages_total{{{labels.format(200, 'true', '')}}} 2" in text
            denied = labels.format(500, "false", "exchange.access_denied")
            assert f"uruk_exchange_messages_total{{{denied}}} 1" in text
            assert f"uruk_exchange_waited_seconds_total{{{labels.format(200, 'true', '')}}} 1.0" in text
            service = 'security_server_type="Client",service="xx/GOV/interior/persons/by-number"'
            assert f'uruk_exchange_duration_seconds_bucket{{{service},le="+Inf"}} 3' in text
            assert f"uruk_exchange_duration_seconds_count{{{service}}} 3" in text

    uvloop.run(work())


def test_metrics_do_not_grow_with_what_is_asked() -> None:
    metrics = Metrics(lambda: 0.0)
    for number in range(MAX_SERIES + 100):
        metrics.answered(("xx/GOV/a/b", f"xx/GOV/c/d/{number}", "GET"), 200, "", (0.1, 0.05), (10, 20))
    metrics.gauge("uruk_x", "Anything", lambda: 7)
    text = metrics.text()
    assert text.count("\nuruk_exchange_messages_total{") == MAX_SERIES + 1 and "\nuruk_x 7\n" in text
    assert 'client_xroad_instance="other"' in text


def test_a_name_in_a_label_cannot_break_out_of_it() -> None:
    metrics = Metrics(lambda: 0.0)
    metrics.answered(('xx/GOV/a/b"\n', "xx/GOV/c/d/e", "GET"), 200, "", (0.1, 0.05), (10, 20))
    assert 'client_subsystem_code="b\\"\\n"' in metrics.text()


def test_a_body_of_bytes_is_a_body() -> None:
    assert Body.of(b"ab").length == 2
