"""A registry's offers are services of the exchange: agreements name their fields, and whoever is read is noted."""

import pytest

from tests.kinds import KINDS
from tests.unit.registries.domain.town import STALLS, TOWN, TRADERS, Town, registry_of
from uruk.definitions.api import Country, reopen_definition
from uruk.exchange.api import (
    AGREEMENT_KIND,
    Agreement,
    SubjectRule,
    compile_agreement,
    compile_offers,
    member_address,
    offer_of,
    system_of,
)
from uruk.kernel.api import CodedError

AGREEMENT = f"{TOWN}/agreements/gate.yaml"
ASKER = {
    "institutions/market/institution.yaml": (
        "uruk: institution/1\nroles: {}\ntexts:\n  name: {ar: السوق, ckb: بازاڕ}\n"
    ),
    "institutions/market/subsystems/gate/subsystem.yaml": "uruk: subsystem/1\n",
    "institutions/market/subsystems/gate/texts.ar.yaml": "uruk: texts/1\ntitle: بوابة\n",
    "institutions/market/subsystems/gate/texts.ckb.yaml": "uruk: texts/1\ntitle: دەروازە\n",
    AGREEMENT: """uruk: agreement/1
consumer: market/gate
offer: town/traders/by-number
fields: [name, goods]
law: markets/1
valid: {from: 2026-01-01, until: 2026-12-31}
texts:
  purpose: {ar: غاية, ckb: مەبەست}
""",
}
OFFER = "offer: town/traders/by-number"


def compiled(country: Country) -> Agreement:
    """The agreement, as the gateway applies it."""
    [definition] = country.of_kind("agreement")
    addresses = {code: member_address(country.code, one) for code, one in country.institutions.items()}
    return compile_agreement(definition, addresses, KINDS)


def agreed(old: str, new: str) -> dict[str, str]:
    """The files of the asker with the agreement changed."""
    assert old in ASKER[AGREEMENT]
    return ASKER | {AGREEMENT: ASKER[AGREEMENT].replace(old, new, 1)}


def test_a_record_is_asked_by_its_key_in_the_path_which_says_whom_it_is_about(town: Town) -> None:
    offer = town.registry("traders").exchange_offers["by-number"]
    [endpoint] = offer.endpoints
    assert (endpoint.name, endpoint.method, endpoint.path, endpoint.idempotent) == ("read", "GET", "/*", True)
    assert endpoint.subjects == (SubjectRule("path", "0"),)
    assert [field.name for field in offer.fields] == ["number", "name", "goods"]
    assert offer.personal and not offer.many


def test_many_are_asked_by_a_link_and_each_names_its_person(town: Town) -> None:
    offer = town.registry("stalls").exchange_offers["of-trader"]
    assert offer.many and offer.endpoints[0].subjects == (SubjectRule("answer", "/*/uruk:subjects/*"),)
    by_code = town.registry("stalls", {STALLS: ("by: [trader]", "by: [code]")}).exchange_offers["of-trader"]
    assert by_code.endpoints[0].subjects == (SubjectRule("answer", "/*/uruk:subjects/*"),)


def test_whoever_asks_for_a_record_by_something_else_has_its_person_noted_from_the_answer(town: Town) -> None:
    change = {STALLS: ("of-trader: {list: [code, area_m2], by: [trader]}", "of-trader: {read: [area_m2]}")}
    [endpoint] = town.registry("stalls", change).exchange_offers["of-trader"].endpoints
    assert endpoint.subjects == (SubjectRule("answer", "/uruk:subjects/*"),)


def test_whether_there_is_a_record_is_one_word_with_a_label_of_its_own(town: Town) -> None:
    offer = town.registry("traders").exchange_offers["exists"]
    assert [field.name for field in offer.fields] == ["exists"] == list(offer.labels)
    assert offer.personal and offer.endpoints[0].subjects == (SubjectRule("path", "0"),)


def test_a_part_of_a_capacity_is_reserved_confirmed_released_and_looked_at(town: Town) -> None:
    offer = town.registry("market-days").exchange_offers["reserve"]
    calls = [(one.name, one.method, one.path, one.idempotent, one.subjects) for one in offer.endpoints]
    assert calls == [
        ("reserve", "POST", "/", True, ()), ("look", "GET", "/*", True, ()),
        ("confirm", "PUT", "/*", True, ()), ("release", "DELETE", "/*", True, ()),
    ]  # fmt: skip
    assert list(offer.labels) == ["reservation", "state", "amount", "held_until"]
    assert offer.fields["amount"].unit == "m2"


def test_a_reservation_about_a_person_says_in_its_request_or_answer_about_whom(town: Town) -> None:
    changes = {
        TRADERS: (
            "offers:\n  by-number: {read: [number, name, goods]}",
            "capacity: {of: stock, hold: 1 days}\noffers:\n  by-number: {capacity: reserve}",
        )
    }
    more = {TRADERS: (town.write() / TRADERS).read_text(encoding="utf-8")}
    more[TRADERS] = more[TRADERS].replace("  born:", "  stock: {type: integer}\n  born:")
    for lang, words in (("ar", "المخزون, left: الباقي"), ("ckb", "کۆگا, left: ماوە"), ("en", "Stock, left: Left")):
        name = f"{TOWN}/registries/traders/texts.{lang}.yaml"
        text = (town.write() / name).read_text(encoding="utf-8")
        more[name] = text.replace("fields: {", f"fields: {{stock: {words}, ")
    offer = registry_of(town.load(changes, more), "traders").exchange_offers["by-number"]
    assert offer.endpoints[0].subjects == (SubjectRule("request", "/number"),)
    assert all(one.subjects == (SubjectRule("answer", "/uruk:subjects/*"),) for one in offer.endpoints[1:])


def test_an_agreement_about_a_registry_is_compiled_like_one_about_a_subsystem(town: Town) -> None:
    found = compiled(town.load(None, ASKER))
    assert found.service == "mn/GOV/town/traders/by-number"
    [endpoint] = found.endpoints
    assert endpoint.fields == ("/name", "/goods") and endpoint.personal


def test_all_of_a_registrys_offer_is_what_it_names_and_no_more(town: Town) -> None:
    [endpoint] = compiled(town.load(None, agreed("fields: [name, goods]", "fields: all"))).endpoints
    assert endpoint.fields == ("/number", "/name", "/goods")


def test_an_agreement_about_what_a_registry_has_not_is_a_finding(town: Town) -> None:
    assert town.codes(None, agreed("[name, goods]", "[name, born]")) == ["exchange.field_unknown"]
    assert town.codes(None, agreed(OFFER, "offer: town/traders/of-goods")) == ["exchange.offer_unknown"]
    assert town.codes(None, agreed(OFFER, "offer: town/trade/by-number")) == ["exchange.subsystem_unknown"]


def test_one_slip_in_a_registry_is_not_told_again_at_the_agreements_about_it(town: Town) -> None:
    slips = [
        ("[number, name, goods]", "[number, nome, goods]"),
        ("by-number: {read: [number, name, goods]}", "by-number: {reed: [number, name, goods]}"),
        ("keep: 10 years", "keep: [10 years"),
    ]
    for slip in slips:
        assert len(set(town.codes({TRADERS: slip}, ASKER))) == 1, slip


def test_a_frozen_agreement_holds_the_registry_and_the_articles_of_both(town: Town) -> None:
    country = town.load(None, agreed("law: markets/1", "law: markets/2"))
    [definition] = country.of_kind("agreement")
    again = reopen_definition(definition.files, AGREEMENT_KIND, "town", "gate")
    assert again.digest == definition.digest and again.files == definition.files
    registry = system_of(again, KINDS)
    assert registry.kind == "registry" and registry.title.en == "Register of traders"
    assert offer_of(again, KINDS) == registry_of(country, "traders").exchange_offers["by-number"]


def test_an_agreement_about_what_no_kind_of_this_program_answers_is_refused_when_it_is_opened(town: Town) -> None:
    [definition] = town.load(None, ASKER).of_kind("agreement")
    others = [kind for kind in KINDS if kind.name != "registry"]
    with pytest.raises(CodedError) as caught:
        offer_of(definition, others)
    assert caught.value.code == "exchange.offer_unknown"


def test_an_agreements_digest_changes_with_the_registry(town: Town) -> None:
    [first] = town.load(None, ASKER).of_kind("agreement")
    [second] = town.load({TRADERS: ("keep: 10 years", "keep: 11 years")}, ASKER).of_kind("agreement")
    assert first.digest != second.digest


def test_the_gateway_knows_every_offer_by_its_name(town: Town) -> None:
    definition = town.load().find("registry", "town", "market-days")
    assert definition is not None
    assert [(one.code, one.names.en) for one in compile_offers(definition)] == [
        ("left", "What is left of a day"), ("reserve", "To reserve space"),
    ]  # fmt: skip
