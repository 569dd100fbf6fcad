"""Default deny, and what an agreement in force opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.exchange.offers import BY_NUMBER, CLIENT, NOW, SERVICE, agreement, snapshot
from uruk.exchange.api import Access, Decision, Endpoint, check_demands, read_target
from uruk.kernel.api import CodedError

ONE = read_target("/199001011234")


def decide(
    access: Access, client: str = CLIENT, service: str = SERVICE, method: str = "GET", **more: object
) -> Decision:
    given = {"target": ONE, "now": NOW} | more
    return access.decide(client, service, method, **given)  # type: ignore[arg-type]


def refusal(access: Access, **changes: object) -> str:
    with pytest.raises(CodedError) as refused:
        decide(access, **changes)  # type: ignore[arg-type]
    assert refused.value.sentence("ar")
    return refused.value.code


def test_an_agreement_in_force_allows_its_endpoint() -> None:
    decision = decide(Access(snapshot(agreement())))
    assert decision.agreement == agreement()
    assert decision.endpoint == BY_NUMBER
    assert decision.system.code == "persons"
    assert decision.offer.code == "by-number"


def test_nothing_is_allowed_without_an_agreement() -> None:
    assert refusal(Access(snapshot())) == "exchange.access_denied"


@pytest.mark.parametrize(
    "changes",
    [
        {"client": "xx/GOV/agriculture/other"},
        {"client": "xx/GOV/agriculture"},
        {"client": "xx/GOV/water/season-plan"},
        {"client": CLIENT.upper()},
        {"method": "POST"},
        {"method": "get"},
        {"method": "*"},
        {"target": read_target("/1/2")},
        {"target": read_target("/")},
        {"target": read_target("")},
        {"target": read_target("/1/")},
    ],
)
def test_what_no_agreement_names_is_denied(changes: dict[str, object]) -> None:
    assert refusal(Access(snapshot(agreement())), **changes) == "exchange.access_denied"


def test_a_service_that_nobody_here_offers_is_unknown() -> None:
    access = Access(snapshot(agreement(service="xx/GOV/water/wells/all")))
    assert refusal(access, service="xx/GOV/water/wells/all") == "exchange.service_unknown"


def test_an_agreement_holds_from_its_first_second_and_not_in_its_last() -> None:
    access = Access(snapshot(agreement()))
    assert refusal(access, now=NOW - 101) == "exchange.agreement_not_begun"
    assert decide(access, now=NOW - 100)
    assert decide(access, now=NOW + 99)
    assert refusal(access, now=NOW + 100) == "exchange.agreement_ended"


def test_that_an_agreement_ended_is_told_only_for_what_it_allowed() -> None:
    access = Access(snapshot(agreement()))
    assert refusal(access, now=NOW + 100, method="PUT") == "exchange.access_denied"


def test_a_paused_system_says_so_to_those_who_may_ask() -> None:
    access = Access(snapshot(agreement(), enabled=False, disabled_notice="until Sunday"))
    assert refusal(access) == "exchange.service_disabled"
    assert refusal(access, client="xx/GOV/water/wells") == "exchange.access_denied"


def test_the_first_endpoint_that_fits_counts() -> None:
    narrow = Endpoint("GET", "/*", fields=("/name",))
    wide = Endpoint("*", "/**")
    access = Access(snapshot(agreement(endpoints=(narrow, wide))))
    assert decide(access).endpoint == narrow
    assert decide(access, method="PUT").endpoint == wide


def test_of_two_agreements_the_named_law_chooses_else_the_newest() -> None:
    old = agreement(digest="22" * 32, code="old", law="old-law/1", valid_from=NOW - 500)
    access = Access(snapshot(old, agreement()))
    assert decide(access).agreement.code == "season-plan-person"
    assert decide(access, law="old-law/1").agreement.code == "old"
    assert decide(access, law="nobody's/1").agreement.code == "season-plan-person"
    assert [one.code for one in access.agreements(CLIENT, SERVICE, NOW)] == ["season-plan-person", "old"]


def test_an_ended_agreement_does_not_stand_in_the_way_of_its_successor() -> None:
    ended = agreement(code="ended", valid_from=NOW - 50, valid_until=NOW - 10)
    assert decide(Access(snapshot(ended, agreement()))).agreement.code == "season-plan-person"


def test_the_consumer_knows_the_agreement_it_goes_by() -> None:
    access, known = Access(snapshot(agreement())), agreement()
    assert access.agreements(CLIENT, SERVICE, NOW) == (known,)
    assert access.agreements(CLIENT, SERVICE, NOW + 100) == ()
    assert access.agreements(CLIENT, "xx/GOV/water/wells/all", NOW) == ()


def test_a_glob_that_can_match_nothing_is_told_when_the_snapshot_is_taken_up() -> None:
    with pytest.raises(CodedError, match="glob_malformed"):
        Access(snapshot(agreement(endpoints=(Endpoint("GET", "no-slash"),))))


@given(st.integers(0, 9999))
def test_among_ten_thousand_agreements_each_consumer_has_its_own(number: int) -> None:
    access = many()
    assert decide(access, client=f"xx/GOV/body-{number}/system").agreement.code == f"agreement-{number}"
    assert refusal(access, client=f"xx/GOV/body-{number}/other") == "exchange.access_denied"


def many(made: list[Access] = []) -> Access:  # noqa: B006  (made once)
    if not made:
        all_of = (agreement(code=f"agreement-{n}", consumer=f"xx/GOV/body-{n}/system") for n in range(10_000))
        made.append(Access(snapshot(*all_of)))
    return made[0]


DEMANDING = agreement(demands=("purpose", "legal-basis", "subject"))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("", "plan-rules/1", "1"), "exchange.purpose_missing"),
        (("plan", "", "1"), "exchange.legal_basis_missing"),
        (("plan", "plan-rules/1", ""), "exchange.subject_missing"),
        (("plan", "plan-rules/2", "1"), "exchange.legal_basis_differs"),
    ],
)
def test_what_an_agreement_demands_must_come_with_the_request(given: tuple[str, str, str], code: str) -> None:
    decision = decide(Access(snapshot(DEMANDING)))
    check_demands(decision, "plan", "plan-rules/1", "1")
    with pytest.raises(CodedError) as refused:
        check_demands(decision, *given)
    assert refused.value.code == code
    assert refused.value.sentence("ckb")


def test_where_nothing_is_demanded_only_a_wrong_law_is_refused() -> None:
    decision = decide(Access(snapshot(agreement())))
    check_demands(decision, "", "", "")
    check_demands(decision, "", "plan-rules/1", "")
    with pytest.raises(CodedError, match="legal_basis_differs"):
        check_demands(decision, "", "plan-rules/2", "")
