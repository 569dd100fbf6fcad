"""What other nodes know about a person: who keeps personal data is asked in their name, and the silent are named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.fixtures import Citizen, Officer
from tests.unit.people.test_readings import NUMBER, Country, entry
from uruk.acts.api import find_statement
from uruk.acts.models import Act
from uruk.exchange.api import RECORDS_ASKED, Asker, Known, KnownRecord, KnownRecords
from uruk.kernel.api import Actor, CodedError
from uruk.people import asking
from uruk.people.api import see
from uruk.registries import elsewhere
from uruk.registries.api import holders_elsewhere, records_elsewhere

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
CARD = KnownRecord(
    "cards", "Cards", "Zeinab", "0b54c1d2-0000-4000-8000-000000000001", "0b54c1d2-0000-4000-8000-000000000002",
    "live", "2026-11-26T09:00:00Z", "2020-01-01", [Known("Name", "Zeinab")], [Known("Note", "Head")],
)  # fmt: skip


@pytest.fixture
def me(transactional_db: None, officer: Callable[..., Officer], citizen: Callable[..., Citizen]) -> Actor:
    """A citizen whose number an officer has seen."""
    found = citizen(NUMBER)
    see(officer("registrar").actor, found.person, "national", NUMBER)
    return found.actor


@pytest.fixture
def asked() -> list[Any]:
    """Who was asked what: (asker, members, language)."""
    return []


@pytest.fixture
def answers(me: Actor, asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Interior (here) signs in; Tax and Health keep data elsewhere, the Museum keeps none, Post has left."""
    found: dict[str, Any] = {}
    country = Country(
        entry("interior", signs_in=True), entry("tax"), entry("health"), entry("museum", personal=False),
        entry("post", left_at=date(2026, 1, 1)),  # type: ignore[arg-type]
    )  # fmt: skip
    monkeypatch.setattr(elsewhere, "country_directory", lambda: country.directory)

    def records(asker: Asker, members: list[str], language: str) -> Any:
        asked.append((asker, members, language))
        return {one: found.get(one, KnownRecords([])) for one in members}

    monkeypatch.setattr(Asker, "records", records)
    return found


def test_institutions_of_other_nodes_that_keep_personal_data_are_asked_and_no_other(
    me: Actor, answers: dict[str, Any], asked: list[Any]
) -> None:
    answers["xx/GOV/tax"] = KnownRecords([CARD])
    tax, health = records_elsewhere(me, "ckb")
    [(asker, members, language)] = asked
    assert (members, language, asker.subject) == (["xx/GOV/tax", "xx/GOV/health"], "ckb", NUMBER)
    assert (tax.institution, tax.url, tax.names.en) == ("tax", "http://x/", "tax")
    [card] = tax.records or ()
    assert (str(card.record), card.registry, card.name, card.status) == (CARD.record, "Cards", "Zeinab", "live")
    assert card.valid_from == date(2020, 1, 1) and card.changed_at.year == 2026
    assert (card.facts, card.withheld) == ((("Name", "Zeinab"),), (("Note", "Head"),))
    assert health.records == ()


def test_asking_is_an_act_of_the_sign_in_institution_which_names_whom_it_may_be_shown_to(
    me: Actor, answers: dict[str, Any]
) -> None:
    records_elsewhere(me, "ar")
    statement = find_statement(Act.objects.get(type=RECORDS_ASKED).pk)
    assert statement is not None and (statement.author, statement.role) == ("interior", "asked")
    assert statement.body["subject"] == NUMBER and statement.body["node"] == "test"
    assert statement.body["audience"] == ["xx/GOV/health", "xx/GOV/tax"]


@pytest.mark.parametrize(
    "answer",
    [
        CodedError("exchange.usage_unanswered", member="xx/GOV/tax", reason="timeout"),
        CodedError("exchange.usage_answer_malformed"),
        KnownRecords([KnownRecord("cards", "C", "", "7", CARD.act, "live", CARD.changed_at)]),
        KnownRecords([KnownRecord("cards", "C", "", CARD.record, CARD.act, "live", "yesterday")]),
        KnownRecords([KnownRecord("cards", "C", "", CARD.record, CARD.act, "live", CARD.changed_at, "2026-13-01")]),
    ],
    ids=["silent", "malformed", "id", "time", "day"],
)
def test_whoever_is_silent_or_cannot_be_read_is_told_apart_from_who_knows_nothing(
    me: Actor, answers: dict[str, Any], answer: Any
) -> None:
    answers["xx/GOV/tax"] = answer
    tax, health = records_elsewhere(me, "ar")
    assert tax.records is None and health.records == ()


def test_where_nobody_else_keeps_personal_data_nobody_is_asked_and_nothing_is_logged(
    me: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert records_elsewhere(me, "ar") == holders_elsewhere() == ()
    country = Country(entry("interior", signs_in=True))
    monkeypatch.setattr(elsewhere, "country_directory", lambda: country.directory)
    assert records_elsewhere(me, "ar") == holders_elsewhere() == ()
    assert not Act.objects.filter(type=RECORDS_ASKED).exists()


def test_nobody_makes_the_logs_grow_by_asking_for_ever(
    me: Actor, answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "READINGS", replace(asking.READINGS, tries=1))
    records_elsewhere(me, "ar")
    with pytest.raises(CodedError, match=r"people\.too_many_tries"):
        records_elsewhere(me, "ar")
    assert [one.institution for one in holders_elsewhere()] == ["tax", "health"]


def test_whoever_only_claims_a_number_and_whoever_signs_in_elsewhere_asks_nobody(
    me: Actor,
    answers: dict[str, Any],
    asked: list[Any],
    citizen: Callable[..., Citizen],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(CodedError, match=r"people\.number_not_seen"):
        records_elsewhere(citizen("199912345678").actor, "ar")
    with pytest.raises(CodedError, match=r"people\.sign_in_needed"):
        records_elsewhere(Actor.anonymous("portal"), "ar")
    country = Country(entry("tax", signs_in=True))
    monkeypatch.setattr(elsewhere, "country_directory", lambda: country.directory)
    with pytest.raises(CodedError, match=r"people\.sign_in_elsewhere"):
        records_elsewhere(me, "ar")
    assert asked == []
