"""Any version of a service as its owner reads it: linked with what is in force beside it, its examples tried."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from uruk.definitions.api import Definition, Finding, Findings, files_digest, reopen_country
from uruk.kernel.api import Actor
from uruk.publishing.api import country, get_draft, get_version, in_force, kinds, require_owner
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.domain.judging.reckoning import Memo
from uruk.services.domain.linked import Service
from uruk.services.domain.trying.examples import Example, read_examples
from uruk.services.domain.trying.rounds import report_rounds
from uruk.services.domain.trying.trying import report_differences, try_example
from uruk.services.kind import SERVICE_KIND
from uruk.services.pins import frozen_files, link_among, named_by

KIND = SERVICE_KIND.name
NOW, DRAFT = "now", "draft"
KEPT_VERSIONS = 64


@dataclass(frozen=True)
class TriedExample:
    """An example and how it came out: nothing found, it passes. `expected`: what must come of it, as it is written."""

    name: str
    line: int
    expected: tuple[tuple[str, object], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class ServiceVersion:
    """A version of a service, with what it means among the definitions that are in force today.

    `service` None: it cannot run among them, and `findings` say why; else they are those that concern no one example.
    """

    definition: Definition
    service: Service | None
    examples: tuple[TriedExample, ...]
    findings: tuple[Finding, ...]

    @property
    def model(self) -> ServiceDefinition:
        """What its files say."""
        return cast(ServiceDefinition, self.definition.model)

    @property
    def failing(self) -> int:
        """How many examples do not come out as they must."""
        return sum(bool(one.findings) for one in self.examples)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Everything that is wrong with it."""
        return (*self.findings, *(finding for one in self.examples for finding in one.findings))


def service_version(actor: Actor, code: str, version: str = NOW) -> ServiceVersion:
    """A version of a service of the actor's institution: `now` (in force), `draft` (the country's folder), or a digest.

    Errors: ``publishing.not_in_force``, ``publishing.no_draft``, ``publishing.digest_unknown``,
    ``people.right_missing``, ``people.role_not_held``.
    """
    require_owner(actor)
    return open_version(find_version(str(actor.institution), code, version))


def find_version(institution: str, code: str, version: str) -> Definition:
    """The definition of a version; errors as `service_version`."""
    if version == DRAFT:
        return get_draft(KIND, institution, code)
    return in_force(KIND, institution, code) if version == NOW else get_version(KIND, institution, code, version)


def open_version(definition: Definition) -> ServiceVersion:
    """Link a definition with what is in force beside it, and try its examples; kept by the digest over all of that."""
    known = country()
    around = tuple(sorted(named_by(definition), key=lambda one: one.folder))
    files = frozen_files(definition, around, known)
    calendars = {name: data for name, data in known.files.items() if name.startswith("calendars/")}
    return _opened(_Frozen(files_digest(files | calendars), definition, files | calendars))


@dataclass(frozen=True)
class _Frozen:
    """Files under one digest; the same digest is the same."""

    digest: bytes
    definition: Definition
    files: dict[str, bytes]

    def __hash__(self) -> int:
        return hash((self.digest, self.definition.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and hash(self) == hash(other)


@lru_cache(maxsize=KEPT_VERSIONS)
def _opened(frozen: _Frozen) -> ServiceVersion:
    definition = frozen.definition
    found = reopen_country(frozen.files, kinds())
    same = found.find(KIND, definition.institution, definition.code)
    service, findings = (None, Findings()) if same is None else link_among(same, found)
    if service is None:
        return ServiceVersion(definition, None, (), tuple(findings.sorted()))
    tried, general = try_examples(service, f"{definition.folder}/examples.yaml")
    return ServiceVersion(definition, service, tried, general)


def try_examples(service: Service, file: str) -> tuple[tuple[TriedExample, ...], tuple[Finding, ...]]:
    """Each example with what is wrong with it; and what is wrong with the file, or with its rounds."""
    findings, memo = Findings(), Memo()
    examples = read_examples(service, file, findings)
    if examples:
        report_rounds(service, file, examples, findings)
    return tuple(_tried(service, examples, memo)), tuple(findings.sorted())


def _tried(service: Service, examples: tuple[Example, ...], memo: Memo) -> Iterator[TriedExample]:
    for one in examples:
        findings = Findings()
        report_differences(one, try_example(service, one, memo=memo), findings)
        expected = tuple((each.what, each.value) for each in one.expected)
        yield TriedExample(one.name, one.place.line, expected, tuple(findings.sorted()))
