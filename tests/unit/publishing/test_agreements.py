"""An agreement is in force when two persons of each institution approved it, and until one of them ends it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fixtures import Officer, make_institution
from tests.kinds import KINDS
from tests.unit.exchange.kinds.test_kinds import FILES, HOLDER
from uruk.acts.api import directory
from uruk.definitions.api import load_country
from uruk.exchange.api import Snapshot, read_snapshot
from uruk.kernel.api import Actor, CodedError, FixedClock, Settings
from uruk.people import offices
from uruk.people.api import register_officer
from uruk.publishing import agreement_receipts as receipts
from uruk.publishing import fetching
from uruk.publishing.api import (
    ProposalView,
    agreements,
    approve_proposal,
    fetch_agreement_receipts,
    proposal_options,
    propose_agreement,
    propose_agreement_end,
    publish_country,
    write_snapshot,
)
from uruk.publishing.models import AgreementApproval
from uruk.trust import whole
from uruk.trust.api import Receipt, verify_receipt

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NODE = Actor.system(None)


@pytest.fixture
def country(transactional_db: None, log: Any, tmp_path: Path) -> None:
    """The country of an asker and a holder, both on this node; heads may approve agreements."""
    offices.tell_rights(lambda _, role: {"approve-agreements"} if role == "head" else set())
    make_institution("holder")
    make_institution("asker")
    load(tmp_path, FILES)


def load(folder: Path, files: dict[str, str]) -> None:
    """Put a country's files in force."""
    for name, text in files.items():
        path = folder / "country" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    publish_country(NODE, load_country(folder / "country", KINDS))


@pytest.fixture
def heads(country: None, clock: FixedClock, passkey: Callable[..., Any]) -> Callable[[str], tuple[Officer, Officer]]:
    """Two heads of an institution, each with a passkey."""
    from datetime import UTC, datetime

    from uruk.kernel.api import Text

    def made(institution: str) -> tuple[Officer, Officer]:
        found = []
        for number in (1, 2):
            names, since = Text("رئيس", "سەرۆک", "Head"), datetime(2026, 1, 1, tzinfo=UTC)
            name = f"{institution}.{number}"
            person = register_officer(Actor.system(institution), institution, "head", name, names, since=since)
            actor = Actor(channel="desk", person=person, institution=institution, role="head")
            found.append(Officer(person, actor, passkey(person)))
        return found[0], found[1]

    return made


def sign(proposal: ProposalView, officers: tuple[Officer, Officer]) -> ProposalView:
    """Both officers approve."""
    for officer in officers:
        options = proposal_options(officer.actor, proposal.id)
        done = approve_proposal(officer.actor, proposal.id, officer.passkey.get(options))
    return done


def snapshot(node: Settings) -> Snapshot:
    """What the gateway goes by."""
    return read_snapshot(node.data / "gateway")


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(CodedError) as caught:
        deed()
    return caught.value.code


def test_it_is_in_force_once_both_institutions_approved_it_with_two_persons_each(node: Settings, heads: Any) -> None:
    holders, askers = heads("holder"), heads("asker")
    proposal = propose_agreement(NODE, "holder", "holder", "asker")
    assert proposal.summary.title.en == "A purpose"
    said = [line.value.en for line in proposal.summary.lines]
    assert said[:3] == ["Name", "Name (asker/desk)", "شخص (holder/people/by-number)"]
    assert "5 a minute" in said and "Act (1)" in said and "30" in said
    assert proposal.summary.warning.en == "Those whose data is read do not see it until the day that is named."
    sign(proposal, holders)
    [half] = agreements()
    assert (half.approved, half.in_force) == (frozenset({"holder"}), False)
    assert snapshot(node).agreements == ()
    sign(propose_agreement(NODE, "asker", "holder", "asker"), askers)
    [whole] = agreements()
    assert whole.in_force and whole.parties == ("holder", "asker")
    [applied] = snapshot(node).agreements
    assert applied.digest == whole.digest and applied.consumer == "xx/COM/asker/desk"


def test_each_approval_has_a_receipt_that_anybody_may_fetch_and_that_says_two_persons(
    node: Settings, heads: Any
) -> None:
    done = sign(propose_agreement(NODE, "holder", "holder", "asker"), heads("holder"))
    [view] = agreements()
    path = node.data / "public" / "agreements" / view.digest / "holder.json"
    found = verify_receipt(
        Receipt.parse(path.read_bytes()), directory(), type="agreement.approved", role="decided", author="holder"
    )
    assert found.two_persons and found.statement.body["digest"].hex() == view.digest
    assert found.statement.act == done.act


def test_one_of_them_ends_it_and_the_gateway_knows_at_once(node: Settings, heads: Any) -> None:
    holders, askers = heads("holder"), heads("asker")
    sign(propose_agreement(NODE, "holder", "holder", "asker"), holders)
    sign(propose_agreement(NODE, "asker", "holder", "asker"), askers)
    [view] = agreements()
    proposal = propose_agreement_end(NODE, "asker", view.digest)
    assert proposal.summary.title.en == "To end the agreement: A purpose"
    sign(proposal, askers)
    [ended] = agreements()
    assert ended.ended and not ended.in_force
    assert snapshot(node).agreements == ()
    assert (node.data / "public" / "agreements" / view.digest / "asker.ended.json").exists()
    assert refusal(lambda: propose_agreement_end(NODE, "asker", view.digest)) == "publishing.agreement_unknown"


def test_a_changed_agreement_is_another_one_that_both_approve_again(
    node: Settings, heads: Any, tmp_path: Path, clock: FixedClock
) -> None:
    from datetime import timedelta

    holders, askers = heads("holder"), heads("asker")
    for institution, officers in (("holder", holders), ("asker", askers)):
        sign(propose_agreement(NODE, institution, "holder", "asker"), officers)
    [old] = snapshot(node).agreements
    agreement = f"{HOLDER}/agreements/asker.yaml"
    clock.advance(timedelta(hours=1))
    load(tmp_path, FILES | {agreement: FILES[agreement].replace("per_minute: 5", "per_minute: 6")})
    write_snapshot()
    assert snapshot(node).agreements == (old,), "what is in force stays as it was approved"
    for institution, officers in (("holder", holders), ("asker", askers)):
        sign(propose_agreement(NODE, institution, "holder", "asker"), officers)
    [new] = snapshot(node).agreements
    assert (old.limits.per_minute, new.limits.per_minute) == (5, 6)
    sign(propose_agreement_end(NODE, "asker", new.digest), askers)
    assert snapshot(node).agreements == (), "what was replaced does not come back when the newer is ended"
    assert [view.in_force for view in agreements()] == [False, False]


def test_the_next_years_agreement_waits_until_the_present_one_is_over(
    node: Settings, heads: Any, tmp_path: Path, clock: FixedClock
) -> None:
    from datetime import timedelta

    parties = (("holder", heads("holder")), ("asker", heads("asker")))
    for institution, officers in parties:
        sign(propose_agreement(NODE, institution, "holder", "asker"), officers)
    agreement, text = f"{HOLDER}/agreements/asker.yaml", FILES[f"{HOLDER}/agreements/asker.yaml"]
    text = text.replace("from: 2026-01-01, until: 2026-12-31", "from: 2026-12-16, until: 2027-12-31")
    load(tmp_path, FILES | {agreement: text})
    clock.advance(timedelta(hours=1))
    for institution, officers in parties:
        sign(propose_agreement(NODE, institution, "holder", "asker"), officers)
    now, coming = snapshot(node).agreements
    assert now.valid_until == coming.valid_from, "and no day is of both"
    assert [view.in_force for view in agreements()] == [True, True]


def test_a_proposal_that_the_country_has_changed_since_is_not_signed(heads: Any, tmp_path: Path) -> None:
    [first, second] = heads("holder")
    proposal = propose_agreement(NODE, "holder", "holder", "asker")
    agreement = f"{HOLDER}/agreements/asker.yaml"
    load(tmp_path, FILES | {agreement: FILES[agreement].replace("per_minute: 5", "per_minute: 6")})
    assert refusal(lambda: sign(proposal, (first, second))) == "publishing.agreement_outdated"
    sign(propose_agreement(NODE, "holder", "holder", "asker"), (first, second))


def test_an_agreement_whose_party_left_the_country_allows_nothing_and_hinders_no_other(
    node: Settings, heads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uruk.publishing import agreements as room

    for institution in ("holder", "asker"):
        sign(propose_agreement(NODE, institution, "holder", "asker"), heads(institution))
    monkeypatch.setattr(room, "_addresses", lambda: {"holder": "xx/GOV/holder"})
    assert write_snapshot()
    assert snapshot(node).agreements == ()
    AgreementApproval.objects.update(files={})
    assert agreements() == (), "nor does one whose files cannot be read"


def test_what_cannot_be_approved_is_refused_with_its_reason(heads: Any, clock: FixedClock) -> None:
    from datetime import timedelta

    assert refusal(lambda: propose_agreement(NODE, "holder", "holder", "nothing")) == "publishing.not_in_force"
    make_institution("town")
    assert refusal(lambda: propose_agreement(NODE, "town", "holder", "asker")) == "publishing.no_party"
    sign(propose_agreement(NODE, "holder", "holder", "asker"), heads("holder"))
    assert refusal(lambda: propose_agreement(NODE, "holder", "holder", "asker")) == "publishing.agreement_known"
    clock.advance(timedelta(days=60))
    assert refusal(lambda: propose_agreement(NODE, "asker", "holder", "asker")) == "publishing.agreement_over"


class Elsewhere:
    """The asker's node, as the directory knows it: the receipts that it hands out, and its keys."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files, self.asked = files, list[str]()
        self.quarantined = False

    def current(self) -> Any:
        return SimpleNamespace(
            node_of=lambda address: SimpleNamespace(url="https://elsewhere/", operator="elsewhere"),
            nodes={},
            keys=lambda address: directory(),
            is_quarantined=lambda origin: self.quarantined,
        )

    def fetch(self, url: str) -> bytes | None:
        self.asked.append(url)
        return self.files.get(url)


@pytest.fixture
def elsewhere(node: Settings, heads: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Elsewhere]:
    """Both approve, and then the asker's side lives on another node: only its receipt is left there."""

    def moved() -> Elsewhere:
        sign(propose_agreement(NODE, "holder", "holder", "asker"), heads("holder"))
        sign(propose_agreement(NODE, "asker", "holder", "asker"), heads("asker"))
        [view] = agreements()
        path = node.data / "public" / "agreements" / view.digest / "asker.json"
        other = Elsewhere({f"https://elsewhere/agreements/{view.digest}/asker.json": path.read_bytes()})
        path.unlink()
        AgreementApproval.objects.filter(institution="asker").delete()
        monkeypatch.setattr(receipts, "DirectoryStore", lambda folder: other)
        monkeypatch.setattr(receipts, "hosted_institutions", lambda: frozenset({"holder"}))
        return other

    return moved


def test_the_other_partys_receipt_is_fetched_and_makes_it_whole(
    node: Settings, elsewhere: Callable[[], Elsewhere]
) -> None:
    other = elsewhere()
    assert not agreements()[0].in_force
    assert fetch_agreement_receipts(other.fetch) == 1
    assert agreements()[0].in_force
    assert len(snapshot(node).agreements) == 1
    assert fetch_agreement_receipts(other.fetch) == 0, "only an ending is asked for from now on"
    assert other.asked[-1].endswith("asker.ended.json")


def test_a_receipt_of_something_else_or_of_a_quarantined_log_does_not_count(
    elsewhere: Callable[[], Elsewhere], node: Settings
) -> None:
    other = elsewhere()
    [url] = other.files
    mine = next((node.data / "public" / "agreements").glob("*/holder.json")).read_bytes()
    good, other.files[url] = other.files[url], mine
    assert fetch_agreement_receipts(other.fetch) == 0, "another author"
    other.files[url] = good[:-30]
    assert fetch_agreement_receipts(other.fetch) == 0, "cut off"
    other.files[url], other.quarantined = good, True
    assert fetch_agreement_receipts(other.fetch) == 0, "its log showed two histories"
    assert not agreements()[0].in_force


def test_a_receipt_that_one_person_signed_is_refused_by_its_code(
    elsewhere: Callable[[], Elsewhere], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = elsewhere()
    [raw] = other.files.values()
    receipt = Receipt.parse(raw)
    address, digest = "xx/COM/asker", agreements()[0].digest
    assert receipts._verified(receipt, other.current(), address, "asker", digest, False)
    assert (
        refusal(lambda: receipts._verified(receipt, other.current(), address, "asker", "00" * 32, False))
        == "publishing.receipt_refused"
    )
    one_person = _by_the_node(bytes.fromhex(digest))
    assert (
        refusal(lambda: receipts._verified(one_person, other.current(), address, "asker", digest, False))
        == "publishing.receipt_refused"
    )
    assert (
        refusal(lambda: receipts._verified(receipt, other.current(), address, "asker", digest, True))
        == "trust.receipt_type"
    ), "an approval is no ending"


def _by_the_node(digest: bytes) -> Receipt:
    """The same said by the asker's node alone, without its persons."""
    from uruk.acts.api import Deed, perform

    body = {"provider": "holder", "code": "asker", "digest": digest}
    return perform(NODE, Deed("agreement.approved", "decided", "asker", body, lambda act: None))


def test_a_node_that_answers_nonsense_or_lets_it_drip_stops_no_round(monkeypatch: pytest.MonkeyPatch) -> None:
    import http.client

    class Dripping:
        def __enter__(self) -> "Dripping":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read1(self, size: int) -> bytes:
            return b"x"

    monkeypatch.setattr(fetching, "urlopen", lambda *_, **__: Dripping())
    moments = iter(range(0, 10_000, 7))
    monkeypatch.setattr(whole, "monotonic", lambda: next(moments))
    assert receipts.fetch_receipt("http://slow/") is None

    def nonsense(*_: object, **__: object) -> None:
        raise http.client.BadStatusLine("x")

    monkeypatch.setattr(fetching, "urlopen", nonsense)
    assert receipts.fetch_receipt("http://odd/") is None


def test_a_file_is_fetched_over_http_only() -> None:
    assert receipts.fetch_receipt("file:///etc/hostname") is None
    assert receipts.fetch_receipt("http://127.0.0.1:9/agreements/x") is None
