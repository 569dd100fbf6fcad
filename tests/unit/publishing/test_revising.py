"""A change of any definition in force waits for two persons; what they sign says what changes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import Officer
from tests.unit.definitions.samples import FOLDER, NOTES, country_files, write_files
from uruk.acts.api import complete_pending, directory, receipt_of, use_appender
from uruk.definitions.api import Country, load_country
from uruk.kernel.api import Actor, CodedError, FixedClock, Text
from uruk.people import offices
from uruk.people.api import register_officer
from uruk.publishing.api import (
    ProposalView,
    approve_proposal,
    find_draft,
    get_publication,
    in_force,
    list_definitions,
    proposal_options,
    propose_archive,
    propose_definition,
    publish_country,
    try_definition,
)
from uruk.trust.api import verify_receipt

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NODE = Actor.system(None)
PLANTING = ("note", "gardens", "planting")


@pytest.fixture
def heads(gardens: None, passkey: Callable[..., Any], now: Any) -> tuple[Officer, Officer]:
    """The sample country's institution on this node, with two heads who may approve its definitions."""
    offices.tell_rights(lambda _, role: {"approve-definitions"} if role == "head" else set())
    return _head("first", passkey, now), _head("second", passkey, now)


def _head(name: str, passkey: Callable[..., Any], now: Any) -> Officer:
    names = Text("رئيس", "سەرۆک", "Head")
    since = now - timedelta(days=100)
    person = register_officer(Actor.system("gardens"), "gardens", "head", name, names, since=since)
    actor = Actor(channel="desk", person=person, institution="gardens", role="head")
    return Officer(person, actor, passkey(person))


def load(folder: Path, old: str = "max: 60", new: str = "max: 60") -> Country:
    """Load the sample country with a text of its note replaced."""
    files = country_files()
    path = f"{FOLDER}/note.yaml"
    files[path] = files[path].replace(old, new)
    loaded = load_country(write_files(folder / f"country-{new[-2:]}", files), [NOTES])
    publish_country(NODE, loaded)
    return loaded


def sign(proposal: ProposalView, officers: tuple[Officer, ...]) -> ProposalView:
    for one in officers:
        answer = one.passkey.get(proposal_options(one.actor, proposal.id))
        done = approve_proposal(one.actor, proposal.id, answer)
    return done


def code_of(deed: Callable[[], object]) -> str:
    with pytest.raises(CodedError) as caught:
        deed()
    assert len({caught.value.sentence(lang) for lang in ("ar", "ckb", "en")}) == 3
    return caught.value.code


def test_a_changed_definition_of_any_kind_waits_for_two_persons(tmp_path: Path, heads: Any, clock: FixedClock) -> None:
    first = load(tmp_path)
    second = load(tmp_path, new="max: 70")
    [view] = list_definitions("gardens")
    assert (view.digest, view.draft) == (first.definitions[0].digest.hex(), second.definitions[0].digest.hex())
    proposal = propose_definition(NODE, *PLANTING)
    [view] = list_definitions()
    assert view.waits == proposal.id
    said = [f"{line.label.en}: {line.value.en}" for line in proposal.summary.lines]
    assert said[0] == "Kind: note gardens/planting"
    assert said[-1].endswith("the most: became \u206870\u2069 (was \u206860\u2069)")
    clock.advance(timedelta(minutes=1))
    done = sign(proposal, heads)
    assert in_force(*PLANTING).digest == second.definitions[0].digest
    receipt = receipt_of(done.act)
    found = verify_receipt(receipt, directory(), type="definition.published", role="published", author="gardens")
    assert found.two_persons
    [view] = list_definitions()
    assert (view.draft, view.waits, view.archived) == (None, None, False)


def test_what_two_persons_approved_comes_into_force_though_the_log_was_away(
    tmp_path: Path, heads: Any, clock: FixedClock
) -> None:
    class Away:
        def check_space(self) -> None:
            pass

        def append(self, *_: object) -> None:
            raise ConnectionError

        def logs(self) -> tuple[()]:
            return ()

    first, second = load(tmp_path), load(tmp_path, new="max: 70")
    proposal = propose_definition(NODE, *PLANTING)
    clock.advance(timedelta(minutes=1))
    sign(proposal, heads[:1])
    log = use_appender(Away())
    with pytest.raises(ConnectionError):
        sign(proposal, heads[1:])
    use_appender(log)
    assert in_force(*PLANTING).digest == first.definitions[0].digest
    assert publish_country(NODE, second) == [], "the node does not put in force by itself what two persons decide"
    assert complete_pending() == (1, 0)
    assert in_force(*PLANTING).digest == second.definitions[0].digest


def test_what_cannot_be_proposed_says_why(tmp_path: Path, heads: Any) -> None:
    load(tmp_path)
    assert find_draft(*PLANTING) is None
    assert code_of(lambda: propose_definition(NODE, *PLANTING)) == "publishing.no_draft"
    assert code_of(lambda: try_definition(*PLANTING)) == "publishing.no_draft"
    assert code_of(lambda: propose_definition(NODE, "note", "gardens", "weeds")) == "publishing.not_in_force"
    for door in (propose_definition, propose_archive):
        assert code_of(lambda door=door: door(NODE, "servce", "gardens", "roses")) == "publishing.kind_unknown"
    assert code_of(lambda: propose_definition(NODE, "agreement", "gardens", "x")) == "publishing.decided_elsewhere"
    assert code_of(lambda: propose_archive(NODE, *PLANTING)) == "publishing.never_archived"
    assert not get_publication(*PLANTING).archived
    load(tmp_path, new="max: 70")
    assert try_definition(*PLANTING) == {}, "nothing was written under a note"
