"""Harnesses of whole files: foreign and sealed PDFs, and the YAML of definitions."""

from functools import cache

from tests.fuzz.harness import Harness
from tests.unit.trust.pdf.papers import LETTER, office
from uruk.definitions.api import read_yaml
from uruk.files.inspection import inspect_pdf
from uruk.trust.pdf.door import examine_pdf

YAML = """uruk: document/1
number: 1
law: e-signature/13
ways: [fill]
seal: [registrar]
validity: 5 years
fields:
  name: {type: text, max: 60, script: arabic, qr: 1}
  degree: {type: "choice", catalogue: degree}
  "note": |
    نص على
    سطرين
"""


@cache
def sealed() -> tuple[bytes, ...]:
    return office().paper(), office().letter()


def check_intake(data: bytes) -> None:
    facts = inspect_pdf(data, 200)
    assert facts.size == len(data)
    assert facts.pages >= 0


def check_sealed(data: bytes) -> None:
    """The evidence of a changed file never gives a genuine document another content."""
    verdict = office().verify(data)
    if verdict.exit == 0:
        known = [office().verify(each) for each in sealed()]
        assert verdict.fields in [each.fields for each in known]
        assert verdict.original in [each.original for each in known]
    assert examine_pdf(data).size == len(data)


def check_yaml(data: bytes) -> None:
    node, findings = read_yaml(data, "fuzz.yaml")
    assert node is not None or findings
    for finding in findings:
        assert finding.sentence("ar")


def yaml_seeds() -> list[bytes]:
    aliases, tags, twice = b"a: &x [1]\nb: *x\n", b"a: !!python/object:x {}\n", b"a: 1\na: 2\n"
    return [YAML.encode(), b"", aliases, tags, twice, b"%YAML 1.1\n---\n- {a: [b, {c: d}]}\n"]


HARNESSES = (
    Harness("pdf_intake", lambda: [LETTER], check_intake, 500),
    Harness("pdf_sealed", lambda: list(sealed()), check_sealed, 300),
    Harness("yaml", yaml_seeds, check_yaml, 1500),
)
