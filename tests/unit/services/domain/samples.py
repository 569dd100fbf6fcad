"""Services of the shipped countries, linked: as they are, or with something in a file replaced."""

import datetime
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tests.kinds import KINDS
from uruk.definitions.api import Finding, Findings, Parsings, check_files
from uruk.services.domain.checking.service import check_service
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.domain.ground import Ground
from uruk.services.domain.linked import Service
from uruk.services.domain.linking.service import link_service
from uruk.services.domain.trying.examples import Example, read_examples
from uruk.services.kind import ServiceKind

ROOT = Path(__file__).resolve().parents[4]
SHIPPED = (ROOT / "tests/countries/minimal", *sorted((ROOT / "countries").iterdir()))
# Which country has which service.
FOLDERS = {path.parent.name: folder for folder in SHIPPED for path in folder.rglob("service.yaml")}
TODAY = datetime.date(2026, 10, 15)


@cache
def folder_files(folder: Path) -> Mapping[str, bytes]:
    """Every file of a country by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class _Capturing(ServiceKind):
    """Keeps what was parsed around each service."""

    def __init__(self) -> None:
        self.found: Parsings | None = None

    def check_across(self, found: Parsings, findings: Findings) -> None:
        self.found = found


def _around(files: Mapping[str, bytes]) -> Parsings:
    kind = _Capturing()
    check_files(files, [*(one for one in KINDS if one.name != kind.name), kind])
    assert kind.found is not None
    return kind.found


def changed(code: str, *edits: tuple[str, str], file: str = "service.yaml") -> Mapping[str, bytes]:
    """The files of a service's country with something replaced in one file of the service."""
    files = dict(folder_files(FOLDERS[code]))
    (path,) = (name for name in files if name.endswith(f"services/{code}/{file}"))
    text = files[path].decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return files | {path: text.encode()}


def linked(code: str, *edits: tuple[str, str]) -> Service:
    """A service, linked, with something replaced in its service.yaml."""
    return linked_in(changed(code, *edits), code) if edits else shipped(code)


@cache
def shipped(code: str) -> Service:
    """A service as it is."""
    return linked_in(folder_files(FOLDERS[code]), code)


def linked_in(files: Mapping[str, bytes], code: str) -> Service:
    """A service of a country in memory, linked."""
    around = _around(files)
    (parsed,) = (one for _, one in around.of_kind("service") if one.code == code)
    assert isinstance(parsed.model, ServiceDefinition)
    found = link_service(parsed.model, parsed.cursor, around)
    assert found is not None, [str(one) for one in parsed.cursor.findings]
    return found


def findings_of(files: Mapping[str, bytes], code: str) -> list[str]:
    """`line code` of what is found at a service of a country in memory, in its service.yaml or examples.yaml."""
    return [f"{one.line} {one.code}" for one in told_of(files, code)]


def told_of(files: Mapping[str, bytes], code: str) -> list[Finding]:
    """The same with what each says."""
    around = _around(files)
    (parsed,) = (one for _, one in around.of_kind("service") if one.code == code)
    assert isinstance(parsed.model, ServiceDefinition)
    check_service(parsed.model, parsed.cursor, around)
    return [one for one in parsed.cursor.findings.sorted() if f"services/{code}/" in one.file]


def examples_of(service: Service) -> Mapping[str, Example]:
    """The examples of a service by name."""
    findings = Findings()
    found = read_examples(service, "examples.yaml", findings)
    assert not list(findings)
    return {one.name: one for one in found}


def ground(**given: object) -> Ground:
    """What the first example of the season plan is judged on, with some of its facts replaced."""
    course = examples_of(season_plan())["wheat-by-sprinkler"].course
    facts = {**course.ground.facts, **given}
    crops = [{"parcel": "babil-12-4", "crop": "wheat", "irrigation": "sprinkler", "area_m2": 25000}]
    answers = {"season": "winter-2026", "crops": crops, "pledge": True}
    return Ground(TODAY, answers, facts, course.ground.applicant)


def season_plan() -> Service:
    """The season plan as it is."""
    return shipped("season-plan")


def stall() -> Service:
    """The stall as it is."""
    return shipped("stall")


def codes(found: Iterable[str]) -> list[str]:
    """The codes of findings, without their lines."""
    return [one.partition(" ")[2] for one in found]
