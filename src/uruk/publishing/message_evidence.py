"""What proves a message lies in several places of a node: the gateway's log and evidence, the directory, our tables."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from uruk.acts.api import acknowledged, directory_store, node_settings, receipt_of, with_proofs
from uruk.exchange.api import EvidenceStore, Sources, require_evidence
from uruk.publishing.models import AgreementApproval, ForeignReceipt
from uruk.trust.api import LogReader, Receipt


@contextmanager
def message_sources(ask_others: bool = True) -> Iterator[Sources]:
    """Where `exchange.gather` finds the evidence of this node's messages; no gateway yet: `exchange.evidence_missing`.

    `ask_others`: whether other nodes are asked for what witnesses said of their logs.
    """
    data = node_settings().data
    gateway = data / "gateway"
    require_evidence(gateway)
    log = LogReader(gateway / "trust", data / "public" / "log")
    store = EvidenceStore(gateway / "evidence", gateway / "spool")
    try:
        sources = Sources(log, store, directory_store(), with_proofs, approvals_of)
        yield sources if ask_others else replace(sources, open_files=None)
    finally:
        store.close()
        log.close()


def approvals_of(digest: str) -> Mapping[str, Receipt]:
    """The receipts by which institutions approved the agreement of this digest (hex), here and elsewhere."""
    ours = acknowledged(AgreementApproval.objects.filter(digest=digest).defer("files"))
    found = {one.institution: receipt_of(one.act_id) for one in ours}
    theirs = ForeignReceipt.objects.filter(digest=digest, ends=False)
    foreign = {one.institution: Receipt.parse(one.receipt) for one in theirs}
    return foreign | {code: receipt for code, receipt in found.items() if receipt is not None}
