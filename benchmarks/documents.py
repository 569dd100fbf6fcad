"""How long a document takes: QR, page, strip, seal, timestamp, verification. Run: python benchmarks/documents.py

Prints milliseconds (best, median, 95th percentile) beside baselines of the same run and keeps them, with the load, in
benchmarks/results/documents.json. Each page has another name and number, as in life: the same page twice is cheaper.
"""

import json
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import typst
from tests.kinds import KINDS

from uruk.definitions.api import Definition, Field, load_country
from uruk.documents.domain.paper import Letterhead, Words, paper
from uruk.documents.domain.proposal import Original, Proposal, uncut_fields
from uruk.documents.rendering import render_paper, render_strip
from uruk.kernel.api import FixedClock, Text
from uruk.trust.api import (
    Attachment,
    DemonstrationAuthority,
    DemonstrationTimestamper,
    FileKeyStore,
    PdfSealer,
    add_timestamp,
    examine_pdf,
    make_qr,
    qr_svg,
    seal_pdf,
)

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = int(os.environ.get("ROUNDS", "60"))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOST = "https://documents.example/"
NAMES = ("زينب علي حسين", "هێمن ئەحمەد ڕۆژبەیانی", "عمر خالد محمود", "شیرین عوسمان قادر", "مريم يوسف حنا")
FOLDER = Path(tempfile.mkdtemp(prefix="uruk-bench-"))


@dataclass(frozen=True)
class Bench:
    """One real type of document with keys, and the parts of its papers."""

    definition: Definition
    letterhead: Letterhead
    words: Words
    sealer: PdfSealer
    timestamper: DemonstrationTimestamper

    def proposal(self, number: int) -> Proposal:
        model: Any = self.definition.model
        values = {field.name: sample(field, number) for field in model.fields if field.name != model.holder}
        return Proposal(
            id=uuid4(),
            institution=self.definition.institution,
            type=self.definition.code,
            type_number=model.number,
            definition=self.definition.digest,
            fields=values,
            issued=date(2026, 11, 1) + timedelta(days=number % 28),
            expires=None,
            original=None,
            status=(2026, number),
            number=str(482_109_370_000 + number),
            check_code="7KQ2M9XW4R",
            replaces=None,
            holder=None,
        )

    def code(self, proposal: Proposal) -> Any:
        model: Any = self.definition.model
        return make_qr(proposal.qr_payload(model), self.sealer.signer, HOST, uncut_fields(model))

    def data(self, proposal: Proposal) -> dict[str, Any]:
        model: Any = self.definition.model
        code = self.code(proposal)
        return paper(proposal, model, self.words, self.letterhead) | {"qr": qr_svg(code), "qr_url": code.url}


def sample(field: Field, number: int) -> Any:
    """A value of the field's type that differs from page to page."""
    values: dict[str, Any] = {
        "date": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 10}",
        "integer": 50 + number % 50,
        "money": 5000 + 250 * number,
        "yes_no": bool(number % 2),
        "national_number": str(199_000_000_000 + number),
        "choice": field.options[number % len(field.options)] if field.options else "",
    }
    text = f"{NAMES[number % len(NAMES)]} {NAMES[(number * 7 + 3) % len(NAMES)]}"
    return values.get(field.type, text[: field.maximum or 40])


def make_bench() -> Bench:
    """The first type that is filled, of the country at hand, with keys of its own."""
    country = load_country(next(iter(sorted((ROOT / "countries").iterdir()))), KINDS)
    types: Any = country.of_kind("document")
    definition = next(one for one in types if "fill" in one.model.ways)
    store = FileKeyStore(FOLDER / "keys", "a passphrase for benchmarks")
    authority = DemonstrationAuthority.open(store, FOLDER, country.code, NOW)
    seal = store.create("bench/seal/1", "p256")
    names = country.institutions[definition.institution].names
    certificate = authority.issue(seal.spki, definition.institution, names, NOW)

    def choice_name(field: Field, code: str) -> Text:
        return country.shared.catalogues[field.catalogue or ""].name(code)

    law = {"title": {"ar": "قانون", "ckb": "یاسا"}, "article": "13", "number": 78, "year": 2012}
    return Bench(
        definition,
        Letterhead(country.name, names, HOST, demonstration=False),
        Words(definition.texts, law, choice_name),
        PdfSealer(seal, certificate),
        DemonstrationTimestamper.open(store, FOLDER, authority, country.code, FixedClock(NOW)),
    )


def measure(name: str, prepare: Callable[[int], Any], run: Callable[[Any], Any]) -> tuple[str, dict[str, float]]:
    """Time ``run`` over prepared inputs that all differ; the first three are for warming up."""
    times = []
    for number in range(ROUNDS + 3):
        given = prepare(number)
        start = time.perf_counter()
        run(given)
        times.append((time.perf_counter() - start) * 1000)
    warm = sorted(times[3:])
    found = {"best_ms": warm[0], "median_ms": statistics.median(warm), "p95_ms": warm[int(len(warm) * 0.95) - 1]}
    found = {column: round(value, 2) for column, value in found.items()}
    print(f"{name:44} {found['best_ms']:9.2f} {found['median_ms']:9.2f} {found['p95_ms']:9.2f}")
    return name, found


def attachments(bench: Bench, number: int) -> dict[str, Attachment]:
    return {
        "document.json": Attachment(json.dumps(dict(bench.proposal(number).fields)).encode(), "application/json"),
        "uruk.cose": Attachment(bench.code(bench.proposal(number)).cose, "application/cose"),
        "approvals.cbor": Attachment(os.urandom(1500), "application/cbor"),
    }


def fresh_render(given: tuple[bytes, dict[str, Any]]) -> None:
    """The baseline of the page: a compiler made anew for it."""
    folder = ROOT / "src/uruk/documents"
    compiler = typst.Compiler(root=str(folder / "typst"), font_paths=[str(folder / "fonts")], ignore_system_fonts=True)
    inputs = {"document": json.dumps({**given[1], "attachments": []}, ensure_ascii=False)}
    compiler.compile(input=given[0], format="pdf", sys_inputs=inputs, pdf_standards=["a-3b"], timestamp=0)


def run_all(bench: Bench) -> dict[str, dict[str, float]]:
    """Every measurement, by name."""
    template = bench.definition.file("document.typ")
    pages = [
        render_paper(template, bench.data(bench.proposal(n)), NOW, attachments(bench, n)) for n in range(ROUNDS + 3)
    ]
    letter = typst.compile(b'#set page(paper: "a4")\n' + b"= Letter\n#lorem(300)")
    original = Original(bytes(32), len(letter))
    letters = [bench.data(replace(bench.proposal(n), original=original)) for n in range(ROUNDS + 3)]
    sealed = [seal_pdf(page, bench.sealer, at=NOW) for page in pages]
    inside = attachments(bench, 0)

    def seal_letter(data: dict[str, Any]) -> None:
        strip = render_strip(data, NOW, 595)
        seal_pdf(letter, bench.sealer, at=NOW, strip=strip, attachments=inside)

    print(f"{'milliseconds':44} {'best':>9} {'median':>9} {'95 %':>9}")
    return dict(
        (
            measure("baseline: P-256 signature over a page", lambda n: pages[n], bench.sealer.signer.sign),
            measure(
                "baseline: page with a compiler of its own",
                lambda n: (template, bench.data(bench.proposal(n))),
                fresh_render,
            ),
            measure("QR made and signed", bench.proposal, bench.code),
            measure("QR drawn (SVG)", lambda n: bench.code(bench.proposal(n)), qr_svg),
            measure(
                "page rendered, PDF/A-3b (aim 10)",
                lambda n: (bench.data(bench.proposal(n)), attachments(bench, n)),
                lambda given: render_paper(template, given[0], NOW, given[1]),
            ),
            measure(
                "page sealed, PAdES-B-B (aim 30)", lambda n: pages[n], lambda page: seal_pdf(page, bench.sealer, at=NOW)
            ),
            measure("letter: strip rendered and sealed", lambda n: letters[n], seal_letter),
            measure("timestamp added", lambda n: sealed[n], lambda data: add_timestamp(data, bench.timestamper.stamp)),
            measure("sealed PDF examined", lambda n: sealed[n], examine_pdf),
        )
    )


def memory_growth(bench: Bench) -> dict[str, int]:
    """Resident memory after 50 and after 550 pages, in MiB: rendering must not keep what it drew."""
    template = bench.definition.file("document.typ")
    marks = []
    for number in range(551):
        render_paper(template, bench.data(bench.proposal(number)), NOW)
        if number in {50, 550}:
            marks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
    print(f"{'peak memory after 50 and 550 pages, MiB':44} {marks[0]:9d} {marks[1]:9d}")
    return {"after_50_mib": marks[0], "after_550_mib": marks[1]}


def main() -> None:
    """Measure, print and keep."""
    bench = make_bench()
    results = {
        "machine": {
            "python": platform.python_version(),
            "processor": platform.machine(),
            "cpus": os.cpu_count(),
            "load_before": round(os.getloadavg()[0], 1),
        },
        "type": f"{bench.definition.institution}/{bench.definition.code}",
        "rounds": ROUNDS,
        "results": run_all(bench),
        "memory": memory_growth(bench),
    }
    path = ROOT / "benchmarks" / "results" / "documents.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
