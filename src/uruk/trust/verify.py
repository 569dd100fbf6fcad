"""Verifying a document's QR offline: seal, key, status, dates, freshness, in that order; the worst finding answers.

What is proved is that the institution issued a document with these fields. That the paper in hand is that document is
for the reader to compare, so no answer says "valid".
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from uruk.kernel.api import BAGHDAD, CodedError
from uruk.trust.cose import Sign1, parse_sign1
from uruk.trust.directory import Directory
from uruk.trust.judgement import Case, day_text, judge
from uruk.trust.qr import QrPayload, read_qr
from uruk.trust.status import StatusList, read_status_list
from uruk.trust.verdicts import REFUSED, UNDECIDED, Exit, Verdict, refusal

# What a code torn or newer than this program causes cannot be told; everything else that is wrong is refused.
_UNDECIDED_CODES = frozenset({"trust.qr_cut_short", "trust.qr_not_ours", "trust.qr_newer", "trust.cose_critical"})


def verify_qr(
    text: str,
    directory: Directory,
    lists: Sequence[StatusList],
    at: datetime,
    proved_at: datetime | None = None,
) -> Verdict:
    """Verify the text of a QR (or its fragment alone) at a time, asking nobody.

    ``lists``: see ``read_status_lists``. ``proved_at``: when a timestamp outside the code shows it to have existed.
    A genuine summary behind a foreign address is refused as ``trust.qr_foreign_host``: its page is not ours.
    """
    stripped = text.strip()
    if stripped and f"{directory.host}#".startswith(stripped):
        return refusal(CodedError("trust.qr_cut_short"), UNDECIDED)
    try:
        host, cose = read_qr(stripped)
    except CodedError as error:
        return refusal(error, _outcome(error))
    verdict = verify_cose(cose, directory, lists, at, proved_at)
    if host and host != directory.host:
        return verdict.with_answer(REFUSED, "qr_foreign_host", host=host[:100])
    return verdict


def verify_cose(
    cose: bytes,
    directory: Directory,
    lists: Sequence[StatusList],
    at: datetime,
    proved_at: datetime | None = None,
) -> Verdict:
    """Verify the sealed summary itself, as the QR holds it and the PDF carries it."""
    try:
        envelope = parse_sign1(cose)
        found = directory.find_seal(envelope.key_id)
        if found is None:
            return _unlisted(envelope, directory)
        if not envelope.verifies(found[1].key):
            raise CodedError("trust.qr_changed")
        payload = QrPayload.from_bytes(envelope.payload)
    except CodedError as error:
        return refusal(_as_seen_by_the_reader(error), _outcome(error))
    return judge(Case(payload, found[0], found[1], directory, lists, at, proved_at))


def read_status_lists(tokens: Iterable[bytes], directory: Directory) -> tuple[StatusList, ...]:
    """Read the lists that verify; one that does not is as good as missing, and the verdict then says so."""
    lists = []
    for token in tokens:
        try:
            lists.append(read_status_list(token, directory))
        except CodedError:
            continue
    return tuple(lists)


def _outcome(error: CodedError) -> Exit:
    return UNDECIDED if error.code in _UNDECIDED_CODES else REFUSED


def _as_seen_by_the_reader(error: CodedError) -> CodedError:
    """Where the bytes went wrong does not help whoever holds the paper: the code was changed."""
    plain = error.code.startswith("trust.qr_") or error.code in _UNDECIDED_CODES
    return error if plain else CodedError("trust.qr_changed")


def _unlisted(envelope: Sign1, directory: Directory) -> Verdict:
    """A key we do not know: of an institution we do know it is foreign, unless our keys are older than the document."""
    payload = QrPayload.from_bytes(envelope.payload)
    institution = directory.institutions.get(payload.institution)
    if institution is None:
        return refusal(CodedError("trust.issuer_unlisted", institution=payload.institution[:64]), UNDECIDED)
    published = directory.published.astimezone(BAGHDAD).date()
    if payload.issued >= published:
        error = CodedError("trust.keys_older", institution=institution.names, date=day_text(published))
        return refusal(error, UNDECIDED)
    return refusal(CodedError("trust.qr_other_key", institution=institution.names), REFUSED)
