"""Both parties hold both approvals: each node hands its receipts out as files, and fetches the other party's."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog

from uruk.acts.api import acknowledged, clock, hosted_institutions, instance_code, node_settings, receipt_of
from uruk.exchange.api import CountryDirectory, DirectoryStore, member_address, witnesses_for
from uruk.kernel.api import CodedError
from uruk.publishing.agreements import APPROVED, ENDED, AgreementView, agreements
from uruk.publishing.countries import find_country
from uruk.publishing.decisions import Decided
from uruk.publishing.fetching import fetch
from uruk.publishing.models import AgreementApproval, AgreementEnd, ForeignReceipt
from uruk.publishing.snapshots import write_snapshot
from uruk.trust.api import Receipt, verify_receipt, write_once

_LOG = structlog.get_logger("uruk.publishing")

Fetch = Callable[[str], bytes | None]


def after_decision(decided: Decided, receipt: Receipt) -> None:
    """After an approval or an ending: hand out its receipt, and tell the gateway."""
    publish_agreement_receipts()
    write_snapshot()


def publish_agreement_receipts() -> int:
    """Write DATA/public/agreements/<digest>/<institution>[.ended].json for every act of this node's institutions.

    Returns how many were not there yet.
    """
    missing = [(path, receipt) for path, receipt in _own() if not path.exists()]
    for path, receipt in missing:
        write_once(path, receipt.to_json().encode())
    return len(missing)


def fetch_agreement_receipts(get: Fetch | None = None) -> int:
    """Fetch what the other parties of our agreements have approved or ended; return how many receipts are new.

    A party that cannot be asked now is asked again in the next round.
    """
    new = sum(_fetch_one(view, party, ends, get or fetch_receipt) for view, party, ends in _missing())
    if new:
        write_snapshot()
    return new


def fetch_receipt(url: str) -> bytes | None:
    """A file of another node; None where there is none or it cannot be had now: the round goes on."""
    try:
        return fetch(url)
    except (OSError, ValueError, CodedError):
        return None


def _own() -> Iterator[tuple[Path, Receipt]]:
    folder = node_settings().data / "public" / "agreements"
    for approval in acknowledged(AgreementApproval.objects.defer("files")):
        found = receipt_of(approval.act_id)
        if found is not None:
            yield folder / approval.digest / f"{approval.institution}.json", found
    for end in acknowledged(AgreementEnd.objects.all()):
        found = receipt_of(end.act_id)
        if found is not None:
            yield folder / end.digest / f"{end.institution}.ended.json", found


def _missing() -> Iterator[tuple[AgreementView, str, bool]]:
    """The receipts that may exist and that we have not: agreement, party, whether it ends it."""
    for view in agreements():
        for party in set(view.parties) - hosted_institutions():
            known = set(
                ForeignReceipt.objects.filter(digest=view.digest, institution=party).values_list("ends", flat=True)
            )
            yield from ((view, party, ends) for ends in (False, True) if ends not in known and not view.ended)


def _fetch_one(view: AgreementView, party: str, ends: bool, get: Fetch) -> int:
    try:
        directory = DirectoryStore(node_settings().data / "directory").current()
        address = _address(party)
        name = f"{party}.ended.json" if ends else f"{party}.json"
        data = get(f"{directory.node_of(address).url.rstrip('/')}/agreements/{view.digest}/{name}")
        if data is None:
            return 0
        receipt = Receipt.parse(data)
        _keep(view, party, ends, receipt, _verified(receipt, directory, address, party, view.digest, ends))
    except CodedError as error:
        _LOG.warning("an agreement's receipt does not count", party=party, error=error.code)
        return 0
    return 1


def _verified(
    receipt: Receipt, directory: CountryDirectory, address: str, party: str, digest: str, ends: bool
) -> datetime:
    """When the party said it; ``publishing.receipt_refused`` unless two of its persons said it of this agreement."""
    kind = ENDED if ends else APPROVED
    witnesses = witnesses_for(directory, address)
    keys, now = directory.keys(address), clock().now()
    proved = verify_receipt(receipt, keys, type=kind, author=party, at=now, witnesses=witnesses)
    if not proved.two_persons or proved.statement.body.get("digest") != bytes.fromhex(digest):
        raise CodedError("publishing.receipt_refused", institution=party)
    if directory.is_quarantined(proved.origin):
        raise CodedError("publishing.receipt_refused", institution=party)
    return datetime.fromtimestamp(proved.statement.time, UTC)


def _keep(view: AgreementView, party: str, ends: bool, receipt: Receipt, said_at: datetime) -> None:
    facts = {"receipt": receipt.to_json(), "said_at": said_at}
    ForeignReceipt.objects.get_or_create(digest=view.digest, institution=party, ends=ends, defaults=facts)


def _address(institution: str) -> str:
    country = find_country()
    known = country.institutions.get(institution) if country else None
    if known is None:
        raise CodedError("publishing.receipt_refused", institution=institution[:64])
    return member_address(instance_code(), known)
