"""Towards information systems: X-Road REST r1, as an unmodified client meets it."""

import base64
import hashlib
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uvloop

from tests.unit.gateway.served import CLIENT, PATH, parted, served, snapshot
from uruk.exchange.api import is_request_id
from uruk.gateway.bodies import Body
from uruk.gateway.calls import Call, Reply
from uruk.kernel.api import CodedError


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine as the gateway runs."""
    uvloop.run(work)


def test_an_answer_carries_what_x_road_adds(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            status, headers, body = await port.get(f"{PATH}?a=b", CLIENT, "X-Road-Id: one", "X-Custom: kept")
            assert (status, body) == (200, b"GET /123?a=b\n")
            assert headers["x-road-id"] == "one"
            assert headers["x-road-client"] == "xx/GOV/agriculture/season-plan"
            assert headers["x-road-service"] == "xx/GOV/interior/persons/by-number"
            assert is_request_id(UUID(headers["x-road-request-id"]).bytes)
            assert headers["x-kept"] == "yes" and "x-road-error" not in headers
            assert headers["date"].endswith("GMT") and headers["content-length"] == str(len(body))

    run(work())


def test_the_request_hash_is_that_of_the_x_road_document(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            lines = f"Host: g\r\n{CLIENT}\r\nX-Road-Id: one\r\nUser-Agent: curl\r\nContent-Length: 3\r\n\r\n"
            _, headers, _ = parted(await port.say(f"POST {PATH} HTTP/1.1\r\n{lines}abc"))
            part = (
                f"POST\r\n{PATH}\r\n{CLIENT.replace(': ', ':')}\r\nX-Road-Id:one\r\n"
                f"x-road-request-id:{headers['x-road-request-id']}\r\n"
            ).encode()
            both = hashlib.sha512(part).digest() + hashlib.sha512(b"abc").digest()
            assert headers["x-road-request-hash"] == base64.b64encode(hashlib.sha512(both).digest()).decode()
            _, headers, _ = await port.get(PATH, CLIENT, "X-Road-Id: one")
            part = (
                f"GET\r\n{PATH}\r\n{CLIENT.replace(': ', ':')}\r\nX-Road-Id:one\r\n"
                f"x-road-request-id:{headers['x-road-request-id']}\r\n"
            ).encode()
            assert headers["x-road-request-hash"] == base64.b64encode(hashlib.sha512(part).digest()).decode()

    run(work())


@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"])
def test_every_verb_is_carried(tmp_path: Path, method: str) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            answer = await port.say(f"{method} {PATH} HTTP/1.1\r\nHost: g\r\n{CLIENT}\r\n\r\n")
            status, _, body = parted(answer)
            assert status == 200 and port.calls[0].method == method
            assert body == (b"" if method == "HEAD" else f"{method} /123\n".encode())

    run(work())


def test_an_id_is_made_where_the_caller_has_none(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            _, headers, _ = await port.get(PATH, CLIENT)
            assert headers["x-road-id"].startswith("xx-") and len(headers["x-road-id"]) == 39
            assert (b"x-road-id", headers["x-road-id"].encode()) in port.calls[0].headers

    run(work())


def test_headers_of_the_connection_do_not_travel_and_all_others_do(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            await port.get(
                PATH, CLIENT, "Authorization: Bearer x", "Cookie: a=b", "Keep-Alive: 5", "User-Agent: curl",
                "X-Road-Request-Id: forged", "X-Road-UserId: 12", "Accept: */*", "Uruk-Purpose: season-plan",
                "Uruk-Legal-Basis: law-1", "Uruk-Subject: 199012345678",
            )  # fmt: skip
            call = port.calls[0]
            names = [name.lower() for name, _ in call.headers]
            assert names == [
                b"x-road-client", b"authorization", b"cookie", b"x-road-userid", b"accept", b"uruk-purpose",
                b"uruk-legal-basis", b"uruk-subject", b"x-road-request-id", b"x-road-id",
            ]  # fmt: skip
            assert (call.purpose, call.law, call.subject) == ("season-plan", "law-1", "199012345678")
            assert b"forged" not in call.header_part

    run(work())


def test_a_purpose_may_be_written_in_arabic(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            await port.get(PATH, CLIENT, "Uruk-Purpose: الخطة الموسمية")
            assert port.calls[0].purpose == "الخطة الموسمية"

    run(work())


def error_of(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, str]:
    """Status and type of an error, which its header says too."""
    status, headers, body = answer
    told = json.loads(body)
    assert headers["x-road-error"] == told["type"] and told["message"] and UUID(told["detail"])
    return status, told["type"]


MALFORMED = [
    ("/r1/xx/GOV/interior/persons", [CLIENT], "Client.BadRequest", "exchange.request_malformed"),
    (PATH, [], "Client.MissingHeaderField", "exchange.client_missing"),
    (PATH, ["X-Road-Client: xx/GOV"], "Client.BadRequest", "exchange.address_malformed"),
    (PATH, ["X-Road-Client: xx/GOV/a/b/c"], "Client.BadRequest", "exchange.address_malformed"),
    (PATH, [CLIENT, CLIENT + "x"], "Client.InconsistentHeaders", "exchange.headers_differ"),
    (PATH, [CLIENT, "X-Road-Represented-Party: a/b/c"], "Client.BadRequest", "exchange.header_malformed"),
    (PATH, [CLIENT, "X-Road-Security-Server: a/b"], "Client.BadRequest", "exchange.address_malformed"),
    (PATH, [CLIENT, "X-Road-Id: a", "x-road-id: b"], "Client.InconsistentHeaders", "exchange.headers_differ"),
    (f"{PATH}/%2e%2e/x", [CLIENT], "Client.BadRequest", "exchange.path_refused"),
    (f"{PATH}/%2Fx", [CLIENT], "Client.BadRequest", "exchange.path_refused"),
    ("/r1/xx/GOV/inte%2Frior/persons/by-number", [CLIENT], "Client.BadRequest", "exchange.address_malformed"),
]


@pytest.mark.parametrize(("path", "headers", "kind", "code"), MALFORMED)
def test_what_is_malformed_is_the_callers_fault_and_400(
    tmp_path: Path, path: str, headers: list[str], kind: str, code: str
) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            assert error_of(await port.get(path, *headers)) == (400, kind)
            assert not port.calls
            assert f'fault_code="{code}"' in port.metrics.text()

    run(work())


def test_the_same_client_twice_is_one_client(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            assert (await port.get(PATH, CLIENT, CLIENT))[0] == 200

    run(work())


def test_errors_are_written_in_both_styles_and_as_xml(tmp_path: Path) -> None:
    async def refusing(call: Call) -> Reply:
        error = CodedError("exchange.access_denied", client=call.client, service=call.service)
        return Reply(0, [], None, call.request, error, "far")

    async def work() -> None:
        async with served(tmp_path, answering=refusing) as port:
            assert error_of(await port.get(PATH, CLIENT)) == (500, "Server.ServerProxy.AccessDenied")
            status, headers, body = await port.get(PATH, CLIENT, "Accept: text/xml")
            assert (status, headers["content-type"]) == (500, "text/xml;charset=utf-8")
            assert b"<type>Server.ServerProxy.AccessDenied</type>" in body
        async with served(tmp_path, answering=refusing, style="new") as port:
            assert error_of(await port.get(PATH, CLIENT)) == (500, "server.serverproxy.access_denied")

    run(work())


def test_a_quota_says_when_to_come_again(tmp_path: Path) -> None:
    async def refusing(call: Call) -> Reply:
        error = CodedError("exchange.quota_exceeded", agreement="a", retry_after=17)
        return Reply(0, [], None, call.request, error, "far")

    async def work() -> None:
        async with served(tmp_path, answering=refusing) as port:
            assert (await port.get(PATH, CLIENT))[1]["retry-after"] == "17"

    run(work())


def test_a_providers_own_error_passes_untouched(tmp_path: Path) -> None:
    async def failing(call: Call) -> Reply:
        return Reply(404, [(b"content-type", b"text/html")], Body.of(b"<h1>none</h1>"), call.request)

    async def work() -> None:
        async with served(tmp_path, answering=failing) as port:
            status, headers, body = await port.get(PATH, CLIENT)
            assert (status, body) == (404, b"<h1>none</h1>") and "x-road-error" not in headers

    run(work())


def test_a_far_gateway_cannot_write_the_answers_own_headers(tmp_path: Path) -> None:
    async def forging(call: Call) -> Reply:
        pairs = [(b"Content-Length", b"1"), (b"Transfer-Encoding", b"chunked"), (b"X-Road-Request-Hash", b"x")]
        return Reply(200, pairs, Body.of(b"whole"), call.request)

    async def work() -> None:
        async with served(tmp_path, answering=forging) as port:
            _, headers, body = await port.get(PATH, CLIENT)
            assert headers["content-length"] == "5" and body == b"whole" and "transfer-encoding" not in headers
            assert headers["x-road-request-hash"] != "x"

    run(work())


def test_a_status_that_is_none_is_the_far_gateways_fault(tmp_path: Path) -> None:
    async def forging(call: Call) -> Reply:
        return Reply(101, [], Body.of(b""), call.request, None, "far")

    async def work() -> None:
        async with served(tmp_path, answering=forging) as port:
            assert error_of(await port.get(PATH, CLIENT)) == (
                500,
                "Server.ServerProxy.InvalidMessage",
            )  # exchange.frame_malformed

    run(work())


def test_an_unknown_client_and_a_connection_that_proves_nothing_are_refused(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path, shown=snapshot("mutual")) as port:
            refused = error_of(await port.get(PATH, CLIENT))
            assert refused == (500, "Server.ClientProxy.SslAuthenticationFailed")
            refused = error_of(await port.get(PATH, "X-Road-Client: xx/GOV/agriculture/nobody"))
            assert refused == (500, "Server.ClientProxy.UnknownMember")
            text = port.metrics.text()
            assert "exchange.client_not_admitted" in text and "exchange.client_unknown" in text

    run(work())


def test_the_named_security_server_is_the_one_that_hosts_the_service(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            right, wrong = "xx/GOV/interior/towers", "xx/GOV/interior/fields"
            assert (await port.get(PATH, CLIENT, f"X-Road-Security-Server: {right}"))[0] == 200
            refused = error_of(await port.get(PATH, CLIENT, f"X-Road-Security-Server: {wrong}"))
            assert refused == (500, "Server.ClientProxy.InvalidSecurityServer")
            assert "exchange.security_server_unknown" in port.metrics.text()

    run(work())


def test_an_answer_that_is_left_for_later_is_picked_up_by_its_client(tmp_path: Path) -> None:
    async def later(call: Call) -> Reply:
        place = f"/messages/{UUID(bytes=call.request)}".encode()
        return Reply(202, [(b"location", place)], None, call.request)

    async def work() -> None:
        async with served(tmp_path, answering=later) as port:
            status, headers, _ = await port.get(PATH, CLIENT, "Prefer: respond-async, wait=7")
            assert status == 202 and port.calls[0].respond_async and port.calls[0].wait_s == 7
            assert b"respond-async" not in port.calls[0].header_part
            status, _, body = await port.get(headers["location"], CLIENT)
            assert status == 200
            assert body.decode() == f"xx/GOV/agriculture/season-plan {port.calls[0].request.hex()}"
            assert (await port.get("/messages/none", CLIENT))[0] == 404
            assert (await port.get(headers["location"]))[0] == 400

    run(work())


def test_nothing_else_is_here(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            assert error_of(await port.get("/", CLIENT)) == (404, "Client.BadRequest")
            assert error_of(parted(await port.say("POST /listClients HTTP/1.1\r\nHost: g\r\n\r\n")))[0] == 404
            assert "exchange.page_unknown" in port.metrics.text()

    run(work())


def test_the_target_may_be_a_whole_url(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as port:
            assert (await port.get(f"http://gateway:8080{PATH}", CLIENT))[0] == 200
            assert port.calls[0].target.raw == "/123"

    run(work())


def test_what_fails_inside_is_told_as_such(tmp_path: Path) -> None:
    async def failing(call: Call) -> Reply:
        raise RuntimeError("broken")

    async def work() -> None:
        async with served(tmp_path, answering=failing) as port:
            status, _, body = await port.get(PATH, CLIENT)
            assert status == 500 and b"broken" not in body
            assert "exchange.gateway_failed" in port.metrics.text()

    run(work())
