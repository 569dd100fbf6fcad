"""What happens with the header trusted and without: tokens, two persons, who read what, and that test mode is told."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.fixtures import make_officer
from tests.unit.rest.govstack.conftest import Caller, content, new, told
from tests.unit.visitor import Visitor
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings, Text, load_settings
from uruk.people.api import admit_program, claim, create_account, my_readings
from uruk.publishing.api import approve_proposal, get_publication, proposal_options, published_versions
from uruk.registries.api import list_records, timeline, version_receipt

DATA = "registries/data/Births/1"
SCHEMA = {"type": "object", "properties": {"ID": {"type": "string", "primaryKey": True}, "Dose": {"type": "integer"}}}
MINE, OTHERS = "198012345678", "199001011234"
_RESIDENT = {"number": MINE, "name": {"given": "Ada", "father": "Ali", "grandfather": "Omar"}, "mother": "Sara",
             "born": "1980-01-01", "quarter": "East"}  # fmt: skip
NAMES = Text("برنامج", "بەرنامە", "Clinic")


def _by_token(role: str = "writer", *registries: str) -> Caller:
    _, token = admit_program(Actor.system("town"), "town", role, registries or ("residents",), NAMES)
    return Caller(Authorization=f"Bearer {token}")


def test_the_header_is_trusted_only_on_a_demonstration() -> None:
    for typed, trusted in {"": False, "off": False, "0": False, "on": True, "1": True, "TRUE": True}.items():
        node = load_settings({"URUK_MODE": "demonstration", "GOVSTACK_TRUST_HEADER": typed})
        assert node.govstack_trust_header is trusted
    with pytest.raises(CodedError, match=r"kernel\.setting_for_demonstrations"):
        load_settings({"GOVSTACK_TRUST_HEADER": "on"})
    with pytest.raises(CodedError, match=r"kernel\.setting_not_a_choice"):
        load_settings({"URUK_MODE": "demonstration", "GOVSTACK_TRUST_HEADER": "perhaps"})


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("ar", "وضع الاختبار"), ("ckb", "دۆخی تاقیکردنەوە"), ("en", "Test mode")],
)
def test_every_page_says_so_while_it_is_trusted(trusting: Caller, settings: Any, language: str, sentence: str) -> None:
    pages = [f"/{language}/", f"/{language}/verify/"]
    said = [Client().get(page, follow=True).content.decode() for page in pages]
    assert all(sentence in page for page in said)
    from dataclasses import replace

    settings.URUK = replace(settings.URUK, govstack_trust_header=False)
    assert sentence not in Client().get(pages[0]).content.decode()


def test_without_trust_the_same_paths_want_a_real_token(town: Settings) -> None:
    header = Caller(**{"Information-Mediator-Client": "a/b/town/d"})
    for call in (("get", "registries/data/residents/1"), ("post", "registries/data/residents/1/read"),
                 ("get", "registries/databases"), ("post", "registries/database/modify"),
                 ("get", "registration/applications"), ("post", "registration/tasks/x/complete"),
                 ("get", "registration/data/statistics"), ("post", "registration/documents")):  # fmt: skip
        assert header.call(*call).status_code == 401, call
    caller = _by_token()
    made = told(caller.post("registries/data/residents/1/create", {"write": {"content": _RESIDENT}}))
    assert made["content"]["quarter"] == "East"
    assert content(caller.post("registries/data/residents/1.0/read", {"query": {"content": {"number": MINE}}}))
    assert caller.get("registries/data/traders/1").status_code == 403  # the token does not name it
    assert caller.get("registries/data/residents/2").status_code == 404
    assert Caller(Authorization="Bearer uruk_none").get("registries/databases").status_code == 401


def test_with_a_token_a_registry_waits_for_two_persons(town: Settings) -> None:
    body = {"code": "Vaccines", "schema": SCHEMA}
    assert told(_by_token("auditor").post("registries/database/modify", body), 403)["code"] == "people.right_missing"
    caller = _by_token("mayor", "residents", "vaccines")
    waiting = told(caller.post("registries/database/modify", body), 202)
    assert waiting["state"] == "open"
    assert caller.get("registries/data/Vaccines/1").status_code == 404
    _sign(waiting["proposal"])
    assert told(caller.get("registries/data/Vaccines/1"))["count"] == 0
    [version] = published_versions("registry", "town", "vaccines")
    assert len({one.person for one in version.approvals}) == 2
    assert told(caller.post("registries/database/modify", body))["id"] > 0  # in force already
    number = next(
        one["id"] for one in told(caller.get("registries/databases"))["databases"] if one["name"] == "Vaccines"
    )
    assert told(caller.delete(f"registries/database/{number}"), 202)["state"] == "open"


def _sign(proposal: str) -> None:
    for number in (1, 2):
        one = make_officer("mayor", "town", f"head.{number}")
        answer = one.passkey.get(proposal_options(one.actor, UUID(proposal)))
        approve_proposal(one.actor, UUID(proposal), answer)


def test_in_test_mode_two_officers_sign_and_old_versions_stay_usable(births: Caller, clock: FixedClock) -> None:
    new(births, ID="1", FirstName="Ada")
    clock.advance(timedelta(minutes=1))  # of two that came at one moment neither would be the later
    more = {"ID": {"type": "string"}, "FirstName": {"type": "string"}, "Weight": {"type": "integer", "minimum": 1}}
    told(births.post("registries/database/modify", {"code": "Births", "schema": {"properties": more}}))
    versions = published_versions("registry", "town", "births")
    assert [len({one.person for one in each.approvals}) for each in versions] == [2, 2]
    told(births.post("registries/data/Births/2/create", {"write": {"content": {"ID": "2", "Weight": 9}}}))
    assert (
        births.post("registries/data/Births/2/create", {"write": {"content": {"ID": "3", "Weight": 0}}}).status_code
        == 422
    )
    assert [one.get("Weight") for one in told(births.get("registries/data/Births/2"))["results"]] == [None, 9]
    assert ["Weight" in one for one in told(births.get(DATA))["results"]] == [False, False]
    found = next(one for one in told(births.get("registries/databases"))["databases"] if one["name"] == "Births")
    shown = told(births.get(f"registries/database/{found['id']}"))
    assert (shown["version"], shown["is_archived"]) == ("2", False) and shown["schema"]["properties"] == more
    for _ in range(2):
        assert told(births.delete(f"registries/database/{found['id']}")) == "Success"
    assert get_publication("registry", "town", "births").archived
    assert births.post("registries/data/Births/2/create", {"write": {"content": {"ID": "4"}}}).status_code == 409


def test_a_description_that_cannot_be_kept_is_refused_and_nothing_is_proposed(trusting: Caller) -> None:
    refused = trusting.post("registries/database/modify", {"code": "X", "schema": {"properties": {"a": 1}}})
    assert told(refused, 400)["code"] == "rest.schema_unsupported"
    runaway = {"properties": {"a": {"type": "string", "pattern": "(a+)+"}}}
    told_wrong = told(trusting.post("registries/database/modify", {"code": "X", "schema": runaway}), 400)
    assert told_wrong["code"] == "publishing.arrival_broken"
    for schema in ({}, {"properties": {}}, {"properties": {"ID": 1}}, {"properties": {"a": {"type": "array"}}},
                   {"properties": {"a": {"type": "string", "pattern": "(a+)+"}}},
                   {"properties": {"a": {"properties": {"b": {"properties": {"c": {"properties": {"d": {}}}}}}}}},
    ):  # fmt: skip
        assert trusting.post("registries/database/modify", {"code": "X", "schema": schema}).status_code == 400, schema
    assert [one for one in told(trusting.get("registries/databases"))["databases"] if one["name"] == "X"] == []
    clash = {"code": "residents", "schema": SCHEMA}
    assert told(trusting.post("registries/database/modify", clash))["code"] == "residents"
    assert get_publication("registry", "town", "residents").definition.model.main_key == ("number",)  # type: ignore[attr-defined]


def test_what_a_schema_says_of_a_field_holds(trusting: Caller) -> None:
    fields = {"ID": {"type": "string", "primaryKey": True}, "Pin": {"type": "string", "secret": True},
              "Mail": {"type": "string", "unique": True, "maxLength": 20},
              "Sex": {"type": "string", "enum": ["f", "m"]},
              "Child": {"type": "object", "properties": {"ID": {"type": "string", "description": "Its number"}}},
              "Born": {"type": "string", "format": "date"}, "Alive": {"type": "boolean"}}  # fmt: skip
    told(trusting.post("registries/database/modify", {"code": "Cards", "schema": {"properties": fields}}))
    path = "registries/data/Cards/1"
    whole = {
        "ID": "1",
        "Pin": "1234",
        "Mail": "a@b",
        "Sex": "f",
        "Child": {"ID": "c1"},
        "Born": "2020-01-31",
        "Alive": True,
    }
    made = content(trusting.post(f"{path}/create", {"write": {"content": whole}}))
    assert made == {**whole, "Pin": "•••"}
    for wrong in ({"ID": "1"}, {"ID": "2", "Mail": "a@b"}, {"ID": "2", "Sex": "x"}, {"ID": "2", "Born": "then"},
                  {"ID": "2", "Mail": "x" * 21}, {"Mail": "c"}):  # fmt: skip
        assert trusting.post(f"{path}/create", {"write": {"content": wrong}}).status_code in (409, 422), wrong
    assert trusting.post(f"{path}/read", {"query": {"content": {"Pin": "1234"}}}).status_code == 400
    assert content(trusting.post(f"{path}/read", {"query": {"content": {"Alive": True, "Born": "2020-01-31"}}}))


def test_what_is_written_has_its_history_and_its_receipt(births: Caller) -> None:
    made = new(births, ID=MINE, FirstName="Ada")
    told(births.put(f"{DATA}/update", {"query": {"content": {"ID": MINE}}, "write": {"content": {"FirstName": "Eve"}}}))
    births.delete(f"{DATA}/{MINE}/delete")
    node, record = Actor.system("town"), UUID(made["uuid"])
    versions = timeline(node, "town", "births", record)
    assert [(one.kind, one.channel) for one in versions] == [
        ("create", "rest"),
        ("change", "rest"),
        ("withdraw", "rest"),
    ]
    assert "record.changed" in version_receipt(node, "town", "births", record, 2).to_json() or versions[1].act
    assert list_records(node, "town", "births").records == ()


def test_every_read_is_told_to_its_owner_and_nobody_else(births: Caller) -> None:
    new(births, ID=MINE, FirstName="Ada")
    new(births, ID=OTHERS, FirstName="Eve")
    usage = "registries/data/MyPersonalDataUsage/1.0?DatabaseID=Births&userID="
    before = len(told(births.get(f"{usage}{OTHERS}")))
    told(births.post(f"{DATA}/read", {"query": {"content": {"ID": MINE}}}))
    found = told(births.get(f"{usage}{MINE}"))
    assert found[0]["ReaderApplicationName"] == "eGovStack/GOV/90000009/clinic"
    assert found[0]["ReaderInstitutionID"] == "town" and re.fullmatch(
        r"\d{4}-\d\d-\d\dT[\d:]+Z", found[0]["SearchDateTime"]
    )
    assert len(told(births.get(f"{usage}{OTHERS}"))) == before
    small = told(births.get(f"registries/data/mypersonalDataUsage?databaseId=Births&userId={MINE}"))
    assert [one["id"] for one in small] == [one["ID"] for one in found] and "readerId" in small[0]
    for asked in ("?userID=...&DatabaseID=Births", f"?userID={MINE}&DatabaseID=...", "?userID=&DatabaseID=", ""):
        assert births.get(f"registries/data/MyPersonalDataUsage/1.0{asked}").status_code == 400
    assert births.get(f"{usage.replace('Births', 'traders')}{MINE}").status_code == 200
    owner = _owner()
    assert {one.reference for one in my_readings(owner).readings} >= {UUID(one["ID"]) for one in found}


def _owner() -> Actor:
    """A person whose number an officer saw to be theirs."""
    from uruk.people.api import see

    person = create_account("a long password of nobody")
    claim(person, "national", MINE)
    see(make_officer("writer", "town", "head.9").actor, person, "national", MINE)
    return Actor(channel="portal", person=person)


def test_without_trust_usage_is_shown_to_the_person_alone(town: Settings) -> None:
    path = f"registries/data/MyPersonalDataUsage/1.0?DatabaseID=residents&userID={MINE}"
    caller, visitor = _by_token(), Visitor()
    made = caller.post("registries/data/residents/1/create", {"write": {"content": _RESIDENT}})
    assert content(made)["number"] == MINE
    assert content(caller.post("registries/data/residents/1/read", {"query": {"content": {"number": MINE}}}))
    assert told(caller.get(path), 403)["code"] == "rest.not_yours"
    _owner()
    visitor.sign_in(MINE, "a long password of nobody")
    found = told(visitor.client.get(f"/govstack/{path}"))
    assert {one["ReaderInstitutionID"] for one in found} == {"town"} and len(found) >= 1
    others = visitor.client.get(f"/govstack/{path.replace(MINE, OTHERS)}")
    assert told(others, 403)["code"] == "rest.not_yours"
