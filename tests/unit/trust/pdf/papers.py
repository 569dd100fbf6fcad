"""Sealed PDFs of a small world: a paper, a letter, their proposal and two approvals."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import typst
from tests.unit.trust.passkey import Passkey
from tests.unit.trust.world import NAMES, NOW, START, TODAY, World, payload

from uruk.kernel.api import FixedClock
from uruk.trust import cbor
from uruk.trust.certificates import DemonstrationAuthority
from uruk.trust.directory_entries import Approver
from uruk.trust.keys.files import FileKeyStore
from uruk.trust.pdf.model import APPROVALS_NAME, CODE_NAME, FIELDS_NAME, Attachment, PdfSealer
from uruk.trust.pdf.seal import seal_pdf
from uruk.trust.pdf.verify import proposal_json
from uruk.trust.timestamp_authority import DemonstrationTimestamper

FIELDS = {"name": "زينب كاظم جبار", "born": "1997-05-19", "children": 2, "married": True, "fee": 5000, "grade": "good"}


def page(text: str = "Letter", more: str = "") -> bytes:
    """A small PDF from Typst; ``more`` is Typst code before the text."""
    return typst.compile(f'#set page(paper: "a5")\n{more}\n{text}'.encode(), timestamp=1_795_392_000)


LETTER = page("The letter")
STRIP = typst.compile(b"#set page(width: 148mm, height: 20mm, margin: 4mm, fill: white)\nStrip", timestamp=0)


@dataclass(frozen=True)
class Office:
    """A world whose institution has a certificate, two officers with passkeys and a timestamper."""

    world: World
    authority: DemonstrationAuthority
    timestamper: DemonstrationTimestamper
    certificate: bytes
    registrar: Passkey
    head: Passkey

    @property
    def directory(self):
        return self.world.directory

    @property
    def sealer(self) -> PdfSealer:
        return PdfSealer(self.world.seal, self.certificate)

    def verify(self, data, **changes):
        from uruk.trust.pdf.verify import verify_pdf

        common = {"directory": self.directory, "lists": self.world.lists(), "at": NOW} | changes
        return verify_pdf(data, **common)

    def proposal(self, original=None, **changes) -> dict:
        common = {
            "uruk": "document/1",
            "id": bytes(16),
            "institution": "interior",
            "type": "residence-confirmation",
            "type_number": 1,
            "definition": bytes(32),
            "fields": FIELDS,
            "issued": TODAY.isoformat(),
            "expires": None,
            "original": original and {"sha256": sha256(original), "size": len(original)},
            "status": [2026, 77],
            "number": "482109375516",
            "check_code": "7KQ2M9XW4R",
            "replaces": None,
            "holder": None,
        }
        return common | changes

    def code(self, original=None, signer=None, **changes) -> bytes:
        fields = {1: FIELDS["name"], 2: 10_000, 3: 2, 4: True, 5: 5000, 6: "good"}
        common = {"id": bytes(16), "issued": TODAY, "fields": fields, "original": original and sha256(original)}
        return self.world.qr(signer=signer, **common | changes).cose

    def approvals(self, proposal: bytes, *officers) -> list:
        given = officers or ((self.registrar, "registrar"), (self.head, "registrar-head"))
        return [passkey.approve(proposal, role).to_map() for passkey, role in given]

    def inside(self, proposal=None, code=None, officers=(), original=None, fields=None) -> dict[str, Attachment]:
        proposal = proposal or self.proposal(original)
        body = cbor.encode(proposal)
        written = json.dumps(fields or proposal_json(proposal), ensure_ascii=False).encode()
        signed = cbor.encode({"proposal": body, "approvals": self.approvals(body, *officers)})
        return {
            FIELDS_NAME: Attachment(written, "application/json"),
            CODE_NAME: Attachment(code or self.code(original), "application/cose"),
            APPROVALS_NAME: Attachment(signed, "application/cbor"),
        }

    def paper(self, sealer=None, at=NOW, **inside) -> bytes:
        """A sealed paper that was rendered here."""
        return seal_pdf(page("Paper"), sealer or self.sealer, at=at, attachments=self.inside(**inside))

    def letter(self, original=LETTER, sealer=None, **inside) -> bytes:
        """A sealed letter with its strip."""
        attachments = self.inside(original=original, **inside)
        return seal_pdf(original, sealer or self.sealer, at=NOW, strip=STRIP, attachments=attachments)


def sha256(data: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(data).digest()


@cache
def office() -> Office:
    """One office for all tests; making its keys takes longer than using them."""
    folder = Path(mkdtemp(prefix="uruk-office-"))
    store = FileKeyStore(folder / "keys", "a long passphrase")
    authority = DemonstrationAuthority.open(store, folder, "iq", START)
    stamper = DemonstrationTimestamper.open(store, folder, authority, "iq", FixedClock(NOW + timedelta(minutes=1)))
    registrar, head = Passkey(), Passkey("eddsa")
    world = World.make()
    entry = world.directory.institutions["interior"]
    approvers = tuple(
        Approver(sha256(passkey.key).hex(), role, START, person=role)
        for passkey, role in ((registrar, "registrar"), (head, "registrar-head"))
    )
    world = world.changed(
        institutions={"interior": replace(entry, approvers=approvers)},
        authorities=authority.roots,
        timestampers=(stamper.certificate,),
    )
    certificate = authority.issue(world.seal.spki, "interior", NAMES, START)
    return Office(world, authority, stamper, certificate, registrar, head)


__all__ = ["FIELDS", "LETTER", "STRIP", "Office", "office", "page", "payload", "sha256"]
