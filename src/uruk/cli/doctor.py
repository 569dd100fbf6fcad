"""`uruk doctor`: whether this node is well, one line for each thing, and what needs a person."""

import os
from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from uruk.cli import examination as outside
from uruk.cli.examination import Finding, Patient
from uruk.cli.hops import examine_way, find_way
from uruk.cli.node import set_up
from uruk.cli.output import WRONG, AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.kernel.api import CodedError, load_settings

MARKS = {"well": "✓", "note": "·", "person": "✗"}
Examination = Callable[[Patient], Iterator[Finding]]
OUTSIDE: tuple[Examination, ...] = (
    outside.examine_settings,
    outside.examine_disk,
    outside.examine_folder,
    outside.examine_log,
    outside.examine_gateway,
    outside.examine_public_files,
)


Peer = Annotated[
    str | None, typer.Argument(help="Another node, institution or address: the way to it is examined, hop by hop.")
]
Asked = Annotated[str | None, typer.Option("--path", help="Ask PEER's service this path for real, to its system.")]


def doctor(peer: Peer = None, path: Asked = None, language: Language = "", json: AsJson = False) -> None:
    """Examine this node and say what needs a person; with PEER the way there: name, TCP, TLS, certificate and so on."""
    spoken = chosen(language)
    with errors_as_sentences(spoken):
        settings = load_settings(os.environ)
        if peer is not None:
            findings = list(examine_way(find_way(settings, peer, path)))
        else:
            findings = list(examine(Patient.of(settings, os.environ)))
    for finding in findings:
        sentence = finding.sentence(spoken)
        if json:
            say_json(part=finding.part, state=finding.state, code=finding.code, sentence=sentence)
        else:
            say(f"{MARKS[finding.state]} {sentence}")
    if any(finding.state == "person" for finding in findings):
        raise typer.Exit(WRONG)


def examine(patient: Patient) -> Iterator[Finding]:
    """Every finding; what cannot be examined because something else is wrong is left out."""
    for examination in OUTSIDE:
        yield from _tried(examination, patient)
    try:
        set_up()
    except CodedError as error:
        yield Finding.of("database", error)
        return
    from uruk.cli import examination_of_tables as tables

    database = list(_tried(tables.examine_database, patient))
    yield from database
    if all(finding.state != "person" for finding in database):
        for examination in (
            tables.examine_keys,
            tables.examine_terms,
            tables.examine_acts,
            tables.examine_timestamps,
            tables.examine_witnesses,
            tables.examine_clock,
            tables.examine_channels,
            tables.examine_webhooks,
        ):
            yield from _tried(examination, patient)


def _tried(examination: Examination, patient: Patient) -> Iterator[Finding]:
    """An examination that cannot be carried out is itself a finding."""
    try:
        yield from examination(patient)
    except CodedError as error:
        yield Finding.of(examination.__name__.removeprefix("examine_"), error)
