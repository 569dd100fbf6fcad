"""`uruk round`: a round that a node published is computed again, offline, by anybody."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPException
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated
from urllib.request import urlopen

import typer

from uruk.cli.node import set_up
from uruk.cli.output import CANNOT_TELL, WRONG, AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.cli.verifying import UNDECIDED_RECEIPTS, Judge
from uruk.kernel.api import CodedError, Text, local_digits, parse_rfc3339, without_controls

if TYPE_CHECKING:
    from uruk.services.api import VerifiedPlace, VerifiedRound

app = typer.Typer(help="Rounds: computed again.", no_args_is_help=True)
PASSED = ".passed.jsonl"
MAX_BYTES, MAX_LINE_BYTES, TIMEOUT_S = 512 << 20, 1 << 20, 30
_SAID = {
    "round": Text(
        "الجولة {call} من {service}: حسبت من جديد وخرجت كما نشرت.",
        "خولی {call} ی {service}: دووبارە ژمێردرایەوە و وەک بڵاوکراوەکە دەرچوو.",
        "The round {call} of {service} was computed again and comes out as published.",
    ),
    "counts": Text(
        "الطلبات {entries}، المقاعد {places}: نال {placed}، وينتظر {waiting}، ولم ينل {unplaced}.",
        "داواکاری {entries}، کورسی {places}: {placed} وەریانگرت، {waiting} چاوەڕێن، {unplaced} وەریاننەگرت.",
        "{entries} applications, {places} places: {placed} have one, {waiting} wait, {unplaced} have none.",
    ),
    "passed": Text(
        "انتقل مقعد المرتبة {freed} إلى المرتبة {to}.",
        "کورسیی پلەی {freed} بۆ پلەی {to} گوازرایەوە.",
        "The place of rank {freed} went to rank {to}.",
    ),
    "two": Text("أغلقها شخصان.", "دوو کەس دایانخست.", "Two persons closed it."),
    "place": Text(
        "المرتبة {rank} من {entries} في الجولة {call} من {service}: {outcome}.",
        "پلەی {rank} لە {entries} لە خولی {call} ی {service}: {outcome}.",
        "Rank {rank} of {entries} in the round {call} of {service}: {outcome}.",
    ),
    "placed": Text("له مقعد", "کورسیی هەیە", "has a place"),
    "waiting": Text("ينتظر مقعداً", "چاوەڕێی کورسییە", "waits for a place"),
    "unplaced": Text("بلا مقعد", "بێ کورسی", "has no place"),
}


@app.callback()
def rounds() -> None:
    """Rounds."""


@app.command()
def verify(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL", help="A round's file as a node publishes it, or what an applicant was given."
        ),
    ],
    keys: Annotated[Path, typer.Option(help="keys.json of the country, fetched earlier.")],
    directory: Annotated[
        Path | None, typer.Option(help="Folder of the country's directory. Default: `directory` beside keys.json.")
    ] = None,
    at: Annotated[str, typer.Option(help="Judge as of this moment (RFC 3339). Default: now.")] = "",
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Compute a round again: the same ranking, its root in the receipt. Exit 0: it does; 1: not; 2: cannot tell."""
    spoken = chosen(language)
    set_up()
    with errors_as_sentences(spoken, CANNOT_TELL):
        judge = Judge.of(keys, None, parse_rfc3339(at) if at else datetime.now(UTC), directory)
        lines = _lines(what, required=True)
        first = next(lines, b"")
    try:
        _judge(judge, first, chain([first], lines), _lines(_beside(what), required=False), spoken, json)
    except CodedError as error:
        code = CANNOT_TELL if error.code in UNDECIDED_RECEIPTS else WRONG
        if json:
            say_json(exit=code, code=error.code, sentence=error.sentence(spoken))
        else:
            say(f"{error.sentence(spoken)} ({error.code})")
        raise typer.Exit(code) from None


def _judge(
    judge: Judge, first: bytes, lines: Iterator[bytes], passed: Iterator[bytes], language: str, as_json: bool
) -> None:
    from uruk.services.api import RoundJudge, looks_like_place, verify_place, verify_round

    asked = RoundJudge(judge.directory, judge.at, judge.witnesses_of)
    if looks_like_place(first):
        _tell_place(verify_place(first, asked), language, as_json)
    else:
        _tell_round(verify_round(lines, passed, asked), language, as_json)


def _tell_place(found: "VerifiedPlace", language: str, as_json: bool) -> None:
    row, head = found.row, found.head
    if as_json:
        say_json(exit=0, call=head.call, rank=row.rank, entries=head.entries, outcome=row.outcome)
        return
    outcome = _SAID[row.outcome].get(language)
    named = _named(head.call, head.institution, head.service)
    _say("place", language, rank=row.rank, entries=head.entries, outcome=outcome, **named)


def _tell_round(found: "VerifiedRound", language: str, as_json: bool) -> None:
    head, two = found.head, found.closed.two_persons
    counts = {"entries": head.entries, "places": head.places}
    counts |= {"placed": found.placed, "waiting": found.waiting, "unplaced": found.unplaced}
    if as_json:
        service = f"{head.institution}/{head.service}"
        say_json(exit=0, call=head.call, service=service, **counts, passed=list(found.passed), two_persons=two)
        return
    _say("round", language, **_named(head.call, head.institution, head.service))
    _say("counts", language, **counts)
    if two:
        _say("two", language)
    for freed, to in found.passed:
        _say("passed", language, freed=freed, to=to)


def _named(call: str, institution: str, service: str) -> dict[str, str]:
    """Of which round it is, without what a terminal would obey."""
    return {"call": without_controls(call), "service": without_controls(f"{institution}/{service}")}


def _say(what: str, language: str, **values: object) -> None:
    told = {name: local_digits(str(one), language) if isinstance(one, int) else one for name, one in values.items()}
    say(_SAID[what].get(language).format(**told))


def _beside(what: str) -> str:
    """Where the file of the places lies that were passed on since."""
    return what.removesuffix(".jsonl") + PASSED


def _lines(what: str, *, required: bool) -> Iterator[bytes]:
    """The lines of a file or of what an address answers, without their ends; of what is not required, perhaps none."""
    try:
        with _opened(what) as file:
            yield from _of(file)
    except (OSError, HTTPException, ValueError):
        if required:
            raise CodedError("cli.round_unreadable", path=what[:200]) from None


def _opened(what: str) -> "IO[bytes]":
    if what.startswith(("http://", "https://")):
        return urlopen(what, timeout=TIMEOUT_S)  # type: ignore[no-any-return]
    return Path(what).open("rb")


def _of(file: "IO[bytes]") -> Iterator[bytes]:
    read = 0
    while line := file.readline(MAX_LINE_BYTES):
        read += len(line)
        if read > MAX_BYTES:
            raise CodedError("cli.file_too_large", path="…", maximum=MAX_BYTES >> 20)
        yield line.removesuffix(b"\n")
