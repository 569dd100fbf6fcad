"""Cooperation as it is shipped, on the commitments that were really published: reported, followed up, met about."""

from dataclasses import replace
from uuid import UUID

import pytest

from tests.unit.services.conftest import refused
from tests.unit.services.cooperation import (
    CALLED,
    HEAD,
    OWNER,
    PAPER,
    STAMPS,
    STRANGER,
    Cooperation,
    commitment,
    cooperation,
    recorded,
    run,
)
from uruk.documents import api as documents
from uruk.kernel.api import Actor
from uruk.notices.api import my_notices
from uruk.registries.api import public_record, public_timeline
from uruk.services.api import applicants, get_case, my_cases, next_case, settle_wait
from uruk.services.models import CaseStanding
from uruk.services.running.recording import open_case

__all__ = ["cooperation"]
pytestmark = pytest.mark.database


def followed(cooperation: Cooperation) -> UUID:
    """The case that brings a commitment back when its day is over."""
    return UUID(str(CaseStanding.objects.get(case__service="follow-up").pk))


def test_an_institution_applies_by_whom_its_letter_named_and_by_nobody_else(cooperation: Cooperation) -> None:
    for mine, called in ((cooperation.liaison, "Liaison officer"), (cooperation.above, "Head of the liaison officer")):
        (choice,) = applicants(mine.actor, OWNER, "report-progress").choices
        assert (choice.applicant.kind, choice.applicant.number) == ("institution", "post")
        assert choice.text is not None and (choice.called, choice.text.get("en")) == (CALLED, called)
    assert applicants(cooperation.stranger.actor, OWNER, "report-progress").choices == ()
    with refused("services.no_mandate"):
        cooperation.ask("report-progress", {"code": STAMPS}, by=cooperation.stranger)
    with refused("services.assurance_strong"):
        weak = replace(cooperation.liaison, actor=Actor(channel="portal", person=cooperation.liaison.person))
        cooperation.ask("report-progress", {"code": STAMPS}, by=weak)
    cooperation.later(500)
    assert applicants(cooperation.liaison.actor, OWNER, "report-progress").choices == (), "the letter is over"


def test_what_was_done_is_a_new_version_of_the_commitment_that_everybody_reads(cooperation: Cooperation) -> None:
    case = cooperation.report()
    assert cooperation.state(case) == "task:follow-up-officer"
    cooperation.decide("report-progress", "accept", cooperation.officer, cooperation.head)
    assert cooperation.state(case) == "closed:granted"
    said = commitment()
    assert (said["state"], said["reported"]) == ("done", "2026-11-23")
    assert said["evidence_url"] == "https://example.iq/stamps"
    assert (said["phrase"], said["promised"]) == ("create joint stamps", "2023-11-01"), "what was promised stays"
    found = public_record(OWNER, "commitments", key=STAMPS)
    first, second = public_timeline(OWNER, "commitments", found.record)
    assert {one.field for one in second.changes} == {"state", "progress", "reported", "evidence_url"}
    assert (first.changes[0].before, second.author, second.reason) == (None, "", "")
    told = my_notices(cooperation.liaison.actor)
    assert len(told) == 1 and STAMPS in told[0].text.get("en")
    assert len(my_notices(cooperation.above.actor)) == 1, "whoever else speaks for the institution hears it too"
    again = cooperation.report()
    assert cooperation.state(again) == "closed:refused", "what is done is done"


def test_nobody_reports_on_the_commitment_of_another_institution(cooperation: Cooperation) -> None:
    case = cooperation.report(code="iran-2023-mou")
    assert cooperation.state(case) == "closed:refused"
    assert commitment("iran-2023-mou")["state"] == "signed"
    assert [one.name for one in get_case(cooperation.liaison.actor, case).decision.failed] == ["own"]


def test_a_commitment_whose_day_is_over_becomes_its_owners_task_the_heads_and_the_secretariats(
    cooperation: Cooperation,
) -> None:
    cooperation.report(state="in_progress", due="2026-12-31", evidence_url=None, paper=None)
    cooperation.decide("report-progress", "accept", cooperation.officer, cooperation.head)
    assert commitment()["due"] == "2026-12-31"
    case = followed(cooperation)
    assert cooperation.state(case) == "task:applicant"
    before = len(my_notices(cooperation.above.actor))
    cooperation.later(45)
    assert get_case(cooperation.liaison.actor, case).state == "overdue"
    cooperation.later(20)
    assert get_case(cooperation.liaison.actor, case).state == "with_head"
    assert len(my_notices(cooperation.above.actor)) == before + 2, "the head hears of both"
    cooperation.later(15)
    assert (get_case(cooperation.liaison.actor, case).state, cooperation.state(case)) == (
        "escalated",
        "task:follow-up-officer",
    )
    cooperation.later(30)
    assert cooperation.state(case) == "task:follow-up-head"
    cooperation.decide("follow-up", "new_date", cooperation.head, cooperation.secretary, until="2027-08-01")
    assert (cooperation.state(case), commitment()["due"]) == ("task:applicant", "2027-08-01")
    cooperation.say(case, "say_done")
    assert get_case(cooperation.liaison.actor, case).state == "checking"


def test_a_delegation_takes_turns_and_reports(cooperation: Cooperation) -> None:
    recorded("missions", code="old", title_ar="وفد", title_ckb="شاند", title_en="Old", state="no_report", owner="post",
             destination="eg", leaves="2026-03-01", returns="2026-03-05", members=1)  # fmt: skip
    recorded("travels", mission="old", number=STRANGER, returned="2026-03-05")
    asked = {
        "code": "tehran-2027", "title_ar": "وفد الطوابع", "title_ckb": "شاندی پوول", "title_en": "Stamps",
        "commitment": STAMPS, "destination": "ir", "leaves": "2027-01-10", "returns": "2027-01-14", "invitation": PAPER,
        "nominees": [{"number": STRANGER, "post": "مصمم", "permanent": True, "reason": "يصمم."}], "pledge": True,
    }  # fmt: skip
    case = cooperation.ask("delegation", asked)
    assert [one.name for one in get_case(cooperation.liaison.actor, case).decision.failed] == ["rotation"]
    others = [{**asked["nominees"][0], "number": HEAD}]
    case = cooperation.ask("delegation", {**asked, "nominees": others})
    cooperation.decide("delegation", "accept", cooperation.officer, cooperation.secretary)
    assert public_record(OWNER, "missions", key="tehran-2027").values["state"] == "approved"
    cooperation.say(case, "hand_in", report="اختير تصميمان.")
    found = public_record(OWNER, "missions", key="tehran-2027").values
    assert (found["state"], found["report"], found["members"]) == ("reported", "اختير تصميمان.", 1)
    with refused("registries.not_public"):
        public_record(OWNER, "travels", key=["tehran-2027", HEAD])


def test_decisions_of_a_meeting_are_commitments_of_their_owners(cooperation: Cooperation) -> None:
    recorded("committees", code="stamps", title_ar="لجنة الطوابع", title_ckb="لیژنەی پوول", title_en="Stamps",
             state="working", partner="ir", owner="post", source="letter 9")  # fmt: skip
    decision = {
        "decision": "stamps-1-design", "decision_ar": "تصميم", "decision_ckb": "دیزاین", "decision_en": "A design",
        "phrase": "تصمم شركة البريد طابعين.", "language": "arabic", "owner": "moc", "due": "2027-03-01", "area": "post",
        "kind": "project",
    }  # fmt: skip
    asked = {
        "committee": "stamps", "code": "stamps-1", "title_ar": "الاجتماع الأول", "title_ckb": "یەکەم",
        "title_en": "First", "held": "2026-11-20", "place": "بغداد", "agenda": "التصاميم.", "minutes": "اتفق الطرفان.",
        "signed": PAPER, "decisions": [decision], "pledge": True,
    }  # fmt: skip
    case = cooperation.ask("committee-meeting", asked)
    cooperation.decide("committee-meeting", "accept", cooperation.officer, cooperation.head)
    assert cooperation.state(case) == "closed:granted"
    said = commitment("stamps-1-design")
    assert (said["owner"], said["partner"], said["meeting"], said["due"]) == ("moc", "ir", "stamps-1", "2027-03-01")
    assert public_record(OWNER, "meetings", key="stamps-1").values["decisions"] == 1
    assert open_case(followed(cooperation)).standing.applicant["number"] == "moc", "its owner's, not the asker's"
    mine = {one.service for one in my_cases(cooperation.liaison.actor)}
    assert mine == {"committee-meeting"}


def test_a_signed_memorandum_brings_its_articles_its_commitments_and_a_document_to_be_sealed(
    cooperation: Cooperation,
) -> None:
    promised = {
        "commitment": "iran-2027-shows", "commitment_ar": "معرضان", "commitment_ckb": "دوو پێشانگا",
        "commitment_en": "Two shows", "phrase": "يقام معرضان.", "language": "arabic", "owner": "post",
        "due": "2027-09-01", "area": "post", "kind": "event",
    }  # fmt: skip
    asked = {
        "code": "iran-2027", "title_ar": "مذكرة البريد", "title_ckb": "یاداشتی پۆستە", "title_en": "Post memorandum",
        "partner": "ir", "aims": "معارض الطوابع.", "costs": False, "draft": PAPER, "commitments": [promised],
        "articles": [{"heading": "الغاية", "wording": "يقيم الطرفان معرضين."}], "pledge": True,
    }  # fmt: skip
    case = cooperation.ask("memorandum", asked)
    waits = get_case(cooperation.liaison.actor, case)
    assert (waits.state, set(waits.parties)) == ("reviewed", {"follow-up-officer", "justice"})
    cooperation.later(40)
    assert next_case(cooperation.head.actor, "memorandum") is not None, "nobody answered in time"
    settle_wait(cooperation.head.actor, case, "agreed", "وافق الطرفان كتابة.")
    run()
    cooperation.decide("memorandum", "sign", cooperation.head, cooperation.secretary, signed="2026-12-20")
    found = public_record(OWNER, "memoranda", key="iran-2027").values
    assert (found["signed"], found["articles"]) == ("2026-12-20", asked["articles"])
    said = commitment("iran-2027-shows")
    assert (said["memorandum"], said["state"], said["promised"]) == ("iran-2027", "signed", "2026-12-20")
    assert get_case(cooperation.liaison.actor, followed(cooperation)).state == "waiting"
    (draft,) = documents.drafts(cooperation.officer.actor)
    assert draft.values["title_ar"] == "مذكرة البريد"
