"""Deciding at the desk: requests by two persons with passkeys, what citizens ask for, duplicates."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Citizen, Officer
from tests.unit.desk.registries.conftest import Archive, Desk
from tests.unit.desk.registries.test_changing import WHY, typed
from tests.unit.documents.samples import write_country
from tests.unit.registries.samples import CARD, NUMBER, country_files
from tests.unit.registries.test_duplicates import AGAIN, BIRTHS, ZIAD, pair
from uruk.acts.api import run_due_jobs
from uruk.definitions.api import load_country
from uruk.kernel.api import CodedError
from uruk.registries.api import (
    REGISTRY_KIND,
    Change,
    ask_correction,
    change,
    count_duplicates,
    count_requests,
    get_request,
    list_records,
    open_duplicates,
)

pytestmark = pytest.mark.database
AtDesk = Callable[..., Desk]


def asked(archive: Archive, desk: AtDesk, language: str = "en") -> tuple[Desk, str]:
    """A registrar who typed a new card, and the address of the request."""
    found = desk(archive.registrar, "cards", language)
    found.post("new/", **typed(CARD), **WHY)
    return found, found.path


def test_one_person_asks_and_another_accepts_with_their_passkeys(archive: Archive, desk: AtDesk) -> None:
    author, address = asked(archive, desk)
    assert "Not signed yet" in author.text and "زينب" in author.text
    author.sign(address)
    assert "Signed. Another person can now accept it." in author.text
    head = desk(archive.head, "cards")
    head.get("requests/")
    assert address.split("/")[1] in head.text
    head.sign(address)
    assert "Accepted, and recorded." in head.text and "زينب علي حسن" in head.text
    assert "Accepted by <bdi>Officer</bdi>" in head.text
    author.get(address)
    assert "Accepted" in author.text and "data-passkey" not in author.text
    assert count_requests(archive.head.actor, "interior", "cards") == 0


def test_one_person_in_both_offices_is_told_why_they_cannot_accept(archive: Archive, desk: AtDesk, now: Any) -> None:
    from uruk.kernel.api import Actor
    from uruk.people.api import appoint

    author, address = asked(archive, desk)
    author.sign(address)
    appoint(Actor.system("interior"), archive.registrar.person, "interior", "head", since=now)
    author.root = author.root.replace("/registrar/", "/head/")
    author.get(address)
    assert author.says("desk.request_own") and "data-passkey" not in author.text


def test_before_and_after_stand_side_by_side(archive: Archive, desk: AtDesk) -> None:
    card = archive.card()
    found = desk(archive.registrar, "cards")
    found.post(f"{card}/change/", **typed({**CARD, "phone": "0770"}), **WHY)
    assert "A change" in found.text and "0770" in found.text and "—" in found.text
    assert f"{card}/" in found.text


def test_nobody_accepts_what_they_asked_for_and_nothing_unsigned_is_accepted(archive: Archive, desk: AtDesk) -> None:
    author, address = asked(archive, desk)
    head = desk(archive.head, "cards")
    head.get(address)
    assert "Its author has not signed it yet." in head.text and "data-passkey" not in head.text
    author.post(address, proposal="0" * 64, passkey="{}")
    assert author.says("desk.proposal_changed")
    author.post(address, proposal="ة" * 64, passkey="{}")
    assert author.says("desk.proposal_changed")
    author.get(address)
    digest = author.text.partition('name="proposal" value="')[2][:64]
    author.post(address, proposal=digest, passkey="")
    assert author.says("ui.passkey_missing")
    author.sign(address)
    author.get(address)
    assert "It is signed, and waits for a second person." in author.text and "data-passkey" not in author.text


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_a_request_is_refused_with_a_reason_that_its_author_reads(
    archive: Archive, desk: AtDesk, language: str
) -> None:
    author, address = asked(archive, desk, language)
    author.sign(address)
    head = desk(archive.head, "cards", language)
    assert head.post(f"{address}refuse/").status_code == 422
    assert head.says("desk.reason_missing")
    head.post(f"{address}refuse/", **{"refusal-reason": "الرقم خطأ"})
    author.get(address)
    assert "الرقم خطأ" in author.text
    head.post(f"{address}refuse/", **{"refusal-reason": "مرة أخرى"})
    assert head.says("registries.request_closed")


def test_a_request_is_taken_back_by_its_author_alone(archive: Archive, desk: AtDesk) -> None:
    author, address = asked(archive, desk)
    head = desk(archive.head, "cards")
    head.post(f"{address}take-back/")
    assert head.says("registries.request_unknown")
    author.post(f"{address}take-back/")
    assert "Taken back. Nothing was changed." in author.text
    assert get_request(archive.registrar.actor, UUID(address.split("/")[1])).state == "withdrawn"


def test_a_request_that_was_overtaken_says_so(archive: Archive, desk: AtDesk) -> None:
    card = archive.card()
    found = desk(archive.registrar, "cards")
    found.post(f"{card}/change/", **typed({**CARD, "phone": "0770"}), **WHY)
    address = found.path
    archive.by_two(Change("change", card, 1, {"phone": "0780"}))
    found.get(address)
    assert found.says("registries.version_moved", base=1, latest=2)
    assert "data-passkey" not in found.text


def test_what_a_citizen_asks_for_is_taken_up_by_one_and_accepted_by_another(
    archive: Archive, desk: AtDesk, citizen: Callable[..., Citizen]
) -> None:
    from uruk.people.api import see

    card, holder = archive.card(), citizen(NUMBER)
    see(archive.registrar.actor, holder.person, "national", NUMBER)
    wish = ask_correction(holder.actor, "interior", "cards", Change("correct", card, 1, {"phone": "0771"}), "رقم جديد")
    address = f"requests/{wish.id}/"
    taking = desk(archive.registrar, "cards")
    taking.get("requests/")
    assert "The person it is about" in taking.text
    taking.sign(address)
    head = desk(archive.head, "cards")
    head.sign(address)
    assert archive.get(card, "cards").values["phone"] == "0771"


def test_only_the_files_of_a_request_are_handed_out(archive: Archive, desk: AtDesk) -> None:
    from uruk.registries.api import keep_file

    actor = archive.registrar.actor
    letter, other = (keep_file(actor, "interior", "cards", data) for data in (b"a letter", b"another"))
    request = archive.change(Change("create", values=CARD), registry="cards", evidence=(letter,)).request
    head = desk(archive.head, "cards")
    assert head.get(f"requests/{request.id}/files/{letter}/").content == b"a letter"
    assert head.get(f"requests/{request.id}/files/{other}/").status_code == 404


def test_one_who_only_reads_keeps_no_file(archive: Archive) -> None:
    from uruk.registries.api import keep_file

    with pytest.raises(CodedError, match=r"people\.role_not_held"):
        keep_file(archive.auditor.actor, "interior", "shops", b"a letter")


# -- duplicates ------------------------------------------------------------------------------------------------------


def test_a_pair_is_merged_as_chosen_and_the_merge_is_undone(births: Any, desk: AtDesk) -> None:
    one, other, found = pair(births)
    head = desk(births.registrar, "births")
    head.get("duplicates/")
    address = f"duplicates/{found.id}/"
    assert address in head.text
    head.get(address)
    assert "day and month are swapped" in head.text
    bases = head.text.partition('name="merge-bases" value="')[2].partition('"')[0]
    assert head.post(address, **{"merge-bases": bases}).status_code == 422
    assert head.says("ui.answer_missing") and head.says("desk.reason_missing")
    stays = "one" if found.one.record == one else "other"
    born = "one" if found.one.record == other else "other"
    choices = {"merge-stays": stays, "from-born": born, "from-number": stays, "from-name": stays}
    head.post(address, **{"merge-bases": bases, "merge-reason": "شخص واحد", **choices})
    assert "Merged." in head.text
    run_due_jobs()
    assert births.get(one, "births").values["born"] == AGAIN["born"]
    assert births.get(one, "births").values["number"] == ZIAD["number"]
    assert count_duplicates(births.registrar.actor, "interior", "births") == 0
    head.get(f"{other}/")
    assert "This record is now part of another." in head.text
    head.post(f"{other}/end/unmerge/", **WHY)
    assert births.get(other, "births").status == "live"


def test_who_may_merge_needs_no_other_right_for_it(births: Any, institution: str, desk: AtDesk) -> None:
    from uruk.kernel.api import Actor
    from uruk.publishing.api import publish_country

    files = country_files()
    for name, text in BIRTHS.items():
        files[f"institutions/interior/registries/births/{name}"] = text
        own = text.replace("head: [read, propose, merge]", "head: [read, merge]")
        files[f"institutions/interior/registries/couples/{name}"] = own
    publish_country(Actor.system(institution), load_country(write_country(files), [REGISTRY_KIND]))
    one, other = (births.create(values, registry="couples") for values in (ZIAD, AGAIN))
    run_due_jobs()
    (found,) = open_duplicates(births.head.actor, "interior", "couples").duplicates
    head = desk(births.head, "couples")
    assert head.get("new/").status_code == 409
    head.get(f"duplicates/{found.id}/")
    bases = head.text.partition('name="merge-bases" value="')[2].partition('"')[0]
    stays = "one" if found.one.record == one else "other"
    head.post(f"duplicates/{found.id}/", **{"merge-bases": bases, "merge-stays": stays, "merge-reason": "واحد"})
    assert births.get(other, "couples").status == "merged"


def test_who_may_only_merge_signs_and_finds_their_own_request_for_it(
    births: Any, institution: str, officer: Callable[..., Officer], desk: AtDesk
) -> None:
    from uruk.kernel.api import Actor
    from uruk.publishing.api import publish_country

    files = country_files()
    for name, text in BIRTHS.items():
        files[f"institutions/interior/registries/births/{name}"] = text
        own = text.replace("head: [read, propose, merge]", "head: [read, merge]").replace(
            "auditor: [read]", "auditor: [read, approve]"
        )
        files[f"institutions/interior/registries/couples/{name}"] = own
    publish_country(Actor.system(institution), load_country(write_country(files), [REGISTRY_KIND]))
    for values in (ZIAD, AGAIN):
        change(Actor.system(institution), "interior", "couples", [Change("create", values=values)], "first")
    run_due_jobs()
    (found,) = open_duplicates(births.head.actor, "interior", "couples").duplicates
    head = desk(births.head, "couples")
    head.get(f"duplicates/{found.id}/")
    bases = head.text.partition('name="merge-bases" value="')[2].partition('"')[0]
    head.post(f"duplicates/{found.id}/", **{"merge-bases": bases, "merge-stays": "one", "merge-reason": "واحد"})
    address = head.path
    assert address.startswith("requests/") and "A merge of two records" in head.text
    head.get("requests/")
    assert address.split("/")[1] in head.text
    head.sign(address)
    assert "Signed. Another person can now accept it." in head.text
    colleague = desk(officer("head"), "couples")
    assert colleague.get(address).status_code == 409
    other = desk(births.auditor, "couples")
    other.sign(address)
    assert births.get(found.other.record, "couples").status == "merged"


def test_a_pair_is_kept_apart_with_a_reason(births: Any, desk: AtDesk) -> None:
    _, _, found = pair(births)
    head = desk(births.head, "births", "ckb")
    address = f"duplicates/{found.id}/"
    assert head.post(f"{address}apart/").status_code == 422
    assert head.says("desk.reason_missing")
    head.post(f"{address}apart/", **{"apart-reason": "توأمان"})
    assert count_duplicates(births.head.actor, "interior", "births") == 0
    head.post(f"{address}apart/", **{"apart-reason": "توأمان"})
    assert head.says("registries.duplicate_unknown")


def test_a_pair_that_changed_since_it_was_shown_is_not_merged(births: Any, desk: AtDesk) -> None:
    one, _, found = pair(births)
    births.amend(one, {"born": "1987-03-10"}, registry="births")
    head = desk(births.registrar, "births")
    head.post(f"duplicates/{found.id}/", **{"merge-bases": "1-1", "merge-stays": "one", "merge-reason": "واحد"})
    assert head.says("desk.pair_changed")
    assert len(list_records(births.registrar.actor, "interior", "births").records) == 2
    elsewhere = desk(births.registrar, "shops")
    assert elsewhere.get(f"duplicates/{found.id}/").status_code == 404
    assert elsewhere.says("desk.pair_unknown")
