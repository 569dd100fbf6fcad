"""`uruk verify`: a file, a code, the receipt of an act or of a record's version, judged offline with keys.json."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from uruk.cli.bundles import judge_bundle, looks_like_bundle, tell_bundle
from uruk.cli.output import CANNOT_TELL, WRONG, AsJson, Language, chosen, errors_as_sentences, say, say_json
from uruk.exchange.api import CountryDirectory, DirectoryStore, witnesses_for
from uruk.files.api import examine_upload
from uruk.kernel.api import CodedError, Text, error_sentence, local_digits, parse_rfc3339, rfc3339, without_controls
from uruk.trust.api import (
    RECORD_CHANGED,
    Directory,
    Receipt,
    StatusList,
    Verdict,
    VerifiedReceipt,
    VerifiedVersion,
    VersionReceipt,
    Witness,
    judge_pdf,
    looks_like_version,
    parse_statement,
    read_status_lists,
    verify_qr,
    verify_receipt,
    verify_version,
)

MAX_INPUT_BYTES = 64 << 20
UNDECIDED_RECEIPTS = frozenset({"trust.log_unlisted", "trust.issuer_unlisted", "trust.receipt_witness"})
PROOF = {
    "signed": Text("موقّع من سجل المؤسسة", "واژۆکراوی تۆماری دامەزراوەکەیە", "signed by the institution's log"),
    "timestamped": Text("مختوم بالوقت", "مۆری کاتی لێدراوە", "timestamped"),
    "witnessed": Text("شهد عليه آخرون", "شایەتیی لەسەر دراوە", "witnessed"),
}


@dataclass(frozen=True)
class Judge:
    """Whoever verifies: the keys they trust, the status lists they have, and the time it is."""

    directory: Directory
    lists: Sequence[StatusList]
    at: datetime
    country: CountryDirectory | None = None

    @classmethod
    def of(
        cls, keys: Path, lists: Path | None = None, at: datetime | None = None, country: Path | None = None
    ) -> "Judge":
        """Read keys.json, every status list below a folder, and the country's directory for the keys of witnesses.

        These lie in `status/` and `directory/` beside keys.json unless named (on a node the second beside `public/`).
        """
        directory = _keys(keys)
        folder = lists or keys.parent / "status"
        tokens = [read_file(path) for path in sorted(folder.rglob("*")) if path.is_file()]
        beside = keys.parent / "directory"
        found = _country(country or (beside if beside.is_dir() else keys.parent.parent / "directory"))
        return cls(directory, read_status_lists(tokens, directory), at or datetime.now(UTC), found)

    def judge(self, data: bytes) -> Verdict:
        """The verdict on a PDF, or on the text of a QR code."""
        if not _looks_like_pdf(data):
            return verify_qr(data.decode("ascii", "replace"), self.directory, self.lists, self.at)
        try:
            evidence = examine_upload(data)
        except CodedError as error:
            return Verdict(exit=CANNOT_TELL, code=error.code, values=error.values)
        return judge_pdf(data, evidence, self.directory, self.lists, self.at)

    def judge_receipt(self, data: bytes) -> VerifiedReceipt:
        """What a receipt proves; errors: trust.receipt_… and trust.log_… when it proves nothing."""
        receipt = Receipt.parse(data.strip())
        return verify_receipt(receipt, self.directory, at=self.at, witnesses=self._witnesses(receipt))

    def judge_version(self, data: bytes) -> VerifiedVersion:
        """What the receipt of a record's version proves; errors: as of a receipt, and trust.record_…."""
        given = VersionReceipt.parse(data.strip())
        return verify_version(given, self.directory, at=self.at, witnesses=self._witnesses(given.receipt))

    def witnesses_of(self, author: str) -> tuple[Witness, ...]:
        """Whose cosignatures count under the receipts of an institution."""
        return _witnesses(self.country, author)

    def _witnesses(self, receipt: Receipt) -> tuple[Witness, ...]:
        return self.witnesses_of(parse_statement(receipt.statement).author)


def _keys(path: Path) -> Directory:
    """The keys of a country; errors: cli.file_missing, cli.file_too_large, cli.keys_unread."""
    try:
        return Directory.parse(read_file(path).decode())
    except UnicodeDecodeError:
        raise CodedError("cli.keys_unread", path=str(path)) from None
    except CodedError as error:
        if error.code.startswith("cli."):
            raise
        raise CodedError("cli.keys_unread", path=str(path)) from error


def _country(folder: Path) -> CountryDirectory | None:
    """The country's directory in a folder; None where there is none."""
    try:
        return DirectoryStore(folder).current() if folder.is_dir() else None
    except CodedError:
        return None  # then a witness's signature cannot be judged, which is said


def _witnesses(country: CountryDirectory | None, author: str) -> tuple[Witness, ...]:
    members = () if country is None else country.members.values()
    address = next((str(one.member) for one in members if one.code == author), "")
    return () if country is None else witnesses_for(country, address)


def _looks_like_pdf(data: bytes) -> bool:
    # A reader of PDFs accepts what stands before the header, so a letter with a prefix is still judged as a letter.
    return b"%PDF-" in data[:1024]


def read_file(path: Path) -> bytes:
    """A file's bytes; errors: cli.file_missing, cli.file_too_large."""
    if not path.is_file():
        raise CodedError("cli.file_missing", path=str(path))
    if path.stat().st_size > MAX_INPUT_BYTES:
        raise CodedError("cli.file_too_large", path=str(path), maximum=MAX_INPUT_BYTES >> 20)
    return path.read_bytes()


def _input(what: str) -> bytes:
    """The bytes of the named file, or the typed code itself."""
    is_code = len(what) > 255 or what.startswith(("http://", "https://")) or not Path(what).exists()
    if is_code and not what.upper().isalnum() and "#" not in what:
        raise CodedError("cli.neither_file_nor_code", path=what[:200])
    return what.encode() if is_code else read_file(Path(what))


def verify(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|CODE",
            help="A PDF, a receipt of an act or of a record's version, a message's evidence, or a QR code's text.",
        ),
    ],
    keys: Annotated[
        Path | None, typer.Option(help="keys.json of the country, fetched earlier; not needed for evidence.")
    ] = None,
    status: Annotated[
        Path | None, typer.Option(help="Folder of status lists. Default: `status` beside keys.json.")
    ] = None,
    directory: Annotated[
        Path | None, typer.Option(help="Folder of the country's directory. Default: `directory` beside keys.json.")
    ] = None,
    root: Annotated[
        str, typer.Option(help="For evidence: fingerprint or file of the directory's root that you trust.")
    ] = "",
    at: Annotated[str, typer.Option(help="Judge as of this moment (RFC 3339). Default: now.")] = "",
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Verify a document, a receipt or a message's evidence offline. Exit 0: genuine; 1: refused; 2: cannot tell."""
    spoken = chosen(language)
    with errors_as_sentences(spoken, CANNOT_TELL):
        moment = parse_rfc3339(at) if at else datetime.now(UTC)
        if len(what) < 256 and looks_like_bundle(Path(what)):
            raise typer.Exit(_tell_evidence(Path(what), root, directory, moment, spoken, json))
        if keys is None:
            raise CodedError("cli.keys_unnamed")
        judge = Judge.of(keys, status, moment, directory)
        data = _input(what)
    if data.lstrip()[:1] == b"{":
        raise typer.Exit(_tell_receipt(judge, data, spoken, json))
    verdict = judge.judge(data)
    _tell(verdict, spoken, json)
    raise typer.Exit(verdict.exit)


def _tell_evidence(path: Path, root: str, directory: Path | None, at: datetime, language: str, as_json: bool) -> int:
    try:
        found = judge_bundle(path, root, directory, at)
    except CodedError as error:
        if error.code != "exchange.bundle_malformed":
            raise
        say(f"{error.sentence(language)} ({error.code})")
        return WRONG
    return tell_bundle(found, language, as_json)


def _tell(verdict: Verdict, language: str, as_json: bool) -> None:
    if as_json:
        say_json(**verdict.to_map(language))
        return
    say(f"{verdict.sentence(language)} ({verdict.code})")
    for field in verdict.fields:
        say(f"  {field.label.get(language)}: {field.text(language)}{' …' if field.shortened else ''}")
    for remark in verdict.warnings:
        say(f"  - {remark.sentence(language)}")


def _tell_receipt(judge: Judge, data: bytes, language: str, as_json: bool) -> int:
    version = None
    try:
        if looks_like_version(data.rstrip()):
            version = judge.judge_version(data)
        found = version.receipt if version else judge.judge_receipt(data)
    except CodedError as error:
        code = CANNOT_TELL if error.code in UNDECIDED_RECEIPTS else WRONG
        facts: dict[str, Any] = {"exit": code, "code": error.code, "sentence": error.sentence(language)}
        say_json(**facts) if as_json else say(f"{facts['sentence']} ({error.code})")
        return code
    if as_json:
        say_json(**_facts(found), **(_version_facts(version) if version else {}))
    else:
        _show_receipt(found, language)
        _show_version(version, language)
    return 0


def _version_facts(found: VerifiedVersion) -> dict[str, Any]:
    version = found.version
    return {
        "registry": found.registry,
        "record": str(version.record),
        "version": version.number,
        "kind": version.kind,
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
        "definition": version.format.hex(),
        "other": str(version.other) if version.other else None,
        "content": found.content,
    }


def _show_version(found: VerifiedVersion | None, language: str) -> None:
    """What a version's receipt says beyond the act's: which record and version, and its content where it came too."""
    if found is None:
        return
    version, number = found.version, local_digits(str(found.version.number), language)
    until = f" – {version.valid_until}" if version.valid_until else ""
    say(f"  {found.registry} {version.record} № {number}: {version.kind}, {version.valid_from}{until}")
    say(f"  {error_sentence('cli.version_proved', language, {})}")
    if found.content is not None:
        say(f"  {without_controls(found.content)}")


def _facts(found: VerifiedReceipt) -> dict[str, Any]:
    statement = found.statement
    return {
        "exit": 0,
        "type": statement.type,
        "role": statement.role,
        "author": statement.author,
        "time": rfc3339(datetime.fromtimestamp(statement.time, UTC)),
        "log": found.origin,
        "index": found.index,
        "grade": found.grade,
        "operators": list(found.operators),
        "proved_at": rfc3339(found.proved_at) if found.proved_at else None,
        "two_persons": found.two_persons,
        **_import_facts(found),
    }


def _import_facts(found: VerifiedReceipt) -> dict[str, Any]:
    """Of an act that changed records: the import that it was a part of, how many rows that had, who approved it."""
    said = found.statement.body.get("import") if found.statement.type == RECORD_CHANGED else None
    try:
        came, rows = UUID(bytes=said["id"]), int(said["rows"])  # type: ignore[index]
        approval = said.get("approval")  # type: ignore[union-attr]
        return {"import": {"id": str(came), "rows": rows, "approval": approval and str(UUID(bytes=approval))}}
    except (KeyError, TypeError, ValueError):
        return {}


def _show_receipt(found: VerifiedReceipt, language: str) -> None:
    statement, time = found.statement, rfc3339(datetime.fromtimestamp(found.statement.time, UTC))
    number = local_digits(str(found.index), language)
    say(f"{statement.author}: {statement.type}, {statement.role}, {time}")
    proved = f" {rfc3339(found.proved_at)}" if found.proved_at else ""
    witnessed = f" ({', '.join(found.operators)})" if found.operators else ""
    say(f"  {found.origin} № {number}; {PROOF[found.grade].get(language)}{witnessed}{proved}")
    say(f"  {error_sentence('cli.by_two_persons' if found.two_persons else 'cli.by_the_node', language, {})}")
    came = _import_facts(found).get("import")
    if came is not None:
        say(f"  {error_sentence('cli.by_import', language, {'id': came['id'], 'rows': came['rows']})}")
