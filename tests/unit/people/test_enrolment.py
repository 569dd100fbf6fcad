from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from tests.fixtures import PASSWORD
from tests.unit.people.browser import Browser
from uruk.acts.models import Act
from uruk.definitions.api import Office, SyntheticPerson
from uruk.kernel.api import Actor, CodedError, FixedClock, Text, new_id
from uruk.people.api import (
    SoftwarePasskey,
    find_person,
    holder_of,
    load_people,
    offices,
    register_officer,
    register_passkey,
    see_synthetic,
    sign_in,
)

NAME = Text("زينب هادي", "زەینەب هادی", "Zainab Hadi")
BORN = date(1985, 5, 20)
REGISTRAR = Office("interior", "registrar", date(2026, 1, 1), date(2026, 12, 31))
OFFICER = SyntheticPerson("zainab", NAME, "999019850101", BORN, "zainab", (REGISTRAR,))
CITIZEN = SyntheticPerson("noor", Text("نور كاظم", "نوور کازم"), "999019950001", BORN, None, ())


def test_synthetic_people_are_loaded_once(institution: str) -> None:
    first = load_people([OFFICER, CITIZEN], PASSWORD)
    acts = Act.objects.count()
    assert load_people([OFFICER, CITIZEN], PASSWORD) == first
    assert Act.objects.count() == acts
    officer, citizen = first
    assert (officer.identifier, citizen.identifier) == ("zainab", "999019950001")
    assert find_person(citizen.person).synthetic
    assert find_person(officer.person).name("ckb") == "زەینەب هادی"
    assert Browser().call(sign_in, "999019950001", PASSWORD).person == citizen.person


def test_an_office_of_the_folder_lasts_to_the_end_of_its_last_day_in_baghdad(
    institution: str, clock: FixedClock
) -> None:
    (officer,) = load_people([OFFICER], PASSWORD)
    (office,) = offices(officer.person)
    assert (office.institution, office.role) == ("interior", "registrar")
    end = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)
    assert offices(officer.person, end - timedelta(seconds=1)) == (office,)
    assert offices(officer.person, end) == ()


def test_a_synthetic_number_is_seen_by_an_act_that_says_so(institution: str) -> None:
    (citizen,) = load_people([CITIZEN], PASSWORD)
    assert holder_of("national", CITIZEN.number) is None
    for _ in range(2):
        see_synthetic(citizen.person, institution)
    assert holder_of("national", CITIZEN.number) == citizen.person
    assert Act.objects.filter(type="person.seen").count() == 1


def test_nothing_synthetic_exists_outside_a_demonstration(institution: str, settings: object) -> None:
    (citizen,) = load_people([CITIZEN], PASSWORD)
    settings.URUK = replace(settings.URUK, mode="production")
    see_again = partial(see_synthetic, citizen.person, institution)
    for door in (partial(load_people, [CITIZEN], PASSWORD), see_again, SoftwarePasskey):
        with pytest.raises(CodedError) as refused:
            door()
        assert refused.value.code == "people.demonstration"


def test_an_officer_without_a_password_cannot_sign_in(institution: str, now: datetime) -> None:
    person = register_officer(Actor.system(institution), institution, "clerk", "Amina", NAME, since=now)
    again = register_officer(Actor.system(institution), institution, "registrar", "amina", NAME, since=now)
    assert again == person
    assert {office.role for office in offices(person)} == {"clerk", "registrar"}
    for password in ("", "!"):
        with pytest.raises(CodedError) as refused:
            Browser().call(sign_in, "amina", password)
        assert refused.value.code == "people.sign_in_refused"


@pytest.mark.parametrize("name", ["sal wa", "", " ", "sal\twa", "s" * 65])
def test_an_officers_name_is_one_word(institution: str, now: datetime, name: str) -> None:
    with pytest.raises(CodedError) as refused:
        register_officer(Actor.system(institution), institution, "clerk", name, NAME, since=now)
    assert refused.value.code == "people.officer_name_unfit"


def test_a_passkey_needs_a_person(db: None, clock: FixedClock) -> None:
    with pytest.raises(CodedError) as refused:
        register_passkey(new_id(), SoftwarePasskey().create)
    assert refused.value.code == "people.person_unknown"


def test_a_software_passkey_survives_being_written_down(officer: object) -> None:
    one = officer()
    one.passkey = SoftwarePasskey.from_text(one.passkey.to_text())
    from tests.unit.people.test_approvals import proposal

    assert one.approve(proposal())
