"""Makes qr.json: keys, status lists, texts of QR codes and the verdict each must get, in Python and in the browser.

Run from the project's root: PYTHONPATH=src:. .venv/bin/python tests/vectors/make_qr.py
The keys are made anew each time; tests/unit/trust/test_vectors.py checks the committed file.
"""

import base64
import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.fuzz.test_fuzz_smoke import mutated
from tests.unit.trust.world import HOST, NOW, TODAY, World, payload, seal_entry

from uruk.kernel.api import rfc3339
from uruk.trust.api import MemorySigner, QrPayload, base32, cbor, make_qr, read_status_lists, verify_qr
from uruk.trust.cose import sign1

FILE = Path(__file__).with_name("qr.json")


def text(cose: bytes, host: str = HOST) -> str:
    return f"{host}#{base32.encode(cose)}"


class Maker:
    """Collects cases; each is judged by Python here, and by the browser's script in its own test."""

    def __init__(self) -> None:
        self.world = self.two_institutions()
        self.cases: list[dict[str, object]] = []
        self.lists = {
            "fresh": self.world.status_token({78: "revoked", 79: "replaced"}),
            "old": self.world.status_token({78: "revoked"}, issued=NOW - timedelta(days=8)),
            "later": self.world.status_token(issued=NOW + timedelta(days=8)),
            "forged": self.world.status_token(signer=MemorySigner.generate("p256")),
        }

    def two_institutions(self) -> World:
        world = World.make()
        self.retired, self.stolen = MemorySigner.generate("p256"), MemorySigner.generate("p256")
        more = (
            seal_entry(world.identity, self.retired, retired_at=datetime(2026, 6, 1, tzinfo=UTC)),
            seal_entry(world.identity, self.stolen, compromised_since=datetime(2026, 11, 1, tzinfo=UTC)),
        )
        entry = world.directory.institutions["interior"]
        return world.changed(institutions={"interior": replace(entry, seals=entry.seals + more)})

    def add(self, name: str, code: str, lists: tuple[str, ...] = ("fresh",), at: datetime = NOW) -> None:
        directory = self.world.directory
        verdict = verify_qr(code, directory, read_status_lists([self.lists[n] for n in lists], directory), at)
        found = verdict.to_map("en")
        kept = ("exit", "code", "institution", "type", "document", "issued", "expires", "status")
        expected = {key: found[key] for key in kept}
        expected["fields"] = [[f.number, f.value, f.shortened] for f in verdict.fields]
        expected["original"] = verdict.original.hex() if verdict.original else None
        expected["warnings"] = [remark.code for remark in verdict.warnings]
        case = {"name": name, "text": code, "at": rfc3339(at), "lists": list(lists), "expected": expected}
        self.cases.append(case)

    def make(self) -> None:
        good = self.world.qr()
        self.good_codes(good)
        self.damaged_codes(good.cose)
        self.foreign_codes(good.cose)
        self.keys_lists_and_clocks(good.url)
        self.mutations(good)

    def good_codes(self, good) -> None:
        self.add("genuine", good.url)
        self.add("genuine, fragment only", base32.encode(good.cose))
        self.add("genuine, fragment in lower case", base32.encode(good.cose).lower())
        self.add("sealed letter", self.world.qr(original=bytes(range(32))).url)
        self.add("shortened name", self.world.qr(fields={1: "عبد الرحمن " * 40, 3: 1}).url)
        self.add("last day", self.world.qr(expires=TODAY).url)
        self.add("retired key on an older document", self.code(self.retired, issued=date(2026, 5, 1)))
        ignorable = cbor.decode(payload().to_bytes()) | {64: "more"}
        self.add("unknown claim that may be ignored", text(sign1(cbor.encode(ignorable), self.world.seal)))

    def damaged_codes(self, cose: bytes) -> None:
        whole = text(cose)
        for length in (0, 5, len(HOST), len(HOST) + 1, len(HOST) + 2, len(HOST) + 20, len(whole) // 2, len(whole) - 1):
            self.add(f"cut to {length} characters", whole[:length])
        for position in range(0, len(cose), 7):
            changed = bytearray(cose)
            changed[position] ^= 1 << position % 8
            self.add(f"bit flipped in byte {position}", text(bytes(changed)))
        self.add("impossible character", whole[:-3] + "!" + whole[-2:])
        self.add("last character with bits of no byte", self.loose_ending(cose))
        self.add("bytes added", text(cose + b"\0"))
        self.add("longer encoding of the same envelope", text(b"\xd2\x98\x04" + cose[2:]))
        self.add("unprotected header", text(cose.replace(b"\xa0", b"\xa1\x01\x26", 1)))

    def loose_ending(self, cose: bytes) -> str:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        padded = next(cose[:-n] if n else cose for n in range(5) if (len(cose) - n) % 5)
        whole = base32.encode(padded)
        loose = whole[:-1] + alphabet[alphabet.index(whole[-1]) + 1]
        return f"{HOST}#{loose}"

    def foreign_codes(self, cose: bytes) -> None:
        other = MemorySigner.generate("p256")
        self.add("another key", self.code(other))
        self.add("another key, newer than the keys", self.code(other, issued=TODAY))
        thief = MemorySigner.generate("p256")
        thief.__dict__["key_id"] = self.world.seal.key_id
        self.add("another key under our key id", self.code(thief))
        self.add("unlisted institution", self.code(other, institution="elsewhere"))
        for member in ("constructor", "__proto__"):
            self.add(f"unlisted institution {member}", self.code(other, institution=member))
        self.add("in the name of another institution", self.code(self.world.seal, institution="elsewhere"))
        self.add("foreign host", text(cose, "https://verify.example.evil.test/"))
        self.add("foreign scheme", text(cose, "http://verify.example/"))
        self.add("another text", "hello world")
        self.add("unknown critical claim", self.changed({10: 1}))
        self.add("another version", self.changed({0: 2}))
        self.add("true for a version", self.changed({0: True}))
        self.add("critical header", self.critical_header())
        for key, value in ((1, 5), (2, "1"), (3, bytes(15)), (4, -1), (6, [2026]), (7, []), (8, b"short"), (9, 5)):
            self.add(f"claim {key} of another shape", self.changed({key: value}))

    def keys_lists_and_clocks(self, url: str) -> None:
        self.add("revoked", self.world.qr(index=78).url)
        self.add("revoked, on an old list", self.world.qr(index=78).url, ("old",))
        self.add("replaced", self.world.qr(index=79).url)
        self.add("expired", self.world.qr(expires=TODAY - timedelta(days=1)).url)
        self.add("expired on the first day there is", self.changed({5: 0}))
        self.add("old list", url, ("old",))
        self.add("old and fresh list", url, ("old", "fresh"))
        self.add("no list", url, ())
        self.add("forged list", url, ("forged",))
        self.add("index outside the list", self.world.qr(index=1 << 20).url)
        self.add("list of another year", self.world.qr(list_year=2025).url)
        self.add("retired key on a newer document", self.code(self.retired))
        self.add("key before its time", self.code(self.world.seal, issued=date(2025, 1, 1)))
        self.add("compromised key", self.code(self.stolen, issued=date(2026, 5, 1)))
        self.add("unknown type", self.world.qr(type=9).url)
        self.add("clock set back", url, at=NOW - timedelta(days=2))
        self.add("dated tomorrow", self.world.qr(issued=TODAY + timedelta(days=1)).url)
        self.add("old keys", url, ("later",), at=NOW + timedelta(days=9))

    def mutations(self, good) -> None:
        """Chance finds what nobody thinks of: damaged texts, and damaged summaries and headers that are sealed anew."""
        rng = random.Random(2)
        protected = cbor.decode(good.cose[1:])[0]
        for number in range(60):
            damaged = mutated(good.url.encode(), rng).decode("utf-8", "replace")
            self.add(f"damaged text {number}", damaged)
            summary = mutated(good.payload.to_bytes(), rng)
            self.add(f"damaged summary {number}", text(sign1(summary, self.world.seal)))
            self.add(f"damaged header {number}", self.under_header(mutated(protected, rng)))

    def under_header(self, protected: bytes) -> str:
        body = payload().to_bytes()
        signature = self.world.seal.sign(cbor.encode(["Signature1", protected, b"", body]))
        return text(b"\xd2" + cbor.encode([protected, {}, body, signature]))

    def code(self, signer: MemorySigner, **changes) -> str:
        return make_qr(payload(**changes), signer, HOST).url

    def changed(self, changes: dict[int, object]) -> str:
        summary: dict[int, object] = cbor.decode(QrPayload.to_bytes(payload())) | changes
        return text(sign1(cbor.encode(summary), self.world.seal))

    def critical_header(self) -> str:
        return self.under_header(cbor.encode({1: -7, 2: [99], 4: self.world.seal.key_id, 99: 1}))

    def document(self) -> dict[str, object]:
        return {
            "about": "Made by tests/vectors/make_qr.py; synthetic keys and persons",
            "keys": json.loads(self.world.directory.to_json()),
            "lists": {name: base64.b64encode(token).decode() for name, token in self.lists.items()},
            "cases": self.cases,
        }


if __name__ == "__main__":
    maker = Maker()
    maker.make()
    FILE.write_text(json.dumps(maker.document(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
