"""Errors as X-Road's clients know them: in both styles, as JSON and as XML."""

import json
from xml.etree import ElementTree

import pytest

from tests.architecture.errors import sentences
from uruk.exchange.api import xroad_errors
from uruk.kernel.api import CodedError

DENIED = CodedError("exchange.access_denied", client="xx/GOV/a/b", service="xx/GOV/c/d/e")
# What only administrators and programs of the node itself meet; should one escape to a caller, it is an InternalError.
_DEFINITIONS = """agreement_twice consumer_unknown endpoint_unknown field_unknown offer_elsewhere offer_unknown
openapi_malformed period_backwards reference_malformed subject_rule subjects_missing subsystem_reserved
subsystem_unknown too_many personal_denied subject_outside"""
_DIRECTORY = """change_hidden certificate_malformed directory_foreign directory_malformed directory_unended
directory_version_unknown entry_unsigned members_unapproved request_unsigned root_refused
timestamp_unsigned submission_malformed"""
_EVIDENCE = """bundle_directory_missing bundle_malformed bundle_mismatch bundle_one_operator bundle_one_sided
bundle_other_root bundle_proved bundle_quarantined bundle_root_unknown bundle_unapproved evidence_locked
evidence_missing evidence_unindexed"""
_HEALTH = "certificate_ending directory_in_grace log_overdue witness_late listen_not_loopback"
_CITIZENS_PAGE = "usage_answer_malformed usage_unanswered"
_CASES = "unanswered"
NEVER_SHOWN = {
    name for part in (_DEFINITIONS, _DIRECTORY, _EVIDENCE, _HEALTH, _CITIZENS_PAGE, _CASES) for name in part.split()
}


def test_an_error_names_the_hop_and_says_what_is_wrong() -> None:
    status, kind, body, header = xroad_errors.render(DENIED, "far", "legacy", "", "id-1")
    assert (status, kind, header) == (500, "application/json;charset=utf-8", "Server.ServerProxy.AccessDenied")
    assert json.loads(body) == {
        "type": "Server.ServerProxy.AccessDenied",
        "message": "No agreement allows xx/GOV/a/b to ask this of xx/GOV/c/d/e.",
        "detail": "id-1",
    }


@pytest.mark.parametrize(
    ("where", "legacy", "new", "status"),
    [
        ("client", "Client.AccessDenied", "client.access_denied", 400),
        ("own", "Server.ClientProxy.AccessDenied", "server.clientproxy.access_denied", 500),
        ("far", "Server.ServerProxy.AccessDenied", "server.serverproxy.access_denied", 500),
    ],
)
def test_both_styles_tell_the_hop(where: xroad_errors.Where, legacy: str, new: str, status: int) -> None:
    assert xroad_errors.render(DENIED, where, "legacy", "", "x")[3] == legacy
    answered = xroad_errors.render(DENIED, where, "new", "", "x")
    assert answered[3] == new
    assert json.loads(answered[2])["type"] == new
    assert answered[0] == status


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"), ("*/*", "application/json"), ("application/json", "application/json"),
        ("text/xml", "text/xml"),
        ("application/xml", "application/xml"), ("text/*", "text/xml"), ("TEXT/XML; q=0.5", "text/xml"),
        ("application/json, text/xml", "application/json"),
        ("text/html, application/xml;q=0.9, */*", "application/xml"),
        ("image/png", "application/json"), (",;,", "application/json"),
    ],
)  # fmt: skip
def test_the_accept_header_chooses_the_form(accept: str, expected: str) -> None:
    assert xroad_errors.render(DENIED, "far", "legacy", accept, "x")[1] == f"{expected};charset=utf-8"


def test_the_xml_form_holds_the_same_and_escapes_what_it_is_told() -> None:
    error = CodedError("exchange.path_refused", piece="<a>&\x00]]>")
    _, _, body, kind = xroad_errors.render(error, "client", "legacy", "text/xml", "<id>")
    read = ElementTree.fromstring(body)
    assert [part.tag for part in read] == ["type", "message", "detail"]
    assert read.findtext("type") == kind == "Client.BadRequest"
    assert "<a>&]]>" in str(read.findtext("message"))
    assert read.findtext("detail") == "<id>"


def test_types_of_two_parts_are_written_in_the_new_style() -> None:
    error = CodedError("exchange.answer_not_json")
    assert xroad_errors.render(error, "far", "legacy", "", "x")[3] == "Server.ServerProxy.ServiceFailed.InvalidResponse"
    assert xroad_errors.render(error, "far", "new", "", "x")[3] == "server.serverproxy.service_failed.invalid_response"


def test_a_code_without_a_type_is_an_internal_error() -> None:
    assert xroad_errors.error_type("exchange.never_heard_of", "own", "legacy") == "Server.ClientProxy.InternalError"


def test_every_type_belongs_to_a_code_that_exists() -> None:
    known = {code.partition(".")[2] for code in sentences() if code.startswith("exchange.")}
    assert set(xroad_errors.TYPES) <= known


def test_every_code_of_the_exchange_has_a_type_or_is_never_shown_to_callers() -> None:
    known = {code.partition(".")[2] for code in sentences() if code.startswith("exchange.")}
    assert sorted(known - set(xroad_errors.TYPES) - NEVER_SHOWN) == []
    assert sorted(NEVER_SHOWN - known) == []
