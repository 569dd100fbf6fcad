"""The documents of the journey: officers issue them, anyone verifies them, one of them is revoked."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID

from uruk.acts.api import receipt_of
from uruk.cli.demo.officers import Officers
from uruk.cli.demo.report import Report
from uruk.cli.verifying import Judge
from uruk.definitions.api import JourneyDocument
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
from uruk.trust.api import Receipt


@dataclass(frozen=True)
class Papers:
    """What making documents needs: the node's data and pages, where files are put, who officers are."""

    data: Path
    folder: Path
    url: str
    report: Report
    country_folder: Path
    officers: Officers

    def play(self, plan: JourneyDocument) -> None:
        """Issue a document, verify it offline and over HTTP, and revoke it if the plan says so."""
        drafter = self.officers.actor(plan.drafts, plan.institution)
        with self.report.step("drafted") as facts:
            draft = create_draft(drafter, plan.type, dict(plan.values), original=_original(self, plan))
            _submit(self, plan, draft.id)
            facts.update(document=plan.name, officer=plan.drafts)
        document = _release(self, plan, draft.id)
        if plan.revoked:
            _revoke(self, plan, document)

    def sign(self, plan: JourneyDocument, draft: UUID) -> None:
        """Sign and release a document that a case has prepared, and verify it offline and over HTTP."""
        with self.report.step("signed") as facts:
            _submit(self, plan, draft)
            facts.update(document=plan.name, officer=plan.drafts)
        _release(self, plan, draft)

    def typeset(self, file: str) -> bytes:
        """The PDF that a Typst file of the country's demonstration becomes."""
        return typeset((self.country_folder / "demo" / file).read_bytes(), datetime.now(UTC))

    def refuse_a_changed_byte(self, plan: JourneyDocument) -> None:
        """Change one bit of a document, and see it refused."""
        data = bytearray((self.folder / f"{plan.name}.pdf").read_bytes())
        data[len(data) // 2] ^= 1
        with self.report.step("refused") as facts:
            verdict = Judge.of(_keys(self)).judge(bytes(data))
            facts.update(document=f"{plan.name}, one bit changed", exit=verdict.exit, sentence=verdict.sentence("ar"))
            _expect(verdict.exit == 1, verdict.code)


def _submit(stage: Papers, plan: JourneyDocument, draft: UUID) -> None:
    """The first officer signs the draft."""
    actor = stage.officers.actor(plan.drafts, plan.institution)
    submit(actor, draft, stage.officers.approve(plan.drafts, actor, proposal(actor, draft)))


def _release(stage: Papers, plan: JourneyDocument, draft: UUID) -> DocumentView:
    """The second officer releases it, and anybody verifies it: from the file alone, and by asking this node."""
    releaser = stage.officers.actor(plan.releases, plan.institution)
    with stage.report.step("released") as facts:
        approval = stage.officers.approve(plan.releases, releaser, proposal(releaser, draft))
        document = release(releaser, draft, approval)
        facts.update(document=plan.name, officer=plan.releases, number=document.number, check_code=document.check_code)
        facts["path"] = str(_save(stage, plan, pdf(releaser, document.id)))
        facts["receipt"] = receipt(releaser, document.id).without_cosignatures().to_json()
    _verify_file(stage, plan)
    _verify_over_http(stage, plan, document)
    return document


def _original(stage: Papers, plan: JourneyDocument) -> bytes | None:
    """The letter as an office program made it: this is what the institution seals."""
    if plan.original is None:
        return None
    letter = stage.typeset(plan.original)
    (stage.folder / f"{plan.name}.original.pdf").write_bytes(letter)
    return letter


def _save(stage: Papers, plan: JourneyDocument, data: bytes) -> Path:
    path = stage.folder / f"{plan.name}.pdf"
    path.write_bytes(data)
    return path


def _keys(stage: Papers) -> Path:
    return stage.data / "public" / "keys.json"


def _verify_file(stage: Papers, plan: JourneyDocument) -> None:
    """As anybody does at home: the file, keys.json, and no network."""
    publish_public_files()
    path = stage.folder / f"{plan.name}.pdf"
    with stage.report.step("verified") as facts:
        verdict = Judge.of(_keys(stage)).judge(path.read_bytes())
        facts.update(document=plan.name, path=str(path), exit=verdict.exit, sentence=verdict.sentence("ar"))
        _expect(verdict.exit == 0, verdict.code)


def _verify_over_http(stage: Papers, plan: JourneyDocument, document: DocumentView) -> None:
    """As another office's program does: number and check code, answered with a receipt of the check."""
    with stage.report.step("checked") as facts:
        facts["url"] = f"{stage.url}api/verify"
        asked = json.dumps({"number": document.number, "code": document.check_code}).encode()
        request = Request(facts["url"], asked, {"Content-Type": "application/json", "Accept-Language": "ar"})
        with urlopen(request, timeout=30) as answer:
            found = json.load(answer)
        facts.update(document=plan.name, exit=found["exit"], sentence=found["sentence"])
        facts["receipt"] = json.dumps(found["receipt"], separators=(",", ":"), sort_keys=True)
        _expect(found["exit"] == 0, found["code"])


def _revoke(stage: Papers, plan: JourneyDocument, document: DocumentView) -> None:
    actor = stage.officers.actor(plan.releases, plan.institution)
    with stage.report.step("revoked") as facts:
        revoked = revoke(actor, document.id, str(plan.revoked), note="")
        facts["receipt"] = kept_receipt(revoked.status_act).without_cosignatures().to_json()
        facts.update(document=plan.name, officer=plan.releases)
    publish_public_files()
    with stage.report.step("refused") as facts:
        verdict = Judge.of(_keys(stage)).judge((stage.folder / f"{plan.name}.pdf").read_bytes())
        facts.update(document=plan.name, outcome="ok", exit=verdict.exit, sentence=verdict.sentence("ar"))
        _expect(verdict.exit == 1, verdict.code)


def kept_receipt(act: UUID | None) -> Receipt:
    """The receipt of an act."""
    found = receipt_of(act) if act else None
    if found is None:
        raise RuntimeError("an act without a receipt")
    return found


def _expect(true: bool, code: str) -> None:
    if not true:
        raise RuntimeError(f"the journey came out differently: {code}")
