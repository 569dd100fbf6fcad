"""Who read my data: one list of all institutions, the silent ones named, and receipts that prove what they say."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.fixtures import MOMENT, Citizen, Officer, make_institution
from uruk.acts.api import Reading, directory, find_statement, record_read
from uruk.acts.models import Act
from uruk.exchange.api import (
    USAGE_ASKED,
    Asker,
    CountryDirectory,
    Detail,
    FindUsage,
    Member,
    MemberEntry,
    Names,
    NodeEntry,
    ReceiptAnswer,
    ShownUsage,
    check_token,
)
from uruk.exchange.api import Question as TokenQuestion
from uruk.kernel.api import Actor, CodedError, FixedClock, Text, rfc3339
from uruk.people import asking, readings
from uruk.people.api import my_readings, my_receipt, see

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NUMBER = "198012345678"
TEXT = Text("قرأ", "خوێندییەوە", "Read")
NAMES = Names("اسم", "ناو", "Name")


@pytest.fixture
def me(transactional_db: None, officer: Callable[..., Officer], citizen: Callable[..., Citizen]) -> Actor:
    """A citizen whose number an officer has seen, an hour ago."""
    found = citizen(NUMBER)
    see(officer("registrar").actor, found.person, "national", NUMBER)
    return found.actor


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(CodedError) as caught:
        deed()
    return caught.value.code


# A node that has joined no country


def test_a_node_alone_shows_what_its_own_officers_read(me: Actor, officer: Callable[..., Officer]) -> None:
    record_read(officer("clerk").actor, Reading("document.read", TEXT, [NUMBER, "199912345678"], ["1"], "archive/3"))
    found = my_readings(me)
    assert [one.action.en for one in found.readings] == ["Read", "An officer compared your card with your account"]
    assert found.total == 2 and found.silent == () and [one.en for one in found.asked] == ["Ministry interior"]
    [read, seen] = found.readings
    assert (read.source, read.law, read.reader.en) == ("officer", "archive/3", "Ministry interior")
    receipt = my_receipt(me, "interior", read.reference)
    assert receipt.names_me and receipt.proves.statement.type == "record.read"
    assert my_receipt(me, "interior", seen.reference).proves.statement.type == "person.seen"


def test_the_receipt_of_another_persons_reading_is_not_given(me: Actor, officer: Callable[..., Officer]) -> None:
    record_read(officer("clerk").actor, Reading("document.read", TEXT, ["199912345678"], ["1"]))
    other = Act.objects.filter(type="record.read").latest("id").pk
    assert refusal(lambda: my_receipt(me, "interior", other)) == "people.reading_unknown"


def test_whoever_has_no_number_that_was_seen_is_told_so(
    transactional_db: None, institution: str, citizen: Callable[..., Citizen]
) -> None:
    assert refusal(lambda: my_readings(citizen(NUMBER).actor)) == "people.number_not_seen"
    assert refusal(lambda: my_readings(Actor.anonymous("portal"))) == "people.sign_in_needed"


def test_nobody_makes_the_logs_grow_by_asking_for_ever(me: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.people.domain.limits import Limit

    monkeypatch.setattr(asking, "READINGS", Limit(2, timedelta(hours=1)))
    my_readings(me)
    my_readings(me)
    assert refusal(lambda: my_readings(me)) == "people.too_many_tries"


# A node of a country


def entry(code: str, signs_in: bool = False, personal: bool = True, left_at: datetime | None = None) -> MemberEntry:
    names = Text(f"وزارة {code}", f"وەزارەت {code}", code)
    identity = bytes(32)
    return MemberEntry(Member("xx", "GOV", code), names, identity, code, personal, signs_in, MOMENT, left_at)


def shown(at: datetime, **detail: Any) -> ShownUsage:
    """A reading as a member tells of it."""
    facts = {
        "action": NAMES, "receiver": NAMES, "service": "s", "purpose": "case 7", "law": "data/1", "source": "exchange",
        "reference": str(uuid4()),
    } | detail  # fmt: skip
    return ShownUsage(rfc3339(at), "اسم", "tax", "اسم", "xx/GOV/tax/desk", Detail(**facts))


class Country:
    """A directory, and what its members answer."""

    def __init__(self, *members: MemberEntry) -> None:
        listed = {str(one.member): one for one in members}
        nodes = {one.node: NodeEntry(one.node, "op", "http://x/", bytes(32), ()) for one in members}
        self.directory = CountryDirectory("xx", 1, b"", MOMENT, "xx/GOV/authority", listed, nodes)
        self.answers: dict[str, FindUsage | CodedError] = {}
        self.receipts: dict[str, ReceiptAnswer] = {}
        self.asked: list[tuple[Asker, list[str], datetime | None]] = []

    def usages(self, asker: Asker, members: list[str], before: datetime | None, limit: int) -> Any:
        self.asked.append((asker, members, before))
        return {one: self.answers.get(one, FindUsage(0, [])) for one in members}


@pytest.fixture
def country(me: Actor, monkeypatch: pytest.MonkeyPatch) -> Country:
    """Interior (here) signs in; Tax and Health keep data elsewhere; the Museum keeps none; Post has left."""
    found = Country(
        entry("interior", signs_in=True), entry("tax"), entry("health"), entry("museum", personal=False),
        entry("post", left_at=MOMENT),
    )  # fmt: skip
    monkeypatch.setattr(readings, "country_directory", lambda: found.directory)

    def usages(asker: Asker, members: list[str], before: datetime | None, limit: int) -> Any:
        return found.usages(asker, members, before, limit)

    monkeypatch.setattr(Asker, "usages", usages)
    monkeypatch.setattr(Asker, "receipt", lambda self, member, reference: found.receipts[reference])
    return found


def test_every_member_that_keeps_personal_data_is_asked_and_no_other(me: Actor, country: Country) -> None:
    found = my_readings(me)
    [(asker, members, before)] = country.asked
    assert members == ["xx/GOV/interior", "xx/GOV/tax", "xx/GOV/health"] and before is None
    assert asker.member == "xx/GOV/interior" and asker.subject == NUMBER
    assert [one.en for one in found.asked] == ["interior", "tax", "health"]


def test_asking_is_an_act_of_the_sign_in_institution_for_these_members_and_this_node(
    me: Actor, country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    my_readings(me)
    statement = find_statement(Act.objects.get(type=USAGE_ASKED).pk)
    assert statement is not None and statement.author == "interior"
    assert statement.body["subject"] == NUMBER and statement.body["node"] == "test"
    assert statement.body["audience"] == ["xx/GOV/health", "xx/GOV/interior", "xx/GOV/tax"]
    [(asker, _, _)] = country.asked
    monkeypatch.setattr(CountryDirectory, "keys", lambda self, address: directory())
    nodes = {one.code: "test" if one.code == "interior" else one.node for one in country.directory.members.values()}
    from dataclasses import replace

    members = {key: replace(one, node=nodes[one.code]) for key, one in country.directory.members.items()}
    listed = replace(country.directory, members=members)
    question = TokenQuestion("xx/GOV/tax", "test", NUMBER)
    assert check_token(asker.token, listed, question, MOMENT) == statement.body["nonce"]


def test_the_list_is_one_newest_first_and_says_who_did_not_answer(me: Actor, country: Country) -> None:
    country.answers = {
        "xx/GOV/interior": FindUsage(1, [shown(MOMENT - timedelta(hours=2), purpose="first")]),
        "xx/GOV/tax": FindUsage(7, [shown(MOMENT - timedelta(hours=1), purpose="second")]),
        "xx/GOV/health": CodedError("exchange.usage_unanswered", member="xx/GOV/health", reason="timeout"),
    }
    found = my_readings(me)
    assert [one.purpose for one in found.readings] == ["second", "first"]
    assert [one.holder for one in found.readings] == ["tax", "interior"]
    assert found.total == 8 and [one.en for one in found.silent] == ["health"]


@pytest.mark.parametrize(
    "broken",
    [
        ShownUsage("yesterday", "a", "c", "n", "s", Detail(NAMES, NAMES, "s", "", "", "exchange", str(uuid4()))),
        ShownUsage(rfc3339(MOMENT), "a", "c", "n", "s", Detail(NAMES, NAMES, "s", "", "", "exchange", "7")),
        ShownUsage(rfc3339(MOMENT), "a", "c", "n", "s"),
    ],
    ids=["time", "reference", "not-ours"],
)
def test_an_answer_that_cannot_be_read_is_silence(me: Actor, country: Country, broken: ShownUsage) -> None:
    country.answers = {"xx/GOV/tax": FindUsage(1, [broken])}
    found = my_readings(me)
    assert found.readings == () and [one.en for one in found.silent] == ["tax"]


def test_a_long_list_goes_on_where_it_was_cut_and_loses_nothing(me: Actor, country: Country) -> None:
    rows = [shown(MOMENT - timedelta(seconds=n // 2), purpose=str(n)) for n in range(120)]
    pages, before = [], None
    while True:
        end = before or MOMENT + timedelta(seconds=1)
        left = [one for one in rows if datetime.fromisoformat(one.logtime) < end]
        country.answers = {"xx/GOV/tax": FindUsage(120, left[: readings.SHOWN_MAX + 1])}
        found = my_readings(me, before)
        pages.append([one.purpose for one in found.readings])
        if found.before is None:
            break
        before = found.before
    assert sorted(int(one) for page in pages for one in page) == list(range(120))
    assert [len(page) <= readings.SHOWN_MAX for page in pages] == [True] * len(pages)


def test_another_nodes_citizens_ask_at_the_institution_that_signs_them_in(me: Actor, country: Country) -> None:
    members = {"xx/GOV/tax": entry("tax", signs_in=True)}
    country.directory = CountryDirectory("xx", 1, b"", MOMENT, "", members, {})
    with pytest.raises(CodedError) as caught:
        my_readings(me)
    assert caught.value.code == "people.sign_in_elsewhere" and "tax" in caught.value.sentence("en")


def test_a_receipt_from_elsewhere_is_verified_before_it_is_shown(
    me: Actor, country: Country, officer: Callable[..., Officer], monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    make_institution("tax")
    actor = Actor(channel="desk", person=uuid4(), institution="tax", role="clerk")
    record_read(actor, Reading("document.read", TEXT, [NUMBER], ["1"]))
    act = Act.objects.filter(type="record.read").latest("id").pk
    from uruk.acts.api import usage_index

    kept = usage_index().get("tax", NUMBER, act.bytes)
    assert kept is not None
    monkeypatch.setattr(CountryDirectory, "keys", lambda self, address: directory())
    monkeypatch.setattr(readings, "witnesses_for", lambda *_: ())
    country.receipts[str(act)] = ReceiptAnswer(kept.receipt, kept.opening.hex())
    found = my_receipt(me, "tax", act)
    assert found.names_me and found.proves.statement.author == "tax"
    country.receipts[str(act)] = ReceiptAnswer(kept.receipt, "no hex")
    assert not my_receipt(me, "tax", act).names_me
    country.receipts[str(UUID(int=7))] = ReceiptAnswer(kept.receipt)
    assert refusal(lambda: my_receipt(me, "tax", UUID(int=7))) == "people.reading_unknown"
    assert refusal(lambda: my_receipt(me, "nobody", act)) == "people.reading_unknown"
    assert refusal(lambda: my_receipt(me, "interior", act)) == "trust.receipt_author"
