"""The journey: a country is loaded, officers issue its documents, anyone verifies them, one of them is revoked."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID

from uruk.acts.api import receipt_of
from uruk.cli.demo.officers import DEMO_PASSWORD, Officers
from uruk.cli.demo.report import Report
from uruk.cli.demo.server import DemoNode
from uruk.cli.loading import load_country_folder
from uruk.cli.verifying import Judge
from uruk.definitions.api import Country, JourneyDocument
from uruk.documents.api import (
    DocumentView,
    create_draft,
    pdf,
    proposal,
    publish_public_files,
    receipt,
    release,
    revoke,
    submit,
    typeset,
)
from uruk.kernel.api import country_folder, load_settings
from uruk.people.api import load_people, see_synthetic


@dataclass(frozen=True)
class Stage:
    """What every step of the journey works with."""

    node: DemoNode
    folder: Path
    report: Report
    country: Country
    country_folder: Path
    officers: Officers


def play(node: DemoNode, folder: Path, report: Report) -> None:
    """Play everything; each step prints itself and raises when it does not come out as it must."""
    home = country_folder(load_settings(os.environ).country)
    country = _load(report, home)
    stage = Stage(node, folder, report, country, home, _people(report, country))
    for plan in country.journey:
        document = _issue(stage, plan)
        _verify_file(stage, plan, document)
        _verify_over_http(stage, plan, document)
        if plan.revoked:
            _revoke(stage, plan, document)
    _refuse_a_changed_byte(stage)


def _load(report: Report, home: Path) -> Country:
    with report.step("loaded") as facts:
        country, receipts = load_country_folder(home)
        facts["path"] = str(home)
    for one in receipts:
        report.act("published", one)
    return country


def _people(report: Report, country: Country) -> Officers:
    with report.step("people") as facts:
        loaded = load_people(country.people, DEMO_PASSWORD)
        officers = Officers(country, {one.code: one.person for one in loaded})
        facts["sign_in"] = {one.code: one.identifier for one in loaded}
        facts["password"] = DEMO_PASSWORD
    for one in loaded:
        for appointed in one.receipts:
            report.act("appointed", appointed, officer=one.code)
    _see(report, country, officers)
    for name in sorted({name for plan in country.journey for name in (plan.drafts, plan.releases)}):
        with report.step("passkey") as facts:
            officers.enrol(name)
            facts["officer"] = name
    publish_public_files()
    return officers


def _see(report: Report, country: Country, officers: Officers) -> None:
    """Count the citizens as seen by a clerk, so that they find the documents that bear their number."""
    first = next(iter(country.institutions))
    for one in country.people:
        seen = None if one.offices else see_synthetic(officers.person(one.code), first)
        if seen is not None:
            report.act("seen", seen, person=one.code)


def _issue(stage: Stage, plan: JourneyDocument) -> DocumentView:
    drafter, releaser = stage.officers.actor(plan.drafts, plan), stage.officers.actor(plan.releases, plan)
    with stage.report.step("drafted") as facts:
        draft = create_draft(drafter, plan.type, dict(plan.values), original=_original(stage, plan))
        bytes_to_sign = proposal(drafter, draft.id)
        submit(drafter, draft.id, stage.officers.approve(plan.drafts, drafter, bytes_to_sign))
        facts.update(document=plan.name, officer=plan.drafts)
    with stage.report.step("released") as facts:
        approval = stage.officers.approve(plan.releases, releaser, proposal(releaser, draft.id))
        document = release(releaser, draft.id, approval)
        facts.update(document=plan.name, officer=plan.releases, number=document.number, check_code=document.check_code)
        facts["path"] = str(_save(stage, plan, pdf(releaser, document.id)))
        facts["receipt"] = receipt(releaser, document.id).to_json()
    return document


def _original(stage: Stage, plan: JourneyDocument) -> bytes | None:
    """The letter as an office program made it: this is what the institution seals."""
    if plan.original is None:
        return None
    letter = typeset((stage.country_folder / "demo" / plan.original).read_bytes(), datetime.now(UTC))
    (stage.folder / f"{plan.name}.original.pdf").write_bytes(letter)
    return letter


def _save(stage: Stage, plan: JourneyDocument, data: bytes) -> Path:
    path = stage.folder / f"{plan.name}.pdf"
    path.write_bytes(data)
    return path


def _keys(stage: Stage) -> Path:
    return stage.node.data / "public" / "keys.json"


def _verify_file(stage: Stage, plan: JourneyDocument, document: DocumentView) -> None:
    """As anybody does at home: the file, keys.json, and no network."""
    publish_public_files()
    path = stage.folder / f"{plan.name}.pdf"
    with stage.report.step("verified") as facts:
        verdict = Judge.of(_keys(stage)).judge(path.read_bytes())
        facts.update(document=plan.name, path=str(path), exit=verdict.exit, sentence=verdict.sentence("ar"))
        _expect(verdict.exit == 0, verdict.code)


def _verify_over_http(stage: Stage, plan: JourneyDocument, document: DocumentView) -> None:
    """As another office's program does: number and check code, answered with a receipt of the check."""
    with stage.report.step("checked") as facts:
        facts["url"] = f"{stage.node.url}api/verify"
        asked = json.dumps({"number": document.number, "code": document.check_code}).encode()
        request = Request(facts["url"], asked, {"Content-Type": "application/json", "Accept-Language": "ar"})
        with urlopen(request, timeout=30) as answer:
            found = json.load(answer)
        facts.update(document=plan.name, exit=found["exit"], sentence=found["sentence"])
        facts["receipt"] = json.dumps(found["receipt"], separators=(",", ":"), sort_keys=True)
        _expect(found["exit"] == 0, found["code"])


def _revoke(stage: Stage, plan: JourneyDocument, document: DocumentView) -> None:
    actor = stage.officers.actor(plan.releases, plan)
    with stage.report.step("revoked") as facts:
        revoked = revoke(actor, document.id, str(plan.revoked), note="")
        facts["receipt"] = act_receipt(revoked.status_act)
        facts.update(document=plan.name, officer=plan.releases)
    publish_public_files()
    with stage.report.step("refused") as facts:
        verdict = Judge.of(_keys(stage)).judge((stage.folder / f"{plan.name}.pdf").read_bytes())
        facts.update(document=plan.name, outcome="ok", exit=verdict.exit, sentence=verdict.sentence("ar"))
        _expect(verdict.exit == 1, verdict.code)


def act_receipt(act: UUID | None) -> str:
    """The receipt of an act as the demonstration prints it."""
    found = receipt_of(act) if act else None
    if found is None:
        raise RuntimeError("an act without a receipt")
    return found.to_json()


def _refuse_a_changed_byte(stage: Stage) -> None:
    plan = stage.country.journey[0]
    data = bytearray((stage.folder / f"{plan.name}.pdf").read_bytes())
    data[len(data) // 2] ^= 1
    with stage.report.step("refused") as facts:
        verdict = Judge.of(_keys(stage)).judge(bytes(data))
        facts.update(document=f"{plan.name}, one bit changed", exit=verdict.exit, sentence=verdict.sentence("ar"))
        _expect(verdict.exit == 1, verdict.code)


def _expect(true: bool, code: str) -> None:
    if not true:
        raise RuntimeError(f"the journey came out differently: {code}")
