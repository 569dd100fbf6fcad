"""Reviews by other institutions in a definition: who is asked, under which agreement, and what they are told."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.documents.samples import write_country
from tests.unit.services.opinions import FIELDS, OPINION, QUARRY, opinion_country, opinion_files
from tests.unit.services.samples import WORDS
from uruk.definitions.api import check_country
from uruk.documents.kind import DOCUMENT_KIND
from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND, compile_agreement, compile_offers
from uruk.registries.kind import REGISTRY_KIND
from uruk.services.kind import SERVICE_KIND

KINDS = (AGREEMENT_KIND, DOCUMENT_KIND, REGISTRY_KIND, SUBSYSTEM_KIND, SERVICE_KIND)
# The services of this country have no examples, which the check says of each.
UNTRIED = {"definitions.key_missing"}


def found(more: Mapping[str, str] | None = None, **changed: Any) -> set[str]:
    """What the check finds in the two services and about them."""
    findings = check_country(write_country(opinion_files(**changed) | dict(more or {})), KINDS)
    return {one.code for one in findings if "quarry" in one.file or "opinion" in one.file}


def test_a_service_with_the_channel_of_the_exchange_offers_its_reviews_in_the_agreed_fields() -> None:
    country = opinion_country()
    definition, agreement = (
        country.find("service", "town", "opinion"),
        country.find("agreement", "town", "quarry-opinion"),
    )
    assert definition is not None and agreement is not None
    (offer,) = compile_offers(definition)
    assert (offer.code, [(one.method, one.path, one.personal) for one in offer.endpoints]) == (
        "reviews", [("POST", "/", True)],
    )  # fmt: skip
    addresses = {"interior": "xx/GOV/interior", "town": "xx/GOV/town"}
    compiled = compile_agreement(agreement, addresses, KINDS)
    assert compiled.service == "xx/GOV/town/opinion/reviews"
    assert compiled.endpoints[0].fields == ("/where", "/deep_m", "/review_state", "/review_note", "/review_receipt")
    assert country.find("service", "interior", "quarry") not in [
        one for one in country.definitions if hasattr(one.model, "exchange_offers")
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agreement": False}, "services.no_agreement"),
        ({"fields": FIELDS.replace("deep_m, ", "")}, "services.not_agreed"),
        ({"fields": FIELDS.replace("review_state, ", "")}, "services.not_agreed"),
        ({"quarry": QUARRY.replace(", deep_m: double_m", "")}, "services.effect_lacks"),
        (
            {"quarry": QUARRY.replace("deep_m: double_m", "deep_m: double_m, colour: answers.place")},
            "services.input_unknown",
        ),
        ({"quarry": QUARRY.replace("deep_m: double_m", "deep_m: answers.place")}, "definitions.expression_result"),
        ({"quarry": QUARRY.replace("[head, town]", "[head, moon]")}, "services.party_unknown"),
        ({"opinion": OPINION.replace("[exchange]", "[web]")}, "exchange.subsystem_unknown"),
    ],
)
def test_what_does_not_fit_is_found(change: dict[str, Any], code: str) -> None:
    assert code in found(**change)


def test_nothing_is_found_where_all_fits() -> None:
    assert found() == UNTRIED


def test_what_is_asked_in_the_exchange_has_a_code_of_its_own() -> None:
    base = "institutions/town/subsystems/opinion"
    texts = {f"{base}/texts.{lang}.yaml": f"uruk: texts/1\ntitle: {word}\n" for lang, word in WORDS.items()}
    more = {f"{base}/subsystem.yaml": "uruk: subsystem/1\noffers: {}\n", **texts}
    assert "services.offer_code" in found(more)
