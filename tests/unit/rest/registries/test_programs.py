"""Who a program is: a token that is good, for one role, on the registries that it names."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.unit.registries.samples import CARD, NUMBER
from tests.unit.rest.registries.conftest import Program
from uruk.kernel.api import Actor, CodedError, FixedClock, Text
from uruk.people.api import admit_program, end_program, find_program, my_readings, my_receipt, require_program, see

pytestmark = pytest.mark.django_db(transaction=True)


def code_of(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def test_without_a_good_token_nothing_is_answered(program: Program) -> None:
    bare = Client().get("/api/registries/interior/shops/records")
    assert (bare.status_code, code_of(bare)) == (401, "people.token_missing")
    assert bare.headers["WWW-Authenticate"] == 'Bearer realm="uruk"'
    for wrong in ("uruk_" + "A" * 43, program.token[:-1], program.token + "x", "Ω", " "):
        answer = Client().get("/api/registries/interior/shops/records", headers={"Authorization": f"Bearer {wrong}"})
        assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    basic = Client().get("/api/registries/interior/shops/records", headers={"Authorization": f"Basic {program.token}"})
    assert code_of(basic) == "people.token_missing"


def test_an_ended_token_opens_nothing_from_that_moment(program: Program) -> None:
    assert program.get("shops", "records").status_code == 200
    end_program(Actor.system("interior"), program.id)
    answer = program.get("shops", "records")
    assert (answer.status_code, code_of(answer)) == (401, "people.token_refused")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    with pytest.raises(CodedError, match=r"people\.program_unknown"):
        end_program(Actor.system("interior"), program.id)
    assert find_program(program.id) is not None


def test_a_token_is_good_until_its_last_moment(admit: Callable[..., Program], clock: FixedClock) -> None:
    program = admit(until=clock.now() + timedelta(days=1))
    assert program.get("shops", "records").status_code == 200
    clock.advance(timedelta(days=1))
    assert program.get("shops", "records").status_code == 401


def test_a_program_touches_the_registries_of_its_token_and_in_its_role(admit: Callable[..., Program]) -> None:
    narrow = admit(registries=("streets",))
    for path in ("records", "records/0b54c1d2-0000-4000-8000-000000000001/versions"):
        answer = narrow.get("shops", path)
        assert (answer.status_code, code_of(answer)) == (403, "people.registry_not_named")
    reader = admit("auditor")
    assert reader.get("shops", "records").status_code == 200
    refused = reader.create({"code": "A1", "name": "x"})
    assert (refused.status_code, code_of(refused)) == (403, "people.role_not_held")
    assert reader.get("shops", "records").json()["records"] == []


def test_a_program_has_nothing_of_another_institution(program: Program) -> None:
    foreign = Program(program.id, program.token, "agriculture")
    assert foreign.get("shops", "records").status_code == 404
    with pytest.raises(CodedError, match=r"people\.role_not_held"):
        actor = Actor(channel="rest", program=program.id, institution="interior", role="head")
        require_program(actor, "interior", "shops", ("head",))


def test_a_person_sees_which_program_read_their_record(
    program: Program, archive: Any, citizen: Callable[..., Any]
) -> None:
    record = archive.card()
    person = citizen(NUMBER)
    assert program.get("cards", f"records/{record}").json()["values"]["born"] == CARD["born"]
    see(archive.registrar.actor, person.person, "national", NUMBER)
    found = [one for one in my_readings(person.actor).readings if one.source == "program"]
    assert [one.action.get("en") for one in found] == [
        "The program “Card printer” of the institution read your record in the registry (البطاقات)"
    ]
    assert my_receipt(person.actor, "interior", found[0].reference).names_me


def test_a_program_has_a_name_and_registries(archive: Any) -> None:
    for registries, name, code in (
        ((), "Printer", "people.program_registries"),
        (tuple(f"r{number}" for number in range(51)), "Printer", "people.program_registries"),
        (("shops",), " ", "people.program_name"),
        (("shops",), "x" * 61, "people.program_name"),
        (("shops",), "two\nlines", "people.program_name"),
    ):
        with pytest.raises(CodedError, match=code):
            admit_program(Actor.system("interior"), "interior", "registrar", registries, Text(name, name))
