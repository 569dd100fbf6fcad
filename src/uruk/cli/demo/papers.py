"""The documents of the journey: officers issue them, anyone verifies them, one of them is revoked."""

import json
import shutil
import subprocess
import sys
import tempfile
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
    qr_text,
    receipt,
    release,
    revoke,
    submit,
    typeset,
)
from uruk.trust.api import Receipt

LANGUAGE = "ar"


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
        document = _release(self, plan, draft)
        code = qr_text(self.officers.actor(plan.releases, plan.institution), document.id)
        _code_of(self, plan.name).write_text(code, encoding="ascii")

    def has_code(self, name: str) -> bool:
        """Whether the code of a document lies ready, as a phone reads it from the paper."""
        return _code_of(self, name).is_file()

    def read_without_a_network(self, name: str) -> None:
        """A second person, who has the paper and keys.json, reads its code in a process that reaches nobody."""
        publish_public_files()
        with self.report.step("read-offline") as facts, tempfile.TemporaryDirectory(prefix="uruk-reader-") as pocket:
            shutil.copytree(_keys(self).parent / "status", f"{pocket}/status")
            shutil.copy(_keys(self), pocket)
            code = str(_code_of(self, name))
            command = ["verify", code, "--keys", f"{pocket}/keys.json", "--language", LANGUAGE, "--json"]
            done = subprocess.run(
                [sys.executable, "-m", "uruk.cli.demo.offline", *command], capture_output=True, check=False, text=True
            )
            _expect(done.returncode == 0, done.stdout + done.stderr)
            said = json.loads(done.stdout)
            facts.update(document=name, path=code, exit=said["exit"], sentence=said["sentence"])

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


def _code_of(stage: Papers, name: str) -> Path:
    return stage.folder / f"{name}.qr"


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
