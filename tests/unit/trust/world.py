"""A small world for tests of trust: two institutions with keys, a directory, a type, a status list."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from uruk.kernel.api import Text
from uruk.trust.delegations import delegate
from uruk.trust.directory import Directory
from uruk.trust.directory_entries import DocumentType, InstitutionEntry, SealKey, TypeField
from uruk.trust.keys.signatures import MemorySigner
from uruk.trust.qr import QrPayload, make_qr
from uruk.trust.status import StatusList, make_status_list, read_status_list

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HOST = "https://verify.example/"
NAMES = Text("وزارة الداخلية", "وەزارەتی ناوخۆ", "Ministry of Interior")
TYPE = DocumentType(
    "residence-confirmation",
    Text("تأييد سكن", "پشتڕاستکردنەوەی نیشتەجێبوون", "Confirmation of residence"),
    {
        1: TypeField("name", Text("الاسم", "ناو", "Name"), "text"),
        2: TypeField("born", Text("الولادة", "لەدایکبوون", "Born"), "date"),
        3: TypeField("children", Text("الأولاد", "منداڵ", "Children"), "integer"),
        4: TypeField("married", Text("متزوج", "هاوسەردار", "Married"), "yes_no"),
        5: TypeField("fee", Text("الرسم", "ڕسوم", "Fee"), "money"),
        6: TypeField("grade", Text("التقدير", "پلە", "Grade"), "choice", {"good": Text("جيد", "باش", "good")}),
    },
)


def seal_entry(identity: MemorySigner, seal: MemorySigner, institution="interior", **period) -> SealKey:
    period = {"start": START} | period
    delegation = delegate(identity, institution, "seal", seal.spki, period["start"])
    return SealKey(key=seal.spki, certificate=b"certificate", delegation=delegation, **period)


@dataclass(frozen=True)
class World:
    identity: MemorySigner
    seal: MemorySigner
    directory: Directory

    @classmethod
    def make(cls, **period) -> "World":
        identity, seal = MemorySigner.generate("ed25519"), MemorySigner.generate("p256")
        entry = InstitutionEntry(
            "interior",
            NAMES,
            identity.public_key,
            seals=(seal_entry(identity, seal, **period),),
            types={1: TYPE},
            status_lists={2026: "status/interior/2026"},
        )
        directory = Directory(
            instance="iq",
            node="demo",
            version=3,
            published=NOW - timedelta(hours=1),
            host=HOST,
            demonstration=False,
            rp_id="verify.example",
            origins=("https://verify.example",),
            institutions={"interior": entry},
        )
        return cls(identity, seal, directory)

    def changed(self, **changes) -> "World":
        return replace(self, directory=replace(self.directory, **changes))

    def status_token(self, statuses=None, **changes) -> bytes:
        values = {
            "subject": f"{HOST}status/interior/2026",
            "statuses": statuses or {},
            "signer": self.seal,
            "issued": NOW - timedelta(hours=1),
            "entries": 4096,
        }
        return make_status_list(**values | changes)

    def lists(self, statuses=None, **changes) -> tuple[StatusList, ...]:
        return (read_status_list(self.status_token(statuses, **changes), self.directory),)

    def qr(self, signer=None, host=HOST, **changes):
        return make_qr(payload(**changes), signer or self.seal, host)


def payload(**changes) -> QrPayload:
    common = QrPayload(
        institution="interior",
        type=1,
        id=secrets.token_bytes(16),
        issued=TODAY - timedelta(days=3),
        expires=None,
        list_year=2026,
        index=77,
        fields={1: "زينب كاظم جبار", 2: 10_000, 3: 2, 4: True, 5: 5000, 6: "good"},
    )
    return replace(common, **changes)
