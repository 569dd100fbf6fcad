"""Subsystems and agreements as they are defined, and what the gateway is told of them."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.kinds import KINDS
from uruk.definitions.api import Country, check_country, load_country, reopen_definition
from uruk.exchange.api import (
    AGREEMENT_KIND,
    Agreement,
    Limits,
    SubjectRule,
    compile_agreement,
    compile_offers,
    member_address,
)
from uruk.kernel.api import BAGHDAD

NAME = "name: {ar: اسم, ckb: ناو, en: Name}"
HOLDER = "institutions/holder"
FILES = {
    "country.yaml": f"uruk: country/1\ncode: xx\ntexts:\n  {NAME}\n",
    "laws.yaml": (
        "uruk: laws/1\nlaws:\n  data: {source: unknown, articles: ['1', '2']}\n"
        "texts:\n  data: {title: {ar: قانون, ckb: یاسا, en: Act}}\n"
    ),
    f"{HOLDER}/institution.yaml": f"uruk: institution/1\npersonal: true\nroles: {{}}\ntexts:\n  {NAME}\n",
    "institutions/asker/institution.yaml": f"uruk: institution/1\nclass: COM\nroles: {{}}\ntexts:\n  {NAME}\n",
    "institutions/asker/subsystems/desk/subsystem.yaml": "uruk: subsystem/1\n",
    "institutions/asker/subsystems/desk/texts.ar.yaml": "uruk: texts/1\ntitle: مكتب\n",
    "institutions/asker/subsystems/desk/texts.ckb.yaml": "uruk: texts/1\ntitle: نووسینگە\n",
    f"{HOLDER}/subsystems/people/subsystem.yaml": """uruk: subsystem/1
offers:
  by-number:
    personal: true
    fields:
      number: {type: national_number}
      name: {type: person}
      phones: {type: list, of: {phone: {type: text}}}
      home: {type: group, of: {street: {type: text}}}
      where: {type: location}
    endpoints:
      read: {method: GET, path: /*, idempotent: true, subjects: [path: 0]}
      search: {method: POST, path: /search, subjects: [request: /number, answer: /number]}
""",
    f"{HOLDER}/subsystems/people/texts.ar.yaml": (
        "uruk: texts/1\ntitle: سجل\noffers: {by-number: شخص}\n"
        "fields: {number: رقم, name: اسم, phones: هواتف, phone: هاتف, home: سكن, street: شارع, where: مكان}\n"
    ),
    f"{HOLDER}/subsystems/people/texts.ckb.yaml": (
        "uruk: texts/1\ntitle: تۆمار\noffers: {by-number: کەس}\n"
        "fields: {number: ژمارە, name: ناو, phones: تەلەفۆنەکان, phone: تەلەفۆن, "
        "home: ماڵ, street: شەقام, where: شوێن}\n"
    ),
    f"{HOLDER}/agreements/asker.yaml": """uruk: agreement/1
consumer: asker/desk
offer: holder/people/by-number
endpoints: [read]
fields: [number, name, phones, home, where]
law: data/1
valid: {from: 2026-01-01, until: 2026-12-31}
limits: {per_minute: 5}
body_limit_kib: 64
keep_days: 30
demands: [purpose, subject]
hidden: {law: data/2, until: 2027-06-30}
texts:
  purpose: {ar: غاية, ckb: مەبەست, en: A purpose}
""",
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the country with changes: `write({"path": ("old", "new")}, more={"path": "text"})`."""

    def made(changes: Mapping[str, tuple[str, str]] | None = None, more: Mapping[str, str] | None = None) -> Path:
        files = FILES | dict(more or {})
        for name, (old, new) in (changes or {}).items():
            assert old in files[name]
            files[name] = files[name].replace(old, new, 1)
        for name, text in files.items():
            path = tmp_path / "country" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "country"

    return made


def addresses(country: Country) -> dict[str, str]:
    """The member address of each institution."""
    return {code: member_address(country.code, one) for code, one in country.institutions.items()}


def compiled(country: Country) -> Agreement:
    """The agreement, as the gateway applies it."""
    [definition] = country.of_kind("agreement")
    return compile_agreement(definition, addresses(country), KINDS)


def codes(folder: Path) -> list[str]:
    """What is wrong, by code."""
    return [one.code for one in check_country(folder, KINDS)]


def test_an_agreement_is_compiled_with_addresses_seconds_and_a_pointer_for_each_value(write: Any) -> None:
    found = compiled(load_country(write(), KINDS))
    assert found.consumer == "xx/COM/asker/desk" and found.service == "xx/GOV/holder/people/by-number"
    [endpoint] = found.endpoints
    assert (endpoint.method, endpoint.path, endpoint.idempotent, endpoint.personal) == ("GET", "/*", True, True)
    assert endpoint.subjects == (SubjectRule("path", "0"),)
    assert endpoint.fields is not None and set(endpoint.fields) >= {
        "/number", "/name/given", "/phones/*/phone", "/home/street", "/where/latitude_udeg",
    }  # fmt: skip
    assert found.valid_from == int(datetime(2026, 1, 1, tzinfo=BAGHDAD).timestamp())
    assert found.valid_until == int(datetime(2027, 1, 1, tzinfo=BAGHDAD).timestamp()), "the last day is included"
    assert (found.limits, found.body_limit_bytes, found.keep_days) == (Limits(5, 0), 64 << 10, 30)
    assert found.demands == ("purpose", "subject")
    assert found.hidden_until == int(datetime(2027, 7, 1, tzinfo=BAGHDAD).timestamp()) and found.hidden_law == "data/2"


def test_an_offer_whose_answers_are_many_has_its_pointers_below_each(write: Any) -> None:
    change = {f"{HOLDER}/subsystems/people/subsystem.yaml": ("personal: true", "personal: true\n    answer: many")}
    [endpoint] = compiled(load_country(write(change), KINDS)).endpoints
    assert endpoint.fields is not None and "/*/number" in endpoint.fields


def test_fields_all_must_be_written_and_is_none_then(write: Any) -> None:
    agreement = f"{HOLDER}/agreements/asker.yaml"
    old = "fields: [number, name, phones, home, where]"
    [endpoint] = compiled(load_country(write({agreement: (old, "fields: all")}), KINDS)).endpoints
    assert endpoint.fields is None
    assert codes(write({agreement: (old, "fields: some")})) == ["definitions.unknown_word"]
    assert codes(write({agreement: (old + "\n", "")})) == ["definitions.key_missing"]


def test_without_a_list_of_endpoints_all_of_the_offer_are_meant(write: Any) -> None:
    change = {f"{HOLDER}/agreements/asker.yaml": ("endpoints: [read]\n", "")}
    assert len(compiled(load_country(write(change), KINDS)).endpoints) == 2


def test_the_digest_changes_with_the_offer_and_with_nothing_else(write: Any) -> None:
    def digest(changes: Mapping[str, tuple[str, str]]) -> bytes:
        [found] = load_country(write(changes), KINDS).of_kind("agreement")
        return found.digest

    first = digest({})
    assert digest({f"{HOLDER}/subsystems/people/subsystem.yaml": ("idempotent: true", "idempotent: false")}) != first
    assert digest({"institutions/asker/subsystems/desk/texts.ar.yaml": ("مكتب", "ديوان")}) == first


def test_a_frozen_agreement_compiles_from_its_own_files_alone(write: Any) -> None:
    country = load_country(write(), KINDS)
    [definition] = country.of_kind("agreement")
    again = reopen_definition(definition.files, AGREEMENT_KIND, "holder", "asker")
    assert again.digest == definition.digest
    assert compile_agreement(again, addresses(country), KINDS) == compiled(country)


def test_a_subsystem_that_only_asks_offers_nothing(write: Any) -> None:
    country = load_country(write(), KINDS)
    offers = {one.institution: compile_offers(one) for one in country.of_kind("subsystem")}
    assert offers["asker"] == () and [one.code for one in offers["holder"]] == ["by-number"]


def test_an_openapi_document_lies_beside_the_subsystem(write: Any) -> None:
    system = f"{HOLDER}/subsystems/people/subsystem.yaml"
    change = {system: ("    fields:", "    openapi: people.json\n    fields:")}
    more = {f"{HOLDER}/subsystems/people/people.json": json.dumps({"openapi": "3.1.0"})}
    country = load_country(write(change, more), KINDS)
    [offer] = compile_offers(country.of_kind("subsystem", "holder")[0])
    assert offer.openapi == '{"openapi": "3.1.0"}'
    assert codes(write(change, {f"{HOLDER}/subsystems/people/people.json": "{"})) == ["exchange.openapi_malformed"]


def test_the_built_in_subsystem_cannot_be_defined(write: Any) -> None:
    folder = f"{HOLDER}/subsystems/uruk"
    texts = "uruk: texts/1\ntitle: عنوان\n"
    more = {f"{folder}/subsystem.yaml": "uruk: subsystem/1\n", f"{folder}/texts.ar.yaml": texts}
    more[f"{folder}/texts.ckb.yaml"] = "uruk: texts/1\ntitle: سەردێڕ\n"
    assert codes(write(more=more)) == ["exchange.subsystem_reserved"]


def test_two_agreements_about_one_thing_are_one_too_many(write: Any) -> None:
    more = {f"{HOLDER}/agreements/other.yaml": FILES[f"{HOLDER}/agreements/asker.yaml"]}
    assert codes(write(more=more)) == ["exchange.agreement_twice"]


def test_an_offer_has_endpoints_but_not_endlessly_many(write: Any) -> None:
    system = f"{HOLDER}/subsystems/people/subsystem.yaml"
    many = "".join(f"      e{n}: {{method: GET, path: /*, subjects: [path: 0]}}\n" for n in range(64))
    assert codes(write({system: ("    endpoints:\n", f"    endpoints:\n{many}")})) == ["exchange.too_many"]


def test_nobody_is_read_unseen_for_ever(write: Any) -> None:
    agreement = f"{HOLDER}/agreements/asker.yaml"
    hidden = "hidden: {law: data/2, until: 2027-06-30}"
    assert codes(write({agreement: (hidden, "hidden: {until: 2027-06-30}")})) == ["definitions.key_missing"]
    assert codes(write({agreement: (hidden, "hidden: {law: data/2}")})) == ["definitions.key_missing"]
